"""Finds wording that a facilitator should see first: an own experience, a threat, an insult.

A question asks for concerns, so "ik voel me onveilig" is what it asks for. Found is what tells that something
was done to somebody here. What is said about insults and threats ("er wordt vaak homo geroepen") is none: a
verb of saying or quotation marks tell the two apart, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from workshop.safety.screening.reading import Reading, Span


class ToneLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    acts: str
    grave: str
    did: str
    does: str
    body: str
    pictures: str
    shared: str
    kin: str
    close: str
    drinks: str
    shown: str
    tugged: str
    to_hurt_them: str
    blows: str
    nudes: str
    heavy: str
    happened: str
    general: str
    head: str
    actors: str
    acted: str
    kind: str
    hurts: str
    wounds: str
    to_hurt: str
    slurs: str
    mild: str
    curses: str
    no_curses: str
    groups: str
    foul: str
    said_of: str


class Rule(NamedTuple):
    keys: frozenset[str]
    """The rule is tried only on a text that has one of these words: most texts have none, and are
    read in no time."""
    pattern: re.Pattern[str]


def experiences(reading: Reading) -> Iterator[Span]:
    for found in _found(reading, _EXPERIENCES):
        if not _is_supposed(reading.line, found):
            yield reading.span(found)
    if not _ME_WORDS.isdisjoint(reading.said):
        for found in _SENTENCE.finditer(reading.line):
            if _tells(frozenset(found.group().split())):
                yield reading.span(found)
    yield from _spelled(reading, _SPELLED_EXPERIENCE)


def threats(reading: Reading) -> Iterator[Span]:
    for found in _found(reading, _THREATS):
        if not reading.is_quoted(found):
            yield reading.span(found)


def slurs(reading: Reading) -> Iterator[Span]:
    for found in (*_found(reading, _SLURS), *_cursed(reading)):
        if not reading.is_quoted(found) and not _is_about(reading.line, found):
            yield reading.span(found)
    yield from _spelled(reading, _SPELLED_SLUR)


def _found(reading: Reading, rules: tuple[Rule, ...]) -> Iterator[re.Match[str]]:
    for rule in rules:
        if not rule.keys.isdisjoint(reading.said):
            yield from rule.pattern.finditer(reading.line)


def _cursed(reading: Reading) -> Iterator[re.Match[str]]:
    """Finds words that are an insult because of how they begin: "kankerkind"."""
    if any(said.startswith(_CURSES) for said in reading.said):
        for found in _CURSED.finditer(reading.line):
            if not found.group().startswith(_NO_CURSES):
                yield found


def _tells(said: frozenset[str]) -> bool:
    """Says whether a sentence tells what somebody did to me, by its words in any order."""
    if _ME_WORDS.isdisjoint(said) or not _GENERAL.isdisjoint(said):
        return False
    if not (_HEAVY.isdisjoint(said) or _PAST.isdisjoint(said)):
        return True
    return not _ACTORS.isdisjoint(said) and not _ACTED.isdisjoint(said) and _KIND.isdisjoint(said)


def _is_supposed(line: str, found: re.Match[str]) -> bool:
    """Says whether the clause asks or denies: "wat als ik word aangerand", "ik ben nooit betast"."""
    before = _CLAUSE.split(line[max(0, found.start() - 30) : found.start()])[-1]
    return _SUPPOSED.search(before + found.group()) is not None


def _is_about(line: str, found: re.Match[str]) -> bool:
    """Says whether the sentence tells that this is said, such as "meisjes worden slet genoemd"."""
    start = max(line.rfind(sign, 0, found.start()) for sign in ".!?\n") + 1
    ends = [at for sign in ".!?\n" if (at := line.find(sign, found.end())) >= 0]
    return _SAYING.search(line, start, min(ends, default=len(line))) is not None


def _spelled(reading: Reading, pattern: re.Pattern[str]) -> Iterator[Span]:
    for word in reading.words:
        if word.spelled and pattern.search(word.said):
            yield word.start, word.end


def _any(words: str) -> str:
    """Returns a pattern for one of these words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, set(words.split())), key=len, reverse=True)) + ")"


def _few(most: int) -> str:
    """Returns a pattern for at most this number of words in between, none of which makes it a denial, a
    question or hearsay."""
    return rf"(?:(?!(?:{_TURNS})\b)[\w']+ ){{0,{most}}}"


