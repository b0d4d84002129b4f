"""A text as the screening reads it: folded, in words, and without what was done to hide a word."""

from __future__ import annotations

import bisect
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from workshop import text as texts

Span = tuple[int, int]


class Word(NamedTuple):
    said: str
    """Folded, and without what hides it: `K3viiiin` and `k e v i n` say `kevin`."""
    start: int
    end: int
    capital: bool
    spelled: bool


class Reading(NamedTuple):
    text: str
    plain: str
    """The text without capitals and accents; every character is at the same place as in `text`."""
    words: tuple[Word, ...]
    """Words and punctuation."""
    line: str
    """All words with one space between: rules about wording look in it."""
    said: frozenset[str]
    """Every word once: it tells quickly whether a rule can find anything."""
    starts: tuple[int, ...]
    quoted: tuple[Span, ...]
    """What is between quotation marks, as places in `line`; empty when that is everything."""

    def span(self, found: re.Match[str]) -> Span:
        """Returns the place in `text` of what was found in `line`."""
        first, last = (bisect.bisect_right(self.starts, at) - 1 for at in (found.start(), found.end() - 1))
        return self.words[first].start, self.words[last].end

    def is_quoted(self, found: re.Match[str]) -> bool:
        return any(start <= found.start() and found.end() <= end for start, end in self.quoted)


def read(text: str) -> Reading:
    # Invisible characters can hide a word. Most texts have none, and need no search for them.
    if not text.isascii() or not text.isprintable():
        text = texts.bare(texts.tidy(text, lines=True))
    plain = text.lower() if text.isascii() else text.translate(_FOLDED)
    words = tuple(_words(text, plain))
    said = [word.said for word in words]
    starts = tuple(itertools.accumulate([len(word) + 1 for word in said], initial=0))[:-1]
    line = " ".join(said)
    return Reading(text, plain, words, line, frozenset(said), starts, tuple(_quoted(line)))


def fold(text: str) -> str:
    """Returns a text without capitals and accents, as `Reading.plain` is."""
    return text.translate(_FOLDED)


def _words(text: str, plain: str) -> Iterator[Word]:
    apart = _APART.search(plain)
    hides = _DIGIT.search(plain) or _AGAIN.search(plain)
    for found in (_WORD_OR_APART if apart else _WORD).finditer(plain):
        start, end = found.span()
        said = plain[start:end]
        spelled = apart is not None and found.lastgroup == "apart"
        if spelled:
            said = _BETWEEN.sub("", said)
        elif hides and end - start > 3:
            if _LEET.fullmatch(said):
                said = said.translate(_LETTER_FOR)
            said = _AGAIN.sub(r"\1", said)
        yield Word(said, start, end, text[start].isupper(), spelled)


def _quoted(line: str) -> Iterator[Span]:
    for found in _QUOTE.finditer(line) if "'" in line or '"' in line else ():
        if found.end() - found.start() < len(line) - 2:
            yield found.span()


def _folded() -> dict[int, str]:
    """Returns the table from Latin letters to a-z: accents, full width, and the bold letters
    of social media; and from the digits of Arabic and Persian to 0-9."""
    table: dict[int, str] = {number: chr(number).lower() for number in range(128)}
    table |= {first + digit: str(digit) for first in (0x660, 0x6F0) for digit in range(10)}
    for first, last in ((0xC0, 0x250), (0x1E00, 0x1F00), (0xFF01, 0xFF5F), (0x1D400, 0x1D800)):
        for number in range(first, last):
            base = unicodedata.normalize("NFKD", chr(number))[0]
            if base.isascii():
                table[number] = base.lower()
    for base, signs in {"'": "’‘`´", '"': "“”„«»", "-": "–—‑", " ": "\u00a0"}.items():
        table |= dict.fromkeys(map(ord, signs), base)
    return table | dict(zip(map(ord, "ßłŁøØıđĐæœ"), "sllooiddao", strict=True))


_FOLDED = _folded()
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+){0,3}|[^\w\s]|\n")
_APART = re.compile(r"(?P<apart>(?<![^\W_])[^\W\d_](?:[ .*_-]{1,3}[^\W\d_]){2,60}(?![^\W_]))")
_WORD_OR_APART = re.compile(rf"{_APART.pattern}|{_WORD.pattern}")
_BETWEEN = re.compile(r"[ .*_-]+")
_DIGIT = re.compile("[0-9]")
_LEET = re.compile(r"[a-z]+[013457][a-z013457]*[a-z]")
_LETTER_FOR = str.maketrans("013457", "oieast")
_AGAIN = re.compile(r"(.)\1{2,}")
_QUOTE = re.compile(r"""(?<![^ ])(["']) (?:[^"'\n ]+ ){1,40}\1(?![^ ])""")
