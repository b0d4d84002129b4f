"""Finds names of persons in the other languages of the phones, by lists of first names and what is around.

A name that is nothing else counts anywhere ("kacper", "Оксану", "زينب"). One that is also a word ("надія",
"April") counts after a title or "my name is", before a surname, or with a capital inside a sentence. Cyrillic
and Arabic are read in any text; Latin letters only in one that looks like English, Polish or Turkish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec

from workshop.safety.screening.reading import Reading, Span, Word


class NamesAbroad(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one language, folded."""

    first: str
    also_words: str
    titles: str
    """Before a name: in a script with capitals any word with one is a name then."""
    sirs: str
    """Before a name, whatever it is."""
    after: str
    """After a name with a capital: "Ayşe Hanım"."""
    surnames: str
    """In what a surname ends that stands after any word with a capital."""
    naming: str
    """Ways to say what somebody is called, with a | between."""
    no_names: str
    """What stands there and is no name: "pani dyrektor", "my name is not important"."""


class NameRules:
    """The lists of a language, ready to look in."""

    def __init__(self, code: str, lists: NamesAbroad) -> None:
        inflected = _INFLECTED.get(code, lambda name: {name})
        first, self.also = (
            frozenset(form for name in names.split() for form in inflected(name))
            for names in (lists.first, lists.also_words)
        )
        self.first = first - self.also
        self.titles, self.sirs, self.after, self.no_names = (
            frozenset(words.split()) for words in (lists.titles, lists.sirs, lists.after, lists.no_names)
        )
        self.has_capitals = code != ARABIC
        self.surnames = tuple(lists.surnames.split())
        self.naming = re.compile(rf"(?<![^\s])(?:{lists.naming}) ")

    def knows(self, said: str) -> str:
        """Returns in which of `first` and `also_words` a word is, or an empty text."""
        bare = said.partition("'")[0] if said not in self.first else said
        joined = bare[1:] if not self.has_capitals and bare[:1] in _JOINED and len(bare) > 3 else ""
        for names, called in ((self.first, "first"), (self.also, "also")):
            if bare in names:
                return called
        return "first" if joined in self.first else ""


def names(reading: Reading, language: str) -> Iterator[Span]:
    """Finds names. `language` is what the whole text looks like."""
    codes = [language] if language in LATIN else []
    if _CYRILLIC.search(reading.text):
        codes.append("uk")
    if _ARABIC_LETTER.search(reading.text):
        codes.append(ARABIC)
    for code in codes:
        yield from _names(reading.words, _languages()[code])


def _names(words: Sequence[Word], known: NameRules) -> Iterator[Span]:
    said = [_folded(word.said) for word in words]
    called = _called(said, known)
    index = 0
    while index < len(words):
        if not _is_somebody(words, said, index, known, called):
            index += 1
            continue
        end = index + 1
        while end < len(words) and words[end].said.isalpha() and words[end].capital and known.has_capitals:
            end += 1
        yield words[index].start, words[end - 1].end
        index = end


def _is_somebody(
    words: Sequence[Word], said: Sequence[str], index: int, known: NameRules, called: set[int]
) -> bool:
    word, before = said[index], said[index - 1] if index else ""
    after = said[index + 1] if index + 1 < len(said) else ""
    if not words[index].said.replace("'", "").isalpha() or word in known.no_names or words[index].spelled:
        return False
    if before == "." and index > 1 and said[index - 2] in known.sirs:
        before = said[index - 2]
    how = known.knows(word)
    capital = known.has_capitals and words[index].capital
    if how == "first" or before in known.sirs:
        return True
    if index in called and (capital or how or not known.has_capitals):
        return True
    if capital and (before in known.titles or after in known.after):
        return True
    surname = index + 1 < len(words) and words[index + 1].capital and words[index + 1].said.isalpha()
    if capital and surname and after.endswith(known.surnames):
        return True
    if not how:
        return False
    inside = index > 0 and before not in _SENTENCE_ENDS
    if known.has_capitals:
        return capital and (inside or surname)
    return before in known.titles or bool(_SURNAME_IN_ARABIC.fullmatch(after))


def _called(said: Sequence[str], known: NameRules) -> set[int]:
    """Returns the places of words of which the text says that somebody is called so."""
    line = " ".join(said)
    ends = {found.end() for found in known.naming.finditer(line)}
    at, places = 0, set()
    for index, word in enumerate(said):
        if at in ends and len(word) > 1:
            places.add(index)
        at += len(word) + 1
    return places


def _folded(said: str) -> str:
    return said.casefold().translate(_ALIKE)


def _polish(name: str) -> set[str]:
    """Returns a folded name with its endings: `magda`, `magdy`, `magdzie`; `kacper`, `kacpra`."""
    if name.endswith("a"):
        stem = name[:-1]
        soft = {stem[:-1] + more for end, more in _SOFTER.items() if stem.endswith(end)}
        return {stem + end for end in ("a", "y", "i", "ie", "e", "o")} | soft
    stems = {name}
    if len(name) > 4 and name[-2] == "e":  # kacper, kacpra; krzysiek, krzyska
        stems.add(name[:-2].removesuffix("i") + name[-1])
    return {name} | {stem + end for stem in stems for end in ("a", "owi", "em", "iem", "u", "ie")}


def _ukrainian(name: str) -> set[str]:
    """Returns a name with its endings: `оксана`, `оксану`; `ольга`, `ользі`; `дмитро`, `дмитру`."""
    stem = name[:-1]
    match name[-1]:
        case "а":
            soft = {stem[:-1] + _SOFT[stem[-1]] + "і"} if stem[-1] in _SOFT else set()
            return {stem + end for end in ("а", "у", "и", "і", "ою", "о", "ин")} | soft
        case "я":
            return {stem + end for end in ("я", "ю", "і", "ї", "ею", "єю", "є")}
        case "й":
            return {stem + end for end in ("й", "я", "ю", "єм", "ї", "єві")}
        case "ь":
            return {stem + end for end in ("ь", "я", "ю", "ем", "і", "еві")}
        case "о":
            return {stem + end for end in ("о", "а", "у", "ові", "ом", "у")}
    return {name} | {name + end for end in ("а", "я", "у", "ю", "ові", "ом", "ем", "і", "е")}


@cache
def _languages() -> dict[str, NameRules]:
    file = Path(__file__).with_suffix(".toml")
    lists = msgspec.toml.decode(file.read_bytes(), type=dict[str, NamesAbroad])
    return {code: NameRules(code, each) for code, each in lists.items()}


ARABIC = "ar"
LATIN = ("en", "pl", "tr")
_INFLECTED = {"pl": _polish, "uk": _ukrainian}
_SOFTER = {"d": "dzie", "t": "cie", "r": "rze", "k": "ce", "g": "dze", "l": "li"}
_SOFT = {"г": "з", "к": "ц", "х": "с"}
_JOINED = ("و", "ل", "ب", "ف")
"""Small words that Arabic writes to the next one: and, for, with, so."""
_ALIKE = str.maketrans("أإآٱىة", "اااايه")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")
_SURNAME_IN_ARABIC = re.compile("ال.{2,}ي")
_SENTENCE_ENDS = frozenset((".", "!", "?", "\n", ":", '"', "-", "(", "…"))