def _rule(keys: str, pattern: str) -> Rule:
    return Rule(frozenset(keys.split()), re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])"))


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=ToneLists)
_ACT, _GRAVE, _DID, _DOES = (_any(words) for words in (_LISTS.acts, _LISTS.grave, _LISTS.did, _LISTS.does))
_BODY, _PICTURE, _SHARED, _NUDE = (
    _any(words) for words in (_LISTS.body, _LISTS.pictures, _LISTS.shared, _LISTS.nudes)
)
_KIN, _CLOSE, _TUGGED = (_any(words) for words in (_LISTS.kin, _LISTS.close, _LISTS.tugged))
_I = "(?:ik|k|ikzelf|wij|we)"
_ME = "(?:mij|me|mezelf|mijzelf|ons)"
_MY = "(?:mijn|mn|m'n|me|onze)"
_HE = "(?:hij|zij|ze|die)"
_TOUCHES = "(?:zit|zat|zaten|zitten|kwam|komt|voelde|voelt|ging)"
_TOUCHING = "zit zat zaten zitten kwam komt voelde voelt ging"
_TURNS = (
    "niet|nooit|niemand|dat|als(?! kind| meisje| jongen| kleuter| peuter| tiener)"
    "|of|gehoord|gezien|gelezen|gepraat|gesproken|verteld|gevraagd|uitgelegd|geleerd|kunnen|bang|te|zou"
)
_HEAVY, _GENERAL, _KIND = (frozenset(words.split()) for words in (_LISTS.heavy, _LISTS.general, _LISTS.kind))
_ACTORS, _ACTED = frozenset(_LISTS.actors.split()), frozenset(_LISTS.acted.split())
_PAST = _ACTED | frozenset(_LISTS.happened.split())
_ME_WORDS = frozenset(("mij", "me", "mezelf", "mijzelf"))
_SENTENCE = re.compile(r"[^ .!?;\n][^.!?;\n]*[^ .!?;\n]")
_CLAUSE = re.compile(r" [,.!?;:\n] | (?:maar|want) ")
_SUPPOSED = re.compile(
    r"\b(?:als (?:ik|mij|me|mijn|je|iemand|we)|stel|zou|zouden|mocht|te worden|nooit|nog niet|mag|mogen"
    r"|niemand(?! (?:weet|wist|gelooft|geloofde|kent)))\b"
)
_EXPERIENCES = (
    _rule(
        _LISTS.acts, rf"{_I} (?:(?!die\b){_few(1)}){{0,3}}(?:ben|was|werd|word|zijn|werden) {_few(6)}{_ACT}"
    ),
    _rule(_LISTS.acts, rf"(?:ben|werd|was) {_I} {_few(6)}{_ACT}"),
    _rule(_LISTS.acts, rf"{_I} {_few(4)}{_ACT} (?:ben|werd|was|geworden)"),
    _rule(
        _LISTS.acts,
        rf"{_I} (?:heb|had) (?:(?!die\b){_few(1)}){{0,5}}"
        r"(?:verkracht|aangerand|misbruikt|betast|aangeraakt|gedwongen)",
    ),
    _rule(_LISTS.acts, rf"(?:heeft|hebben|had|hadden|heb) {_few(6)}{_ME} {_few(9)}{_ACT}"),
    _rule(_LISTS.acts, rf"{_ME} {_few(4)}(?:heeft|hebben|had|hadden) {_ACT}"),
    _rule(_LISTS.did, rf"(?<!ik ){_DID} {_few(3)}(?:{_ME}|m)(?! (?:niet|nooit)\b)"),
    _rule(
        f"{_LISTS.did} {_LISTS.tugged}",
        rf"(?:{_DID}|{_TUGGED}) {_few(3)}{_MY} (?:{_BODY}|{_any(_LISTS.head)})"
        rf"|{_TUGGED} {_few(3)}{_ME} (?:tegen|op|in|onder|naar) (?:de|het|een)"
        rf"|greep (?:me|mij) (?:vast|bij)|drukte {_few(2)}tegen {_ME}",
    ),
    _rule(_TOUCHING, rf"{_TOUCHES} {_few(4)}aan (?:mij|me|m)(?! voorbij)"),
    _rule(_TOUCHING, rf"{_TOUCHES} {_few(4)}(?:aan|op|tussen|onder) {_MY} {_BODY}"),
    _rule("broek mond onderbroek bh slipje", rf"in {_MY} (?:broek|mond|onderbroek|bh|slipje)"),
    _rule(
        "hand handen vinger vingers tong",
        rf"(?:hand(?:en)?|vingers?|tong) {_few(2)}(?:aan|op|in|tussen|onder) {_MY} {_BODY}",
    ),
    _rule(_LISTS.does, rf"{_MY} {_few(1)}{_KIN} {_DOES} {_few(2)}{_ME}|{_DOES} {_MY} {_KIN} {_ME}"),
    _rule(
        _LISTS.does,
        rf"(?:jongen|man|meisje|vrouw|leraar|docent|trainer|coach|iemand) {_few(6)}{_DOES} {_ME}",
    ),
    _rule(
        "kamer bed",
        rf"{_MY} {_few(1)}{_KIN} (?:kwam|komt|kruipt|kroop|ging|gaat) {_few(3)}"
        rf"(?:op {_MY} kamer|(?:bij {_ME} )?in (?:{_MY} )?bed)",
    ),
    _rule(
        "overkomen gebeurd gebeurt gebeurde overkwam",
        rf"{_ME} (?:is|was) {_few(3)}(?:overkomen|gebeurd)"
        rf"|(?:is|was) {_few(2)}(?:bij )?{_ME} {_few(3)}(?:overkomen|gebeurd)"
        rf"|(?:het|dit|dat|zoiets|t) {_few(2)}{_ME} {_few(2)}overkomen (?:is|was)|overkwam {_ME}"
        rf"|bij (?:mij|ons)(?: thuis)? (?:is|was|gebeurt|gebeurde) {_few(2)}(?:het|dit|dat|zoiets)",
    ),
    _rule(
        "meegemaakt ervaren",
        rf"{_I} (?:heb|had) {_few(1)}(?:het|dit|dat|zoiets|t|iets) {_few(4)}(?:meegemaakt|ervaren)"
        rf"|heb {_I} {_few(4)}(?:zelf|ook) {_few(2)}meegemaakt",
    ),
    _rule("too", "me too"),
    _rule(_LISTS.shared, rf"{_MY} {_PICTURE} {_few(6)}{_SHARED}|{_PICTURE} van {_ME} {_few(6)}{_SHARED}"),
    _rule("dreigde dreigt dreigden", rf"dreig(?:de|t|den) {_few(4)}{_MY} {_PICTURE}"),
    _rule("dwong dwongen", rf"dwong(?:en)? {_few(2)}{_ME}"),
    _rule(
        "moest moesten",
        rf"(?:{_I} moest(?:en)?|moest(?:en)? {_I}) {_few(4)}(?:seks|pijpen|aftrekken|neuken|strippen|zoenen"
        r"|naakt|op schoot|uitkleden|kleren uit|broek)",
    ),
    _rule(
        "wilde wou wilden wouden zei",
        rf"{_I} (?:wilde|wou|wilden|wouden) {_few(3)}niet(?: ,)? maar {_HE}"
        rf"|{_I} zei {_few(2)}(?:nee|stop|niet)(?: ,)? maar {_HE}",
    ),
    _rule("zin wil", rf"tegen {_MY} (?:zin|wil)"),
    _rule(
        "af afgetrokken",
        rf"trok (?:zich|zichzelf) {_few(3)}af {_few(2)}(?:voor|bij|naast) {_ME}|afgetrokken {_few(3)}{_ME}",
    ),
    _rule(
        _LISTS.acts,
        rf"(?:heeft|hebben|had|hadden) {_few(8)}(?:aan|op|in|tussen|onder) {_MY} {_BODY} {_few(3)}{_ACT}",
    ),
    _rule(
        _LISTS.does,
        rf"(?:hij|zij|ze|die|{_KIN}) {_few(2)}{_DOES} {_few(2)}{_ME}|{_ME} {_few(3)}(?:{_DOES})"
        rf"|(?:papa|pap|mama|mam|vader|moeder|stiefvader) {_DOES} {_few(1)}(?:{_CLOSE}|{_KIN})",
    ),
    _rule("raakt raken", rf"raak(?:t|te|ten) {_few(1)}{_ME} {_few(2)}aan"),
    _rule(
        "zitten gezeten gevoeld gekomen zat zit komen",
        rf"aan (?:{_ME}|{_MY} {_BODY}) {_few(2)}(?:zitten|gezeten|zat|zit|getrokken|gevoeld|gekomen)"
        rf"|aan {_ME} {_few(1)}(?:te )?zitten",
    ),
    _rule(
        _LISTS.pictures,
        rf"{_MY} {_PICTURE} {_few(2)}(?:gaan|gaat|gingen|ging) {_few(2)}rond"
        rf"|{_MY} (?:{_NUDE}|blote foto) {_few(2)}(?:staan|staat|stonden|stond) {_few(2)}(?:op|online)"
        rf"|(?:staan|staat|stond) {_few(3)}(?:{_NUDE} van {_ME}|{_PICTURE} van {_ME} {_few(3)}porno\w*)"
        rf"|vroeg(?:en)? {_ME} {_few(1)}(?:om|naar) {_few(1)}{_PICTURE}"
        rf"|(?:{_I} heb|heb {_I}|heb zelf) {_few(4)}(?:{_NUDE} {_few(3)}|{_PICTURE} )(?:door)?gestuurd van"
        rf"|(?:{_I} heb|heb {_I}) {_few(4)}{_NUDE} {_few(3)}(?:gestuurd|doorgestuurd|gedeeld)",
    ),
    _rule(
        "anders",
        rf"anders (?:stuurt|zet|laat|deelt|gooit|stuurde|zette|deelde) {_HE} {_few(2)}"
        rf"(?:mijn|m'n|mn|ze|het|alles|{_PICTURE})",
    ),
    _rule(
        _LISTS.drinks,
        rf"(?:iets|pil|pillen|drugs|ghb) {_few(1)}in (?:mijn|mn|m'n) {_any(_LISTS.drinks)}",
    ),
    _rule(
        "liggen lag bed douche",
        rf"lag {_HE} {_few(1)}(?:op|naast|bovenop) {_ME}"
        rf"|(?:bij|naast|op) {_ME} {_few(2)}(?:liggen|in bed|in de douche|onder de douche)",
    ),
    _rule(
        "wil wilde wou zei",
        rf"(?:terwijl|hoewel) ik {_few(2)}niet (?:wil|wilde|wou)|(?:waar|die) ik {_few(2)}niet (?:wilde|wou)"
        rf"|(?:doet|deed|doen) {_few(2)}(?:dingen|iets) {_few(3)}die ik niet wil"
        rf"|toen ik {_few(1)}(?:stop|nee) (?:zei|riep)|ook al zei ik {_few(1)}(?:nee|stop)"
        rf"|(?:heb|had)(?: ik)? {_few(4)}gedaan wat (?:die ander|zij|hij|ze) niet (?:wou|wilde)",
    ),
    _rule(
        "slachtoffer",
        rf"{_I} (?:ben|was|werd) {_few(3)}slachtoffer|{_I} {_few(2)}slachtoffer (?:ben|was|geweest)",
    ),
    _rule(
        "zelfmoord zelfmoordgedachten suicide suicidaal",
        rf"{_I} {_few(5)}(?:zelfmoord|zelfmoordgedachten|suicide|suicidaal)",
    ),
    _rule(
        "thuis huis",
        rf"{_I} {_few(2)}(?:ben|voel me|was) {_few(2)}thuis (?:niet|on)(?: )?veilig"
        r"|thuis (?:ben ik|voel ik me) (?:niet |on)veilig"
        r"|durf niet (?:meer )?naar huis(?! (?:te|fietsen|lopen))",
    ),
    _rule("spijt grens grenzen", rf"{_I} heb {_few(5)}(?:spijt|over {_few(1)}(?:haar|zijn|iemands) grens)"),
    _rule(
        "grens grenzen",
        rf"{_I} (?:heb|ben|ging) {_few(4)}over (?:de|haar|zijn|iemands) grens(?:en)? {_few(4)}"
        r"(?:gegaan|heen)",
    ),
    _rule(
        "was",
        rf"toen ik {_few(2)}(?:klein|jong|kind|kleuter|peuter|\d+) {_few(1)}was {_few(8)}"
        rf"(?:aan {_ME}|misbruikt|betast)",
    ),
    _rule(
        _LISTS.shown,
        rf"(?:liet|laat|toonde|haalde|trok) {_few(3)}(?:zijn|zn|z'n) {_any(_LISTS.shown)}",
    ),
    _rule("broek", rf"zijn broek {_few(1)}(?:naar beneden|uit|omlaag) {_few(2)}(?:voor|bij|naast) {_ME}"),
    _rule(
        "dingen iets",
        rf"(?:doet|deed|gedaan|doen|gebeurd) {_few(2)}(?:dingen|iets) (?:met|bij) {_ME}"
        rf"|(?:dingen|iets) (?:met|bij) {_ME} {_few(3)}(?:gedaan|gebeurd|deed|doet)",
    ),
    _rule("misbruik", rf"misbruik van (?:{_ME}|gemaakt)|{_I} {_few(4)}misbruik (?:meegemaakt|gehad)"),
    _rule(
        "wakker",
        rf"{_I} wakker {_few(3)}(?:zonder kleren|naakt)|(?:werd|ben) ik (?:zonder kleren|naakt) wakker",
    ),
    _rule("overkomen", rf"{_ME} zou overkomen maar"),
    _rule(_LISTS.grave, rf"(?:papa|mama|pap|mam) (?:is|was|werd|wordt) {_few(4)}{_GRAVE}"),
    _rule(_LISTS.grave, rf"{_MY} {_few(2)}{_CLOSE} (?:is|was|werd|wordt) {_few(5)}{_GRAVE}"),
    _rule(
        "dronken zat high stoned bewusteloos slapen sliep",
        rf"(?:{_I} (?:was|lag) {_few(2)}(?:dronken|zat|high|stoned|bewusteloos|slapen)|{_I} sliep) "
        r"(?:[\w',]+ ){0,8}"
        rf"(?:{_HE}|iemand) (?:deed|begon|ging|zat|trok|heeft|had|kwam)",
    ),
    _rule("toch gewoon", rf"{_I} (?:[\w',]+ ){{0,10}}{_HE} deed het (?:toch|gewoon)"),
    _rule("pijn", rf"{_KIN} (?:doet|deed) {_few(1)}{_ME} {_few(1)}pijn"),
    _rule(
        f"{_TOUCHING} {_LISTS.grave}",
        rf"(?:zit|zat|zaten) aan {_MY} {_few(1)}{_CLOSE}"
        rf"|(?:heeft|hebben|had) {_few(3)}{_MY} {_few(1)}{_CLOSE} {_few(4)}{_GRAVE}",
    ),
    _rule("zitten", "ik zie het niet meer zitten"),
    _rule("gegaan", rf"{_I} {_few(3)}te ver {_few(1)}(?:gegaan|gegaan ben)"),
    _rule(
        "dreigt dreigde dreigen",
        rf"{_MY} {_few(1)}{_KIN} dreig(?:t|de)"
        rf"|dreig(?:t|de) (?:om )?(?:het|ze|alles|foto\w*) {_few(2)}(?:te )?{_SHARED}",
    ),
    _rule(
        _LISTS.pictures,
        rf"{_PICTURE} van (?:mezelf|mijzelf) {_few(2)}(?:gestuurd|gemaakt|gedeeld|doorgestuurd)",
    ),
    _rule("voor", r"(?:doet|deed) zich voor als (?:mij|me)"),
    _rule(
        "thuis",
        rf"thuis krijg ik {_few(2)}(?:klappen|slaag|billenkoek)|ik krijg thuis {_few(2)}(?:klappen|slaag)",
    ),
    _rule("dood", "was ik maar dood|dat ik (?:maar )?dood was|ik liever dood"),
    _rule(
        "meegemaakt",
        rf"(?:wat|zoals) ik {_few(2)}(?:heb meegemaakt|meegemaakt heb)|{_I} heb {_few(4)}meegemaakt",
    ),
    _rule("wat iets", rf"(?:iets|wat) (?:met|bij) {_ME} {_few(2)}gebeurd"),
    _rule("hulp", rf"ik heb {_few(2)}hulp nodig"),
    _rule("gebeurt", "(?:het|dit) gebeurt (?:nog steeds|elke|iedere|bijna elke|nu nog)"),
    _rule(
        "durfde durfden",
        rf"{_I} durfden? (?:geen nee|niet|niks|niets) {_few(2)}te (?:zeggen|doen|vertellen|bewegen)",
    ),
    _rule("pijn", rf"{_I} (?:heb|doe) {_few(1)}(?:mezelf|mijzelf) pijn"),
    _rule("weg weglopen", rf"{_I} wil {_few(1)}(?:weg hier|hier weg|weglopen|weg van huis)"),
    _rule("wist weet", rf"wakker {_few(6)}(?:wist|weet) (?:ik )?(?:er )?(?:niks|niets) meer"),
    _rule(
        "verliefd houdt naakt",
        rf"{_MY} (?:trainer|coach|leraar|docent|baas|mentor) {_few(4)}(?:dat hij )?"
        r"(?:verliefd|van (?:me|mij) houdt|naakt\w*)",
    ),
    _rule("seks", r"(?:wij|we|ik) seks (?:hadden|had)|seks met (?:mij|me)|met (?:mij|me) seks"),
    _rule(
        _LISTS.pictures,
        rf"(?:heeft|hebben) {_HE} {_few(2)}(?:{_MY} (?:blote )?{_PICTURE}|{_PICTURE} van {_ME})",
    ),
    _rule("getrokken gesleurd geduwd", rf"{_I} (?:ben|werd) {_few(8)}(?:getrokken|gesleurd|geduwd)"),
    _rule("slaat slaan", rf"{_MY} {_few(1)}(?:{_KIN}|ouders) (?:slaat|slaan) {_few(1)}{_ME}"),
    _rule(_LISTS.body, rf"(?:heeft|hebben|had|kreeg|kregen) {_few(6)}{_MY} {_BODY}"),
    _rule("wil", r"ik wil (?:dood|doodgaan|niet meer leven|er niet meer zijn|zelfmoord plegen)"),
    _rule(
        "snijd snij sneed kras", rf"ik (?:snijd|snij|sneed|kras) {_few(1)}(?:mezelf|mijzelf|me|in {_MY} arm)"
    ),
)
_SPELLED_EXPERIENCE = re.compile(r"verkracht|aangerand|(?:ik|me|mij).{0,12}(?:misbruik|betast|aangeraakt)")

