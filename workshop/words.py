"""Words as a search reads them: folded, so that `Café's` and `cafes` meet, and the same for every database.

A folded word is only letters a-z and digits. What a person typed never reaches the query language of a
database: `terms` gives folded words, and those hold no sign that means anything to FTS5 or PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

LONGEST_WORD = 40
MOST_TERMS = 12
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


class Term(msgspec.Struct, frozen=True):
    """Words that must follow each other; unless they were between quotes, the last may be the begin of a
    longer word."""

    words: tuple[str, ...]
    whole: bool = False


class ExcerptPart(msgspec.Struct, frozen=True):
    text: str
    marked: bool = False


def fold(text: str) -> str:
    """Returns every word of a text, folded, with spaces between."""
    return " ".join(word for word, _, _ in _words(text))


def terms(query: str) -> tuple[Term, ...]:
    """Reads the terms of a query, each once and at most `MOST_TERMS`. Empty for a query of only signs."""
    found = []
    for typed in _TERM.finditer(query.replace("“", '"').replace("”", '"').replace("„", '"')):
        quoted, bare = typed.groups()
        words = tuple(word for word, _, _ in _words(quoted if bare is None else bare))
        if words:
            found.append(Term(words, whole=bare is None))
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def marked(text: str, wanted: Sequence[Term]) -> tuple[ExcerptPart, ...]:
    """Cuts a text into pieces, and marks those that a term found."""
    words = list(_words(text))
    folded = [word for word, _, _ in words]
    hits = {
        index + step
        for term in wanted
        for index in range(len(words))
        if _stands_at(folded, index, term)
        for step in range(len(term.words))
    }
    pieces: list[ExcerptPart] = []
    done = 0
    for _, start, end in (words[index] for index in sorted(hits)):
        pieces += [ExcerptPart(text[done:start])] if start > done else []
        pieces.append(ExcerptPart(text[start:end], marked=True))
        done = end
    return (*pieces, ExcerptPart(text[done:])) if done < len(text) else tuple(pieces)


def excerpt(text: str, wanted: Sequence[Term], around: int) -> str:
    """Returns the part of a long text where the first found word stands, of at most 2 × `around` characters
    and cut between words."""
    before = 0
    for piece in marked(text, wanted):
        if piece.marked:
            break
        before += len(piece.text)
    if len(text) <= 2 * around:
        return text
    start = max(0, min(before - around, len(text) - 2 * around)) if before < len(text) else 0
    cut = text[start : start + 2 * around]
    cut = cut.partition(" ")[2] if start and " " in cut[:around] else cut
    ends = start + 2 * around >= len(text)
    cut = cut if ends or " " not in cut[around:] else cut.rpartition(" ")[0]
    return ("… " if start else "") + cut + ("" if ends else " …")


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yields every folded word with the index of its begin and of its end."""
    for found in _WORD.finditer(text):
        if folded := _folded(found.group()):
            yield folded, found.start(), found.end()


def _folded(word: str) -> str:
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    return "".join(_letter(letter) for letter in bare if letter.isalnum())[:LONGEST_WORD]


def _letter(letter: str) -> str:
    """Returns a letter of ASCII as it is and another as `x4e9x`: databases do not agree on what is a letter
    outside ASCII, and read such a name all in the same way."""
    return letter if letter.isascii() else f"x{ord(letter):x}x"


def _stands_at(folded: Sequence[str], index: int, term: Term) -> bool:
    there = folded[index : index + len(term.words)]
    if len(there) < len(term.words) or there[:-1] != list(term.words[:-1]):
        return False
    return there[-1] == term.words[-1] or (not term.whole and there[-1].startswith(term.words[-1]))
