"""Finds where somebody can be reached or found: phone, e-mail, account, link, address, BSN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from workshop.safety import helplines
from workshop.safety.screening.reading import Reading, Span


class ContactLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    hosts: str
    streets: str
    no_streets: str
    everybody: str
    platforms: str
    phone_words: str
    fillers: str
    plus: str
    digit_words: tuple[str, ...]
    units: str
    short_words: str


def emails(reading: Reading) -> Iterator[Span]:
    plain = reading.plain
    if _EMAIL_SIGN.search(plain):
        for found in _EMAIL.finditer(plain):
            yield found.span()


def links(reading: Reading) -> Iterator[Span]:
    for found in _LINK.finditer(reading.plain) if _LINK_SIGN.search(reading.plain) else ():
        host = (found["host"] or found["bare"]).removeprefix("www.")
        # "Klaar.De volgende": no domain, but a sentence after which somebody forgot the space.
        if (
            found["bare"]
            and not found["path"]
            and reading.text[found.end("bare") - len(found["top"])].isupper()
        ):
            continue
        if not any(host == known or host.endswith("." + known) for known in _KNOWN_HOSTS):
            yield found.start(), found.start() + len(found.group().rstrip(".,;:!?)\"'"))


def accounts(reading: Reading) -> Iterator[Span]:
    plain = reading.plain
    if "@" in plain:
        for found in _AT.finditer(plain):
            if found["name"].rstrip(".") not in _EVERYBODY:
                yield found.start(), found.start() + len(found.group().rstrip("."))
    if not _PLATFORMS.isdisjoint(reading.said):
        for rule in _ON_PLATFORM:
            for found in rule.finditer(plain):
                yield found.span("name")
    if "_" in plain or "#" in plain:
        for found in _BY_ITSELF.finditer(plain):
            yield found.span()


def phones(reading: Reading) -> Iterator[Span]:
    yield from _numbers(reading, "telefoon")
    if _DIGIT_WORD.search(reading.plain):
        for found in _SPOKEN.finditer(reading.plain):
            digits = "".join(_DIGITS.get(piece, piece) for piece in _SPOKEN_PIECE.findall(found.group()))
            if _PHONE_DIGITS.fullmatch(digits):
                yield found.span()


def bsn(reading: Reading) -> Iterator[Span]:
    """Finds citizen service numbers: nine digits that pass the eleven-test, or are called so."""
    yield from _numbers(reading, "bsn")


def addresses(reading: Reading) -> Iterator[Span]:
    if not _DIGIT.search(reading.plain):
        return
    for found in _STREET.finditer(reading.plain):
        if found["street"] not in _NO_STREETS and not _UNIT.match(reading.plain, found.end("number")):
            yield found.span()
    for rule, there in ((_TWO_WORDS, reading.text), (_NAMED_PLEIN, reading.text), (_LIVES, reading.plain)):
        for found in rule.finditer(there):
            if not _UNIT.match(reading.plain, found.end("number")):
                yield found.span()
    for found in _POSTCODE.finditer(reading.text):
        # "IN 2024 IS HET": a year and a short word.
        if not (found["number"][:2] in ("19", "20") and found["letters"].lower() in _SHORT_WORDS):
            yield found.span()
    for found in _POSTCODE_WITH_HOUSE.finditer(reading.plain):
        yield found.span()


def _numbers(reading: Reading, wanted: str) -> Iterator[Span]:
    if _DIGIT.search(reading.plain):
        for found in _NUMBER.finditer(reading.plain):
            if _sort_of(found.group(), reading.plain[max(0, found.start() - 40) : found.start()]) == wanted:
                yield found.span()


def _sort_of(written: str, before: str) -> str:
    """Returns `telefoon`, `bsn`, or an empty text for another number."""
    written = _PLUS.sub("+", written.lstrip("( "))
    digits = re.sub(r"\D", "", written.replace("o", "0"))
    if written.count("o") > 4 or _DATE.search(written):
        return ""
    abroad = digits.removeprefix("00") if written.startswith(("+", "00")) else ""
    if _DUTCH.fullmatch(abroad or digits):
        digits = "0" + (abroad or digits).removeprefix("31").removeprefix("0")
    elif abroad and not abroad.startswith("0") and 9 <= len(abroad) <= 13:
        return "telefoon"
    if _PHONE_DIGITS.fullmatch(digits) and digits.startswith("0"):
        return "" if digits in _HELPLINES else "telefoon"
    if digits in _HELPLINES or _OTHER_NUMBER.search(before):
        return ""
    if _LONG_LOCAL.fullmatch(digits):
        return "telefoon"
    if _BSN_WORD.search(before):
        return "bsn" if len(digits) == 9 else ""
    if 9 <= len(digits) <= 12 and _PHONE_WORD.search(before):
        return "telefoon"
    return "bsn" if _BSN_SHAPE.fullmatch(written.strip(" .-")) and _is_bsn(digits) else ""


def _is_bsn(digits: str) -> bool:
    """Says whether nine digits pass the eleven-test. No BSN has nine times the same digit."""
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)
    )
    return total % 11 == 0 and len(set(digits)) > 1


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=ContactLists)
_LINES = helplines.load()
_HELPLINES = frozenset(line.dial for line in _LINES if line.phone)
_KNOWN_HOSTS = frozenset(_LISTS.hosts.split()) | {
    urlsplit(line.url).netloc.removeprefix("www.") for line in _LINES if line.url
}
_EVERYBODY = frozenset(_LISTS.everybody.split())
_NO_STREETS = frozenset(_LISTS.no_streets.split())

_TOP = (
    "(?:nl|com|net|org|eu|be|de|info|frl|amsterdam|me|io|gg|ly|tv|app|xyz|site|online|example|edu|uk|tr|pl|ua|to"
    "|link|co)"
)
_EMAIL_SIGN = re.compile(r"@|apenstaart|\(at\)|\[at\]|\{at\}| at ")
_MAILBOX = r"(?<![\w.+-])[\w.+-]{1,64}(?: (?:punt|dot) [\w.+-]{1,40}){0,2}"
_DOT = r"[(\[]?(?:punt|dot)[)\]]?"
_EMAIL = re.compile(
    rf"{_MAILBOX} ?(?:@|[(\[{{] ?at ?[)\]}}]|apenstaart(?:je)?) ?"
    rf"[\w-]{{1,40}}(?:(?:\.| ?{_DOT} ?)[\w-]{{1,40}}){{0,3}}(?: ?(?:\.|,|{_DOT}) ?| ){_TOP}(?!\w)"
    rf"|{_MAILBOX} at [\w-]{{2,40}}(?: {_DOT} [\w-]{{1,40}}){{0,2}} {_DOT} {_TOP}(?!\w)"
    rf"|{_MAILBOX} at [\w-]{{2,40}}(?:\.[\w-]{{1,40}}){{0,3}}\.{_TOP}(?!\w)"
)
_LINK_SIGN = re.compile(r"://|\w\.[a-z]")
_LINK = re.compile(
    rf"(?:https?://(?P<host>[^\s/?#]{{1,120}})[^\s]{{0,300}}"
    rf"|(?<![\w@.-])(?P<bare>(?:[a-z0-9-]{{1,60}}\.){{1,4}}(?P<top>{_TOP}))(?![\w-])(?P<path>/[^\s]{{0,300}})?)"
)
_AT = re.compile(r"(?<![\w.])@(?P<name>[a-z0-9_][\w.]{1,29})")
_PLATFORMS = frozenset(_LISTS.platforms.split())
_PLATFORM = rf"(?<!\w)(?:{'|'.join(sorted(_PLATFORMS, key=len, reverse=True))})(?!\w)"
_HANDLE = r"(?=[^\s]{4})[a-z_][a-z0-9_]*[._0-9][a-z0-9_.]*[a-z0-9_]"
_ON_PLATFORM = (
    re.compile(rf"{_PLATFORM}(?: ?: ?| [^.!?\n]{{0,24}}?[ :]| )(?P<name>{_HANDLE})(?![\w.])"),
    re.compile(rf"(?<![\w.@])(?P<name>{_HANDLE}) (?:op|via|van) {_PLATFORM}"),
    re.compile(
        rf"{_PLATFORM}(?:naam| naam)?(?: ?: ?| (?:naam|heet)(?: is| ze| hij|:)? )"
        r"(?P<name>[a-z0-9_.]{4,30})(?![\w.])"
    ),
)
_BY_ITSELF = re.compile(
    r"(?<!\w)[a-z]\w{1,29}#\d{4}(?!\d)"
    r"|(?<![\w.@/])(?=\w{4})(?:[a-z0-9]{1,30}_[a-z0-9_]{1,30}|_[a-z0-9][a-z0-9_.]{1,30})(?![\w@])"
)
_DIGIT = re.compile(r"\d")
_PLUS_SIGN = rf"(?:\+|(?<!\w)(?:{'|'.join(_LISTS.plus.split())}) )"
_PLUS = re.compile(_PLUS_SIGN)
_FILLERS = rf"(?:,? (?:{'|'.join(dict.fromkeys(_LISTS.fillers.split()))})){{1,2}}"
_NUMBER = re.compile(
    rf"(?<![\d+])(?:{_PLUS_SIGN} ?)?[(]?(?:06{_FILLERS}(?= ?\d)|[0-9]|\bo(?![a-z]))"
    r"(?:[ ./()-]{0,3}(?:[0-9]|o(?![a-z]))){7,15}(?!\d)"
)
_LONG_LOCAL = re.compile(r"0[1-9]\d{9}")
"""As in Great Britain and Turkey."""
_PHONE_WORD = re.compile(
    rf"(?<!\w)[وبل]?(?:{'|'.join(_LISTS.phone_words.split())})(?!\w)\.?[^.!?\n]{{0,24}}$"
)
_PHONE_DIGITS = re.compile(r"06\d{8}|6\d{8}|0(?:1\d|2\d|3\d|4\d|5\d|7\d|8[4-8])\d{7}")
_DUTCH = re.compile(r"310?[1-9]\d{8}")
_DATE = re.compile(r"(?<!\d)[0-3]?\d[-/.][01]?\d[-/.](?:19|20)\d\d(?!\d)")
_BSN_SHAPE = re.compile(
    r"\d{9}|\d{3}([ .-])\d{3}\1\d{3}|\d{4}([ .-])\d{2}\2\d{3}|\d{2}([ .-])\d{2}\3\d{2}\3\d{3}"
)
_BSN_WORD = re.compile(r"bsn|burgerservice|sofi")
_OTHER_NUMBER = re.compile(r"(?:rsin|kvk|btw|order|factuur|zaak|isbn)(?:-?nummer|-?nr\.?)?[ :]{0,2}$")
_DIGITS = {
    word: str(digit)
    for said in _LISTS.digit_words
    for digit, words in enumerate(said.split())
    for word in words.split("|")
}
_SPOKEN_ONE = rf"(?:{'|'.join(sorted(_DIGITS, key=len, reverse=True))}|\d+)"
_DIGIT_WORD = re.compile("|".join(word for word, digit in _DIGITS.items() if digit in "06"))
_SPOKEN = re.compile(rf"(?<!\w){_SPOKEN_ONE}(?:[ .,-]{{0,2}}{_SPOKEN_ONE}){{1,12}}(?!\w)")
_SPOKEN_PIECE = re.compile(_SPOKEN_ONE)

_ENDS = "|".join(sorted(_LISTS.streets.split(), key=len, reverse=True))
_HOUSE = (
    r"(?:nr\.? ?|nummer |no\.? ?)?(?P<number>[1-9]\d{0,3})(?: ?-? ?(?:[a-h]|bis|hs|[1-9]\d?)(?!\w))?"
    r"(?![\w%:€]|[.,]\d)"
)
_STREET = re.compile(rf"(?<!\w)(?P<street>[a-z][a-z'-]{{2,40}}(?:{_ENDS}))\.? ?{_HOUSE}")
_TWO_WORDS = re.compile(
    r"(?<!\w)[A-Z][a-z]{2,20} (?:[Gg]racht|[Ss]traat|[Ww]eg|[Ll]aan|[Ss]ingel|[Kk]ade|[Dd]ijk|[Mm]arkt"
    rf"|[Pp]lein|[Hh]of|[Hh]aven) {_HOUSE}"
)
_NAMED_PLEIN = re.compile(
    rf"(?<!\w)(?:Plein|Laan|Weg|Hof|Singel) (?:[1-9]\d{{3}}|van (?:de |den |der |het )?\w{{2,25}}) {_HOUSE}"
)
_LIVES = re.compile(
    r"(?<!\w)(?:woon|woont|wonen|woonde) (?:wij |hij |ze |ik )?(?:op|aan|in) (?:de |het )?(?:[a-z'-]+ ){1,4}"
    rf"{_HOUSE}"
)
_UNIT = re.compile(rf"(?:(?:e|de|ste)|[ ]?(?:{'|'.join(_LISTS.units.split())}))(?!\w)")
_POSTCODE = re.compile(r"(?<![\w.,])(?P<number>[1-9]\d{3}) ?(?P<letters>(?!S[ADS])[A-Z]{2})(?!\w)")
_POSTCODE_WITH_HOUSE = re.compile(
    r"(?<![\w.,])[1-9]\d{3}[a-z]{2} (?:nr\.? ?|nummer |huisnummer )?\d{1,4}(?!\w)"
)
_SHORT_WORDS = frozenset(_LISTS.short_words.split())