_WHO = "(?:je|jou|jullie|hem|haar|hun|ze|m)"
_WHOM = r"(?:je|jou|jullie|hem|haar|hun|hen|ze|m|iedereen|(?:die|dat|deze) \w+(?: \w+)?)"
_HURT, _WOUND, _TO_HURT = (_any(words) for words in (_LISTS.hurts, _LISTS.wounds, _LISTS.to_hurt))
_HIS = "(?:je|zn|z'n|zijn|haar|hun)"
_BROKEN = (
    rf"(?:af|dood|kapot|neer|verrot|overhoop|in elkaar|op {_HIS} (?:bek|smoel|gezicht|kop|muil)"
    rf"|het ziekenhuis in|lek|de tering|plat|de grond in|in de fik|in brand|omver|onderuit|van {_HIS} fiets"
    rf"|eruit|uit elkaar|te pletter|met de grond gelijk|van {_HIS} (?:hoofd|kop|smoel|bek)|{_HIS} huis uit"
    r"|het graf in|door het raam|tegen de (?:muur|grond)|van de trap)"
)
_SOME = r"(?:(?!(?:niet|nooit|liever|geen)\b)[\w']+ )"
_THREATS = (
    _rule(_LISTS.hurts, rf"(?:{_I} {_HURT}|{_HURT} {_I}) {_SOME}{{1,5}}{_BROKEN}"),
    _rule(_LISTS.wounds, rf"(?:{_I} {_WOUND}|{_WOUND} {_I}) {_WHO}(?! (?:ook )?(?:niet|nooit|liever)\b)"),
    _rule("vermoord sloop mol", rf"{_I} (?:vermoord|sloop|mol) {_WHOM}"),
    _rule("breek", rf"{_I} breek (?:{_HIS}|al (?:je|zn)) \w+"),
    _rule(
        _LISTS.to_hurt,
        rf"(?:{_I} (?:ga|gaan|zal|zullen|wil|kom)|(?:ga|zal|gaan) {_I}) {_WHOM} {_SOME}{{0,4}}{_TO_HURT}",
    ),
    _rule(
        _LISTS.to_hurt_them,
        rf"(?:{_I} (?:ga|gaan|zal|zullen|wil|kom)|(?:ga|zal|gaan) {_I}) {_WHO} {_SOME}{{0,2}}"
        rf"{_any(_LISTS.to_hurt_them)}",
    ),
    _rule(
        _LISTS.to_hurt,
        rf"{_I} laat {_WHOM} {_SOME}{{0,3}}{_TO_HURT}"
        rf"|moet(?:en)? {_WHOM} (?:(?:dood|neer)(?:steken|schieten|slaan)|doodmaken|vermoorden)",
    ),
    _rule(
        f"{_LISTS.to_hurt} {_LISTS.to_hurt_them}",
        rf"(?:die|degene|wie|hem|haar|jou|jullie) (?:[\w']+ ){{0,6}}(?:ga|gaan|zal) {_I} "
        rf"(?:{_TO_HURT}|{_any(_LISTS.to_hurt_them)})",
    ),
    _rule("vinden", rf"{_I} (?:weet|weten) {_WHO} (?:wel )?te vinden|(?:weet|weten) {_I} {_WHO} te vinden"),
    _rule(_LISTS.blows, rf"anders {_few(2)}krijg(?:t|en)? {_few(3)}{_any(_LISTS.blows)}"),
    _rule(
        "of anders",
        rf"(?:of|anders) {_I} (?:zet|stuur|deel|gooi) {_few(3)}(?:online|door|rond)",
    ),
    _rule("anders", rf"anders (?:zet|stuur|deel|gooi) ik {_few(4)}(?:online|door|rond)"),
    _rule("blaas", rf"{_I} blaas {_SOME}{{1,3}}op"),
    _rule(
        "mes wapen pistool kogel bom geweer",
        rf"{_I} (?:neem|pak|haal|heb) {_few(3)}(?:mes|wapen|pistool|geweer|bom)"
        rf"|(?:krijgt|krijg je|krijgen) {_few(3)}(?:mes|kogel)(?! van de)",
    ),
    _rule(
        _LISTS.blows,
        rf"krijg(?:t|en)? {_few(4)}{_any(_LISTS.blows)} {_few(6)}van (?:me|mij|ons)",
    ),
    _rule("dood", r"(?:als|wie) (?:[\w']+ ){1,8}(?:is|ben) (?:(?:hij|ie|ze|zij|je|jij) )?dood"),
    _rule("dood", r"(?<!ik )ga (?:jij |je )?(?:maar |toch )?dood(?! van)"),
    _rule("eraan aan", r"(?:wie|die) (?:[\w']+ ){0,4}gaat eraan(?! \w)"),
    _rule(
        "ga zet gooi deel stuur zal",
        rf"{_I} (?:ga|zal|zet|gooi|deel|stuur) {_SOME}{{0,2}}(?:je|jouw|haar|zijn|jullie) {_few(1)}"
        rf"(?:{_PICTURE}|adres|nummer|geheim) {_few(2)}(?:rond|door|{_SHARED})",
    ),
    _rule(
        "spijt", rf"(?:je|jullie|hij|ze|die) (?:ga|gaan|gaat|zal|zullen|zult) {_SOME}{{0,4}}spijt van krijgen"
    ),
    _rule("af", rf"{_I} (?:stuur|sturen) {_SOME}{{1,4}}op {_WHO} af"),
    _rule("aandoen", rf"{_I} (?:ga|gaan|zal|kan) {_WHOM} (?:wat|iets) aandoen"),
    _rule(
        "mes messen wapens bom",
        rf"(?:{_I}|ze) (?:kom|komen) {_SOME}{{0,4}}met (?:een )?(?:mes|messen|wapens)",
    ),
    _rule("wacht", "wacht maar(?! (?:af|even))"),
    _rule("pas", r"pas maar (?:goed )?op(?! (?:met|voor|dat))"),
    _rule("dood geweest", r"(?:je|jij) bent (?:er geweest|dood)|(?:dan|en) ben je dood(?! ?(?:moe|op))"),
    _rule(
        "sterft sterven doodgaat doodgaan",
        r"hoop dat (?:je|jij|hij|zij|ze|jullie) (?:[\w']+ ){0,2}(?:sterft|sterven|doodgaat|doodgaan)",
    ),
    _rule("neer", r"(?:hij|zij|ze|die \w+) (?:gaat|gaan) neer"),
    _rule(
        "krijg vind pak",
        rf"{_I} (?:krijg|vind|pak) (?:je|jou|hem|haar|jullie) (?:wel|nog)(?! (?:een|aardig|leuk|lief))",
    ),
    _rule("hopen", rf"hopen dat (?:ik|we) {_WHO} niet (?:tegenkom|tegenkomen|vind|vinden|zie|zien)"),
    _rule("halen", rf"(?:{_I} kom(?:en)?|kom ik|komen we) {_WHO} {_few(1)}halen"),
    _rule(
        "weet weten",
        r"(?:weet|weten) (?:je|jullie|jouw) (?:school|huis|adres|straat)",
    ),
    _rule("pak pakken", rf"{_I} pak(?:ken)? {_WHO} (?:wel|nog|terug|vanavond|morgen|na school)"),
    _rule(
        "ga gaan gaat",
        r"(?:ga|gaan|gaat) (?:je|jullie|hij|zij|ze) (?:eraan(?! \w)|dood|kapot)"
        r"|(?:je|jullie) gaat? eraan(?! \w)",
    ),
    _rule(
        "weet weten",
        rf"{_I} weet(?:en)? waar (?:je|jij|jullie|hij|ze|zij) "
        r"(?:woont?|wonen|chillt?|chillen|hangt|hangen|bent|zit)",
    ),
    _rule("wacht wachten", rf"{_I} wacht(?:en)? {_WHO} (?:\w+ ){{0,3}}op"),
    _rule(
        "als",
        rf"als (?:je|jij|jullie|hij|ze) (?:[\w']+ ){{1,6}}(?:, )?(?:dan )?"
        rf"(?:{_HURT} {_I}|zwaait er wat|ben je (?:er geweest|dood))",
    ),
)

