"""Wording that a facilitator should see first: an own experience, a threat, an insult.

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

from workshop.safety.reading import Place, Reading


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    acts: str
    grave: str
    did: str
    does: str
    body: str
    pictures: str
    shared: str
    kin: str
    close: str
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
    """It is tried only on a text that says one of these: most texts say none, and are read in no time."""
    pattern: re.Pattern[str]


def experiences(reading: Reading) -> Iterator[Place]:
    for found in _found(reading, _EXPERIENCES):
        if not _SUPPOSED.search(reading.line, max(0, found.start() - 30), found.end()):
            yield reading.place(found)
    yield from _spelled(reading, _SPELLED_EXPERIENCE)


def threats(reading: Reading) -> Iterator[Place]:
    for found in _found(reading, _THREATS):
        if not reading.is_quoted(found):
            yield reading.place(found)


def slurs(reading: Reading) -> Iterator[Place]:
    for found in (*_found(reading, _SLURS), *_cursed(reading)):
        if not reading.is_quoted(found) and not _is_about(reading.line, found):
            yield reading.place(found)
    yield from _spelled(reading, _SPELLED_SLUR)


def _found(reading: Reading, rules: tuple[Rule, ...]) -> Iterator[re.Match[str]]:
    for rule in rules:
        if not rule.keys.isdisjoint(reading.said):
            yield from rule.pattern.finditer(reading.line)


def _cursed(reading: Reading) -> Iterator[re.Match[str]]:
    """Words that are an insult because of how they begin: "kankerkind"."""
    if any(said.startswith(_CURSES) for said in reading.said):
        for found in _CURSED.finditer(reading.line):
            if found.group() not in _NO_CURSES:
                yield found


def _is_about(line: str, found: re.Match[str]) -> bool:
    """Whether the sentence tells that this is said, such as "meisjes worden slet genoemd"."""
    start = max(line.rfind(sign, 0, found.start()) for sign in ".!?\n") + 1
    ends = [at for sign in ".!?\n" if (at := line.find(sign, found.end())) >= 0]
    return _SAYING.search(line, start, min(ends, default=len(line))) is not None


def _spelled(reading: Reading, pattern: re.Pattern[str]) -> Iterator[Place]:
    for word in reading.words:
        if word.spelled and pattern.search(word.said):
            yield word.start, word.end


def _any(words: str) -> str:
    """A pattern for one of these words, the longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, set(words.split())), key=len, reverse=True)) + ")"


def _few(most: int) -> str:
    """A pattern for up to so many words between, none of which makes it a denial, a question or hearsay."""
    return rf"(?:(?!(?:{_TURNS})\b)[\w']+ ){{0,{most}}}"


def _rule(keys: str, pattern: str) -> Rule:
    return Rule(frozenset(keys.split()), re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])"))


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Lists)
_ACT, _GRAVE, _DID, _DOES = (_any(words) for words in (_LISTS.acts, _LISTS.grave, _LISTS.did, _LISTS.does))
_BODY, _PICTURE, _SHARED = (_any(words) for words in (_LISTS.body, _LISTS.pictures, _LISTS.shared))
_KIN, _CLOSE = (_any(words) for words in (_LISTS.kin, _LISTS.close))
_I = "(?:ik|k|ikzelf|wij|we)"
_ME = "(?:mij|me|mezelf|mijzelf|ons)"
_MY = "(?:mijn|mn|m'n|me|onze)"
_HE = "(?:hij|zij|ze|die)"
_TOUCHES = "(?:zit|zat|zaten|zitten|kwam|komt|voelde|voelt|ging)"
_TOUCHING = "zit zat zaten zitten kwam komt voelde voelt ging"
_TURNS = (
    "niet|nooit|niemand|dat|als(?! kind| meisje| jongen| kleuter| peuter| tiener)"
    "|of|gehoord|gezien|gelezen|bang|te|zou"
)
# "wat als ik word aangerand", "stel dat", "zou": a question about what may happen.
_SUPPOSED = re.compile(
    r"\b(?:als (?:ik|mij|me|je|iemand|we)|stel|zou|zouden|mocht|te worden|nooit|nog niet)\b"
)
_EXPERIENCES = (
    _rule(_LISTS.acts, rf"{_I} (?:ben|was|werd|word|zijn|werden) {_few(6)}{_ACT}"),
    _rule(_LISTS.acts, rf"(?:ben|werd|was) {_I} {_few(6)}{_ACT}"),
    _rule(_LISTS.acts, rf"{_I} {_few(4)}{_ACT} (?:ben|werd|was|geworden)"),
    _rule(
        _LISTS.acts,
        rf"{_I} (?:heb|had) {_few(4)}(?:verkracht|aangerand|misbruikt|betast|aangeraakt|gedwongen)",
    ),
    _rule(_LISTS.acts, rf"(?:heeft|hebben|had|hadden|heb) {_few(5)}{_ME} {_few(6)}{_ACT}"),
    _rule(_LISTS.acts, rf"{_ME} {_few(4)}(?:heeft|hebben|had|hadden) {_ACT}"),
    _rule(_LISTS.did, rf"(?<!ik ){_DID} {_few(3)}(?:{_ME}|m)(?! (?:niet|nooit)\b)"),
    _rule(_LISTS.did, rf"{_DID} {_few(3)}{_MY} {_BODY}"),
    _rule(_TOUCHING, rf"{_TOUCHES} {_few(4)}aan (?:mij|me|m)"),
    _rule(_TOUCHING, rf"{_TOUCHES} {_few(4)}(?:aan|op|in|tussen|onder) {_MY} {_BODY}"),
    _rule("hand handen", rf"handen? {_few(2)}(?:aan|op|in|tussen|onder) {_MY} {_BODY}"),
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
        rf"{_I} moest(?:en)? {_few(4)}(?:seks|pijpen|aftrekken|neuken|strippen|zoenen|naakt)",
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
    _rule(_LISTS.grave, rf"{_MY} {_few(2)}{_CLOSE} (?:is|was|werd|wordt) {_few(5)}{_GRAVE}"),
    _rule("wil", r"ik wil (?:dood|doodgaan|niet meer leven|er niet meer zijn|zelfmoord plegen)"),
    _rule(
        "snijd snij sneed kras", rf"ik (?:snijd|snij|sneed|kras) {_few(1)}(?:mezelf|mijzelf|me|in {_MY} arm)"
    ),
)
_SPELLED_EXPERIENCE = re.compile(r"verkracht|aangerand|(?:ik|me|mij).{0,12}(?:misbruik|betast|aangeraakt)")

