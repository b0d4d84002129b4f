"""Finds names of persons, by a list of first names and the words around them.

A name that is nothing else counts anywhere ("kevin", "Fatima"). A name that is also a word ("Roos", "Mees")
counts where a name can stand, and an everyday word ("wil", "mei") only where nothing but a name can stand. A
school, a square, a shop or a saying with a first name in it is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from workshop.safety.screening.reading import Reading, Span, Word, fold


class NameLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: str
    also_words: str
    everyday: str
    surnames: str
    titles: str
    persons: str
    naming: str
    pronouns: str
    prepositions: str
    doing: str
    belongings: str
    particles: str
    no_surnames: str
    groups: str
    of_places: str
    place_endings: str
    words_in_s: str
    nobody: str


def mentioned(reading: Reading) -> Iterator[Span]:
    """Finds `@kevin`, a person; `@kevin08` is an account."""
    if "@" in reading.plain:
        for found in _MENTION.finditer(reading.plain):
            if found["name"] in _FIRST or found["name"] in _ALSO:
                yield found.span()


def names(reading: Reading, dutch: bool = True) -> Iterator[Span]:
    """Finds names. In a text that is not `dutch` a name of the list may be a common word (`kim` is who in
    Turkish), so there it has a capital that does not begin a sentence."""
    words = reading.words
    nobody = _nobody(reading)
    sure = [
        index
        for index, word in enumerate(words)
        if index not in nobody and _is_known(word) and (dutch or _has_own_capital(words, index))
    ]
    spans = {index: _whole(words, index) for index in sure if _is_somebody(words, index, sure)}
    for index, word in enumerate(words):
        if word.said in _TITLES and index not in nobody and (end := _titled(words, index + 1)):
            spans[index + 1] = (index + 1, end)
        elif word.said in _CLASS_BEFORE and index and (start := _from_class(words, index)) is not None:
            spans.setdefault(start, (start, start + 1))
    done = -1
    for index in sorted(spans):
        first, end = spans[index]
        if first >= done and index not in nobody:
            yield words[first].start, words[end - 1].end
            done = end
    for found in _INITIALS.finditer(reading.text):
        if not found["last"].lower().endswith(_ENDINGS_OF_PLACE):
            yield found.span()
    for word in words:
        if word.spelled and _within(word.said):
            yield word.start, word.end


def _has_own_capital(words: Sequence[Word], index: int) -> bool:
    return words[index].capital and index > 0 and words[index - 1].said not in _SENTENCE_ENDS


def _is_known(word: Word) -> bool:
    return _name(word.said) is not None and not word.spelled


def _name(said: str) -> str | None:
    """Returns the name that a word says, or None: `kevin`, `kevin's`, `kevins`."""
    if said in _ALL:
        return said
    bare = said.removesuffix("'s") if said.endswith("'s") else said[:-1] if said.endswith(("s", "'")) else ""
    return bare if len(bare) > 2 and bare in _FIRST and said not in _WORDS_IN_S else None


def _is_somebody(words: Sequence[Word], index: int, known: Sequence[int]) -> bool:
    word = words[index]
    if _is_place(words, index):
        return False
    name = _name(word.said)
    if name in _FIRST:
        # "Daans broer", but not "thijs" for a word that happens to end in s.
        return (
            word.said == name
            or word.said.endswith("'s")
            or word.capital
            or _said(words, index + 1) in _BELONGS
        )
    return _is_named(words, index, known, everyday=name in _EVERYDAY)


def _is_named(words: Sequence[Word], index: int, known: Sequence[int], *, everyday: bool) -> bool:
    """Says whether a word that may be a name stands where a name stands."""
    word, before, after = words[index], _said(words, index - 1), _said(words, index + 1)
    if before == "@" or (before in _TITLES and (word.capital or not everyday)):
        return True
    if after in _CLASS_BEFORE and _CLASS.fullmatch(_class_after(words, index + 2)):
        return True
    if everyday and not word.capital:
        return False
    if before in _NAMING or (before in _PRONOUNS and _said(words, index - 2) in _NAMING):
        return True
    if (after in _AND and _beside(words, index + 2, known)) or (
        before in _AND and _beside(words, index - 2, known)
    ):
        return True
    if _surname_after(words, index):
        return True
    if everyday:
        return False
    if before in _PERSONS or (after in _BELONGS_TO and _said(words, index + 2).isalpha()):
        return True
    if not word.capital:
        return False
    if index == 0 or before in _SENTENCE_ENDS:
        return after in _DOING
    return before in _PREPOSITIONS or before in _AND or before in _POINTING or after in _DOING


def _beside(words: Sequence[Word], index: int, known: Sequence[int]) -> bool:
    """Says whether the word on the other side of "en" is a name as well, written in the same way."""
    if not (0 <= index < len(words)) or index not in known:
        return False
    name = _name(words[index].said)
    return name in _FIRST or (name in _ALSO and words[index].capital)


def _is_place(words: Sequence[Word], index: int) -> bool:
    """Says whether a name is of a school, a square, a shop or a saint: "Sint Jan", "het Johan de Witt"."""
    end = _end_of_chain(words, index)
    if any(word.said.endswith(_ENDINGS_OF_PLACE) for word in words[index + 1 : end]):
        return True
    if _is_part_of_word(words, index, end):
        return True
    start = index
    while start > max(0, index - 3) and _is_in_chain(words[start - 1]):
        start -= 1
    if any(word.said in _OF_PLACES for word in words[max(0, start - 1) : index]):
        return True
    # "bij het Johan de Witt", "de Albert Heijn"; but "ik vertel het Kevin", and "de Kevin uit 4B".
    article = _said(words, start - 1)
    if not words[index].capital or article not in ("het", "'t", "de"):
        return False
    if article == "de":
        return _said(words, end) not in _CLASS_BEFORE
    return start == 1 or _said(words, start - 2) in _PREPOSITIONS or _said(words, start - 2) in _AND


def _is_part_of_word(words: Sequence[Word], index: int, end: int) -> bool:
    """Says whether it is written to a small word with a hyphen: "Jan-gedrag", "de Roos Vonk-methode"."""
    before, after = words[max(0, index - 1)], words[end] if end < len(words) else None
    if before.said == "-" and before.end == words[index].start and not words[index].capital:
        return True
    if after is None or after.said != "-" or after.start != words[end - 1].end or end + 1 == len(words):
        return False
    return not words[end + 1].capital and words[end + 1].start == after.end


def _is_in_chain(word: Word) -> bool:
    """Says whether the chain of words before a name goes on with this one. Not with an
    article, which opens it."""
    if word.said in ("het", "'t", "de"):
        return False
    return word.capital or word.said in _PARTICLES or word.said in _OF_PLACES


def _end_of_chain(words: Sequence[Word], index: int) -> int:
    """Returns the end of the words with a capital, and "van de" between them, that follow a name."""
    end = at = index + 1
    while at < min(len(words), index + 7):
        if words[at].capital or words[at].said.endswith(_ENDINGS_OF_PLACE):
            end = at + 1
        elif words[at].said not in _PARTICLES or at > end + 1:
            break
        at += 1
    return end


def _whole(words: Sequence[Word], index: int) -> tuple[int, int]:
    """Returns the places of a name with its surname."""
    return index, _surname_after(words, index) or index + 1


def _surname_after(words: Sequence[Word], index: int, *, capital: bool = False) -> int:
    """Returns where the surname after this word ends, or 0. It is a known one, or has a capital
    after a `capital`."""
    at = index + 1
    while at < min(len(words), index + 4) and words[at].said in _PARTICLES:
        at += 1
    if at >= len(words) or not words[at].said.isalpha():
        return 0
    if " ".join(word.said for word in words[index + 1 : at + 1]) in _SURNAMES:
        return at + 1
    named = words[at].capital and (capital or words[index].capital)
    return at + 1 if named and words[at].said not in _NO_SURNAMES else 0


def _titled(words: Sequence[Word], index: int) -> int:
    """Returns where the name after "meneer" ends, or 0: "meneer Bakker", "dhr. de groot";
    not "meneer zei"."""
    if _said(words, index) == ".":
        index += 1
    if (
        index >= len(words)
        or not words[index].said.isalpha()
        or words[index].said in _NO_SURNAMES - _PARTICLES
    ):
        return 0
    if words[index].said in _PARTICLES:
        return _surname_after(words, index - 1, capital=True)
    word = words[index]
    named = word.capital or word.said in _SURNAMES or word.said in _FIRST or word.said in _ALSO
    return index + 1 if named and not word.said.endswith(_ENDINGS_OF_PLACE) else 0


def _from_class(words: Sequence[Word], index: int) -> int | None:
    """Returns the place of the word before "uit 3B" when it can only be a name: with a capital, or a name
    that misses a letter."""
    word = words[index - 1]
    if word.said in _GROUPS or not word.said.isalpha():
        return None
    if not _CLASS.fullmatch(_class_after(words, index + 1)):
        return None
    begins = index == 1 or _said(words, index - 2) in _SENTENCE_ENDS
    named = word.capital and not begins and not word.said.endswith(("en", "s"))
    return index - 1 if named or word.said in _MISSPELT else None


def _class_after(words: Sequence[Word], index: int) -> str:
    return f"{_said(words, index)} {_said(words, index + 1)}".strip() if index < len(words) else ""


def _nobody(reading: Reading) -> set[int]:
    """Returns the places of words in sayings and organisations that have a first name in them."""
    found = set()
    for phrase in _NOBODY.finditer(reading.line):
        for index, start in enumerate(reading.starts):
            if phrase.start() <= start < phrase.end():
                found.add(index)
    return found


def _within(spelled: str) -> bool:
    """Says whether letters that were written apart, so without an end, have a name in
    them: "kevindoethet"."""
    if spelled in _FIRST:
        return True
    return any(spelled[:length] in _FIRST for length in range(4, min(len(spelled), 12)))


def _said(words: Sequence[Word], index: int) -> str:
    return words[index].said if 0 <= index < len(words) else ""


def _misspelt(names: frozenset[str]) -> frozenset[str]:
    """Returns each longer name with one letter left out."""
    return frozenset(
        name[:at] + name[at + 1 :] for name in names if len(name) > 4 for at in range(1, len(name))
    )


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=NameLists)
_FIRST, _ALSO, _EVERYDAY = (
    frozenset(fold(names).split()) for names in (_LISTS.first, _LISTS.also_words, _LISTS.everyday)
)
_ALL = _FIRST | _ALSO | _EVERYDAY
_MISSPELT = _misspelt(_FIRST) - _ALL
_SURNAMES = frozenset(" ".join(name.split()) for name in _LISTS.surnames.split(","))

_TITLES = frozenset(_LISTS.titles.split())
_NAMING = frozenset(_LISTS.naming.split())
_PRONOUNS = frozenset(_LISTS.pronouns.split())
_PREPOSITIONS = frozenset(_LISTS.prepositions.split())
_DOING = frozenset(_LISTS.doing.split())
_BELONGS = frozenset(_LISTS.belongings.split())
_PARTICLES = frozenset(_LISTS.particles.split())
_NO_SURNAMES = frozenset(_LISTS.no_surnames.split())
_GROUPS = frozenset(_LISTS.groups.split())
_OF_PLACES = frozenset(_LISTS.of_places.split())
_PERSONS = _TITLES | frozenset(_LISTS.persons.split())
_WORDS_IN_S = frozenset(_LISTS.words_in_s.split())
_AND = frozenset(("en", "&", "of", ",", "met"))
_POINTING = frozenset(("die", "deze", "dat", "als"))
_BELONGS_TO = frozenset(("haar", "der", "zn", "z'n", "d'r"))
_SENTENCE_ENDS = frozenset((".", "!", "?", "\n", ":", '"', "-", "(", "…"))
_CLASS_BEFORE = frozenset(("uit", "van"))
_CLASS = re.compile(
    r"(?:(?:klas |groep )?[1-8](?:[a-z]{1,2}[0-9]?)?|(?:[1-6] ?)?(?:havo|vwo|vmbo|mavo)|[hvm][1-6][a-z]?"
    r"|(?:mijn|onze|mn|m'n|me|de) klas|de (?:brug|parallel)klas|(?:mijn|ons) team)(?: .*)?"
)
_ENDINGS_OF_PLACE = tuple(_LISTS.place_endings.split())
_NOBODY = re.compile(
    r"\b(?:" + "|".join(re.escape(" ".join(saying.split())) for saying in _LISTS.nobody.split(",")) + r")\b"
)
_MENTION = re.compile(r"(?<![\w.])@(?P<name>[a-z]+)(?![\w.]*[\w])")
_INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z]\. ?){1,3}(?:(?:van|de|der|den|ten|ter|el) ){0,2}"
    r"(?P<last>[A-Z][a-z]{2,25}(?:-[A-Z][a-z]{2,25})?)(?!\w)"
)