_GROUP, _FOUL, _MILD = (_any(words) for words in (_LISTS.groups, _LISTS.foul, _LISTS.mild))
_SLUR = " ".join(
    front + form
    for word in _LISTS.slurs.split()
    for form in (word, word + "s", word + "en", word + "'s")
    for front in ("", "rot", "klote", "pokke")
)
_SLURS = (
    _rule(_SLUR, rf"{_any(_SLUR)}(?! op\b)"),
    _rule(_LISTS.foul, rf"{_FOUL} (?:{_GROUP}|{_MILD}s?)"),
    _rule("kk kkr", r"kkr? \w{3,}"),
    _rule(
        "kanker kankerr tering tyfus kut",
        r"(?:kankerr?|tering|tyfus) (?:irritant|vervelend|domme?|saaie?|lelijke?|vieze?|vies|veel|goed)",
    ),
    _rule("krijg", "krijg (?:de |allemaal |toch )?(?:kanker|tering|tyfus|klere|pleuris|kk)"),
    _rule(_LISTS.said_of, rf"{_GROUP} (?:zijn|is) (?:allemaal |gewoon |echt |zo )?{_any(_LISTS.said_of)}"),
    _rule(
        _LISTS.mild,
        rf"(?:jij|je|hij|zij|ze|die|u) (?:bent|is) (?:echt |gewoon |zo )?(?:een|n|'n) (?:\w+ )?{_MILD}",
    ),
    _rule(_LISTS.mild, rf"{_MILD}s? (?:ben|zijn) (?:jij|je|jullie)"),
    _rule("terug", "terug naar je eigen land"),
)
_CURSES = tuple(_LISTS.curses.split())
_CURSED = re.compile(rf"(?<![\w'])(?:{_any(_LISTS.curses)})[a-z]{{3,30}}(?![\w'])(?! op\b)")
_NO_CURSES = tuple(_LISTS.no_curses.split())
_SPELLED_SLUR = re.compile(r"hoer|kanker|slet|flikker|mongool|nikker|kutwijf|teef")
_SAYING = re.compile(
    r"\b(?:geroepen|roept|roepen|riep|riepen|roep|naroepen|nageroepen|schreeuw\w*|geschreeuwd|noem\w*|genoemd"
    r"|uitgescholden|uitschelden|scheld\w*|gescholden|woord(?:en)?|hoor (?:je|ik)|hoort|horen|wordt gezegd"
    r"|worden gezegd|opmerking(?:en)?|uitgemaakt|gebruik\w*|bedoel\w*|labels?)\b"
)