_WHO = "(?:je|jou|jullie|hem|haar|hun|ze|m)"
_WHOM = r"(?:je|jou|jullie|hem|haar|hun|hen|ze|m|(?:die|dat|deze) \w+(?: \w+)?)"
_HURT, _WOUND, _TO_HURT = (_any(words) for words in (_LISTS.hurts, _LISTS.wounds, _LISTS.to_hurt))
_HIS = "(?:je|zn|z'n|zijn|haar|hun)"
_BROKEN = (
    rf"(?:af|dood|kapot|neer|verrot|overhoop|in elkaar|op {_HIS} (?:bek|smoel|gezicht|kop|muil)"
    r"|het ziekenhuis in|lek|de tering|plat)"
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
    _rule("pak pakken", rf"{_I} pak(?:ken)? {_WHO} (?:wel|nog|terug|vanavond|morgen|na school)"),
    _rule(
        "ga gaan gaat",
        "(?:ga|gaan|gaat) (?:je|jullie|hij|zij|ze) (?:er ?aan|dood|kapot)|(?:je|jullie) gaat? er ?aan",
    ),
    _rule("weet", "ik weet (?:waar (?:je|jij|jullie|hij|ze|zij) (?:woont?|wonen)|je te vinden)"),
    _rule("wacht wachten", rf"{_I} wacht(?:en)? {_WHO} (?:\w+ ){{0,3}}op"),
    _rule(
        "als",
        rf"als (?:je|jij|jullie|hij|ze) (?:[\w']+ ){{1,6}}(?:, )?(?:dan )?"
        rf"(?:{_HURT} {_I}|zwaait er wat|ben je (?:er geweest|dood))",
    ),
)

_GROUP, _FOUL, _MILD = (_any(words) for words in (_LISTS.groups, _LISTS.foul, _LISTS.mild))
_SLUR = " ".join(
    form for word in _LISTS.slurs.split() for form in (word, word + "s", word + "en", word + "'s")
)
_SLURS = (
    _rule(_SLUR, rf"{_any(_SLUR)}(?! op\b)"),
    _rule(_LISTS.foul, rf"{_FOUL} (?:{_GROUP}|{_MILD}s?)"),
    _rule("kk kkr", r"kkr? \w{3,}"),
    _rule("krijg", "krijg (?:de |allemaal |toch )?(?:kanker|tering|tyfus|klere|pleuris|kk)"),
    _rule(_LISTS.said_of, rf"{_GROUP} (?:zijn|is) (?:allemaal |gewoon |echt |zo )?{_any(_LISTS.said_of)}"),
    _rule(
        _LISTS.mild,
        rf"(?:jij|je|hij|zij|ze|die|u) (?:bent|is) (?:echt |gewoon |zo )?(?:een|n|'n) (?:\w+ )?{_MILD}",
    ),
    _rule("terug", "terug naar je eigen land"),
)
_CURSES = tuple(_LISTS.curses.split())
_CURSED = re.compile(rf"(?<![\w'])(?:{_any(_LISTS.curses)})[a-z]{{3,30}}(?![\w'])(?! op\b)")
_NO_CURSES = frozenset(_LISTS.no_curses.split())
_SPELLED_SLUR = re.compile(r"hoer|kanker|slet|flikker|mongool|nikker|kutwijf|teef")
_SAYING = re.compile(
    r"\b(?:geroepen|roept|roepen|riep|riepen|roep|naroepen|nageroepen|schreeuw\w*|geschreeuwd|noem\w*|genoemd"
    r"|uitgescholden|uitschelden|scheld\w*|gescholden|woord(?:en)?|hoor (?:je|ik)|hoort|horen|wordt gezegd"
    r"|worden gezegd|opmerking(?:en)?|uitgemaakt|gebruik\w*|bedoel\w*|labels?)\b"
)
