"""Wording that a facilitator should see first: an own experience, a threat, an insult.

A question asks for concerns, so "ik voel me onveilig" is what it asks for. Held is what tells that something was
done to somebody here. What is said about insults and threats ("er wordt vaak homo geroepen") is no insult: a verb
of saying or quotation marks tell the two apart, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from workshop.safety.reading import Place, Reading


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    acts: str
    grave: str
    did: str
    does: str
    body: str
    slurs: str
    mild: str
    curses: str
    no_curses: str
    groups: str
    foul: str
    said_of: str


def experiences(reading: Reading) -> Iterator[Place]:
    if _TOLD.search(reading.line):
        for rule in _EXPERIENCES:
            for found in rule.finditer(reading.line):
                if not _SUPPOSED.search(reading.line, max(0, found.start() - 30), found.end()):
                    yield reading.place(found)
    yield from _spelled(reading, _SPELLED_EXPERIENCE)


def threats(reading: Reading) -> Iterator[Place]:
    for rule in _THREATS:
        for found in rule.finditer(reading.line):
            if not reading.is_quoted(found):
                yield reading.place(found)


def slurs(reading: Reading) -> Iterator[Place]:
    for rule in _SLURS:
        for found in rule.finditer(reading.line):
            if not reading.is_quoted(found) and not _is_about(reading.line, found):
                yield reading.place(found)
    yield from _spelled(reading, _SPELLED_SLUR)


def _is_about(line: str, found: re.Match[str]) -> bool:
    """Whether the sentence tells that this is said, such as "meisjes worden slet genoemd"."""
    start = max(line.rfind(sign, 0, found.start()) for sign in ".!?\n") + 1
    ends = [at for sign in ".!?\n" if (at := line.find(sign, found.end())) >= 0]
    return _SAYING.search(line, start, min(ends, default=len(line))) is not None


def _spelled(reading: Reading, rule: re.Pattern[str]) -> Iterator[Place]:
    for word in reading.words:
        if word.spelled and rule.search(word.said):
            yield word.start, word.end


def _any(words: str) -> str:
    """One of these words, the longest first."""
    return (
        "(?:" + "|".join(re.escape(word) for word in sorted(set(words.split()), key=len, reverse=True)) + ")"
    )


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Lists)
_ACT, _GRAVE, _DID, _DOES = (_any(words) for words in (_LISTS.acts, _LISTS.grave, _LISTS.did, _LISTS.does))
_BODY, _GROUP, _FOUL, _MILD = (
    _any(words) for words in (_LISTS.body, _LISTS.groups, _LISTS.foul, _LISTS.mild)
)
_I = r"(?:ik|k|ikzelf|wij|we)"
_ME = r"(?:mij|me|mezelf|mijzelf|ons)"
_MY = r"(?:mijn|mn|m'n|me|onze)"
_KIN = (
    r"(?:vader|papa|pa|stiefvader|moeder|mama|stiefmoeder|oom|ome|tante|neef|nicht|opa|oma|broer|broertje|stiefbroer"
    r"|ex|ex-vriend|vriend|vriendje|baas|trainer|coach|leraar|docent|buurman|man)"
)
_CLOSE = r"(?:vriendin|vriendinnetje|vriend|bff|zus|zusje|broer|broertje|dochter|zoon|nicht|nichtje|neefje|moeder|mama|kind)"
_PICTURES = r"(?:naakt\w{0,12}(?: '?s)?|nudes?|foto'?s?|filmpjes?|video'?s?|beelden|dickpics?)"
_SHARED = (
    r"(?:doorgestuurd|doorgestuurt|doorsturen|door te sturen|gedeeld|delen|gelekt|rondgestuurd|rondgegaan|verspreid"
    r"|verspreiden|online gezet|online te zetten|openbaar|doorverkocht)"
)


def _few(most: int) -> str:
    """Up to so many words between, none of which turns what is told into something else."""
    return rf"(?:(?!(?:niet|nooit|niemand|dat|als(?! kind| meisje| jongen| kleuter| peuter| tiener)|of|gehoord|gezien|gelezen|bang|te|zou)\b)[\w']+ ){{0,{most}}}"


# Any text that tells an experience has one of these: the rules below are not tried on others.
_TOLD = re.compile(r"\b(?:ik|k|mij|me|mezelf|mijn|mn|m'n|ons|onze|we|wij)\b")
# "wat als ik word aangerand", "stel dat", "zou": a question about what may happen.
_SUPPOSED = re.compile(
    r"\b(?:als (?:ik|mij|me|je|iemand|we)|stel|zou|zouden|mocht|te worden|nooit|nog niet)\b"
)
_EXPERIENCES = tuple(
    re.compile(rule)
    for rule in (
        rf"\b{_I} (?:ben|was|werd|word|zijn|werden) {_few(6)}{_ACT}\b",
        rf"\b(?:ben|werd|was) {_I} {_few(6)}{_ACT}\b",
        rf"\b{_I} {_few(4)}{_ACT} (?:ben|werd|was|geworden)\b",
        rf"\b{_I} (?:heb|had) {_few(4)}(?:verkracht|aangerand|misbruikt|betast|aangeraakt|gedwongen)\b",
        rf"\b(?:heeft|hebben|had|hadden|heb) {_few(5)}{_ME} {_few(6)}{_ACT}\b",
        rf"\b{_ME} {_few(4)}(?:heeft|hebben|had|hadden) {_ACT}\b",
        rf"\b(?<!ik ){_DID} {_few(3)}(?:{_ME}|m)\b(?! (?:niet|nooit)\b)",
        rf"\b{_DID} {_few(3)}{_MY} {_BODY}\b",
        rf"\b(?:zit|zat|zaten|zitten|kwam|komt|voelde|voelt|ging) {_few(4)}aan (?:mij|me|m)\b",
        rf"\b(?:zit|zat|zaten|zitten|kwam|komt|voelde|voelt|ging) {_few(4)}(?:aan|op|in|tussen|onder) {_MY} {_BODY}\b",
        rf"\bhand(?:en)? {_few(2)}(?:aan|op|in|tussen|onder) {_MY} {_BODY}\b",
        rf"\b{_MY} {_few(1)}{_KIN} {_DOES} {_few(2)}{_ME}\b",
        rf"\b{_DOES} {_MY} {_KIN} {_ME}\b",
        rf"\b{_MY} {_few(1)}{_KIN} (?:kwam|komt|kruipt|kroop|ging|gaat) {_few(3)}"
        rf"(?:op {_MY} kamer|(?:bij {_ME} )?in (?:{_MY} )?bed)\b",
        rf"\b{_ME} (?:is|was) {_few(3)}(?:overkomen|gebeurd)\b",
        rf"\b(?:is|was) {_few(2)}(?:bij )?(?:mij|me|ons)(?:zelf)? {_few(3)}(?:overkomen|gebeurd)\b",
        rf"\b(?:het|dit|dat|zoiets|t) {_few(2)}{_ME} {_few(2)}(?:overkomen|overkwam) (?:is|was)\b|\boverkwam {_ME}\b",
        rf"\bbij (?:mij|ons)(?: thuis)? (?:is|was|gebeurt|gebeurde) {_few(2)}(?:het|dit|dat|zoiets)(?: ook)?\b",
        rf"\b{_I} (?:heb|had) {_few(1)}(?:het|dit|dat|zoiets|t|iets) {_few(4)}(?:meegemaakt|ervaren)\b",
        rf"\bheb {_I} {_few(4)}(?:zelf|ook) {_few(2)}meegemaakt\b",
        r"\bme too\b",
        rf"\b{_MY} {_PICTURES} {_few(6)}{_SHARED}\b",
        rf"\b{_PICTURES} van (?:mij|me|mijzelf|mezelf) {_few(6)}{_SHARED}\b",
        rf"\b(?:dreigde|dreigt|dreigden) {_few(4)}{_MY} {_PICTURES}\b",
        rf"\bdwong(?:en)? {_few(2)}{_ME}\b|\b{_I} (?:moest|moesten) {_few(4)}(?:seks|pijpen|aftrekken|neuken|strippen|zoenen|naakt)\b",
        rf"\b{_I} (?:wilde|wou|wilden|wouden) {_few(3)}niet,? ?(?:, )?maar (?:hij|zij|ze|die)\b",
        rf"\b{_I} zei {_few(2)}(?:nee|stop|niet)(?: ,)? maar (?:hij|zij|ze|die)\b",
        rf"\btegen {_MY} (?:zin|wil)\b",
        rf"\btrok (?:zich|zichzelf) {_few(3)}af {_few(2)}(?:voor|bij|naast) {_ME}\b|\bafgetrokken {_few(3)}{_ME}\b",
        rf"\b{_MY} {_few(2)}{_CLOSE} (?:is|was|werd|wordt) {_few(5)}{_GRAVE}\b",
        rf"\b(?:jongen|man|meisje|vrouw|leraar|docent|trainer|coach|iemand) {_few(6)}{_DOES} {_ME}\b",
        r"\bik wil {0}(?:dood|doodgaan|niet meer leven|er niet meer zijn|zelfmoord plegen)\b".replace(
            "{0}", ""
        ),
        rf"\bik (?:snijd|snij|sneed|kras) {_few(1)}(?:mezelf|mijzelf|me|in {_MY} arm)\b",
    )
)
_SPELLED_EXPERIENCE = re.compile(
    r"(?:ik|me|mij).{0,12}(?:verkracht|aangerand|misbruik|betast|aangeraakt)|verkracht|aangerand"
)

_WHOM = r"(?:je|jou|jullie|hem|haar|hun|hen|ze|m|die \w+(?: \w+)?|dat \w+|deze \w+)"
_HURT = r"(?:maak|sla|slaan|steek|steken|schiet|trap|schop|schoppen|beuk|ram|knal|breek|hak|snij|gooi|ros|mep|timmer|pak)"
_HURT_INF = (
    r"(?:slaan|steken|neersteken|neerschieten|schieten|vermoorden|doodmaken|doodslaan|doodschieten|doodsteken|afmaken|kapotmaken"
    r"|pakken|schoppen|verkrachten|wurgen|slopen|mollen|rossen|afrossen|afslachten|in elkaar slaan|te grazen nemen)"
)
_BROKEN = (
    r"(?:af|dood|kapot|neer|verrot|overhoop|in elkaar|op (?:je|zn|z'n|zijn|haar|hun) (?:bek|smoel|gezicht|kop|muil)"
    r"|het ziekenhuis in|lek|de tering|plat)"
)
_NOT = r"(?!(?:niet|nooit|liever|geen|gewoon niet)\b)"
_THREATS = tuple(
    re.compile(rule)
    for rule in (
        rf"\b{_I} {_HURT} {_NOT}(?:{_NOT}[\w']+ ){{1,4}}{_BROKEN}(?![\w'])",
        rf"\b{_HURT} {_I} {_NOT}(?:{_NOT}[\w']+ ){{1,4}}{_BROKEN}(?![\w'])",
        rf"\b{_I} (?:sla|steek|schiet|wurg|schop|vermoord|verkracht|sloop|mol) (?:je|jou|jullie|hem|haar|hun|ze|m)\b(?! (?:niet|nooit|liever|ook niet)\b)",
        rf"\b{_I} (?:vermoord|sloop|mol) {_NOT}{_WHOM}\b",
        rf"\b(?:vermoord|sla|steek|sloop) {_I} (?:je|jou|hem|haar|hun|ze)\b",
        rf"\b{_I} breek (?:je|zn|z'n|zijn|haar|hun|al je|al zn) \w+\b",
        rf"\b{_I} (?:ga|gaan|zal|zullen|wil|kom) {_NOT}{_WHOM} (?:{_NOT}[\w']+ ){{0,4}}{_HURT_INF}\b",
        rf"\b(?:ga|zal|gaan) {_I} {_NOT}{_WHOM} (?:{_NOT}[\w']+ ){{0,4}}{_HURT_INF}\b",
        rf"\b{_I} (?:ga|gaan) {_WHOM} pakken\b|\b{_I} pak(?:ken)? (?:je|jou|hem|haar|ze|jullie) (?:wel|nog|terug|vanavond|morgen|na school)\b",
        r"\b(?:ga|gaan|gaat) (?:je|jullie|hij|zij|ze) (?:er ?aan|dood|kapot)\b|\b(?:je|jullie) gaa?t? er ?aan\b",
        r"\bik weet (?:waar (?:je|jij|jullie|hij|ze|zij) (?:woont?|wonen)|je te vinden)\b",
        rf"\b{_I} wacht(?:en)? (?:je|jou|hem|haar|jullie|ze) (?:\w+ ){{0,3}}op\b",
        rf"\bals (?:je|jij|jullie|hij|ze) (?:[\w']+ ){{1,6}}(?:, )?(?:dan )?(?:{_HURT} {_I}|zwaait er wat|ben je (?:er geweest|dood))\b",
    )
)

_SLUR_FORMS = (
    "(?:"
    + "|".join(sorted((re.escape(word) for word in _LISTS.slurs.split()), key=len, reverse=True))
    + ")(?:s|en|'s)?"
)
_PREFIX = rf"(?!{_any(_LISTS.no_curses)}\b){_any(_LISTS.curses)}[a-z]{{3,20}}"
_SLURS = tuple(
    re.compile(rule)
    for rule in (
        rf"\b(?:{_SLUR_FORMS}|{_PREFIX})(?![\w'])(?! op\b)",
        rf"\b{_FOUL} (?:{_GROUP}|{_MILD}s?)(?![\w'])",
        r"\b(?:kk|kkr) \w{3,}\b",
        r"\bkrijg (?:de |allemaal |toch )?(?:kanker|tering|tyfus|klere|pleuris|kk)\b",
        rf"\b{_GROUP} (?:zijn|is) (?:allemaal |gewoon |echt |zo )?{_any(_LISTS.said_of)}\b",
        rf"\b(?:jij|je|hij|zij|ze|die|u) (?:bent|is) (?:echt |gewoon |zo )?(?:een|n|'n) (?:\w+ )?{_MILD}\b",
        r"\bterug naar je eigen land\b",
    )
)
_SPELLED_SLUR = re.compile(r"hoer|kanker|slet|flikker|mongool|nikker|kutwijf|teef")
_SAYING = re.compile(
    r"\b(?:geroepen|roept|roepen|riep|riepen|roep|naroepen|nageroepen|schreeuw\w*|geschreeuwd|noem\w*|genoemd"
    r"|uitgescholden|uitschelden|scheld\w*|gescholden|woord(?:en)?|hoor (?:je|ik)|hoort|horen|wordt gezegd"
    r"|worden gezegd|opmerking(?:en)?|uitgemaakt|gebruik\w*|bedoel\w*|labels?)\b"
)
