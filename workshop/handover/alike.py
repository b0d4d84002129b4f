"""Finds texts that say the same: in the same words, or nearly. A person decides whether they are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import chain

import msgspec

NEAR = 0.8
"""Least likeness of two words that may be one word, spelled in another way (difflib's ratio)."""
MOST_COMPARED = 400
"""Of longer lists only the same words are found: each text is compared with each."""
SMALL = frozenset(
    ("de", "het", "een", "er", "is", "zijn", "dat", "die", "dit", "en", "ook", "maar", "gewoon", "heel")
) | frozenset(("erg", "echt", "best", "te", "om", "we", "wij", "ik", "je", "ze", "zo", "nog", "al", "toch"))
"""Words that may come or go between two texts that are nearly the same."""


class Alike(msgspec.Struct, frozen=True):
    """Texts that may be one. `places` are indexes of the list, in its order."""

    places: tuple[int, ...]
    same: bool
    """Whether they are the same words, apart from capitals, accents and signs."""


def alike(texts: Sequence[str], *, near: bool = True) -> list[Alike]:
    """Returns which of these texts may be one, in their order: texts with the same words, and with `near`
    beside them those that nearly have."""
    same: dict[tuple[str, ...], list[int]] = {}
    for place, text in enumerate(texts):
        same.setdefault(_words(text), []).append(place)
    same.pop((), None)
    found = list(same.items())
    together = _near(found) if near and len(found) <= MOST_COMPARED else [[places] for _, places in found]
    every = [Alike(tuple(sorted(chain(*parts))), len(parts) == 1) for parts in together]
    return sorted((one for one in every if len(one.places) > 1), key=lambda one: one.places)


def _near(found: Sequence[tuple[tuple[str, ...], list[int]]]) -> list[list[list[int]]]:
    """Puts each text with the first that it resembles."""
    heads: list[tuple[frozenset[str], list[list[int]]]] = []
    for words, places in found:
        own = frozenset(words) - SMALL or frozenset(words)
        home = next((parts for head, parts in heads if _are_near(head, own)), None)
        if home is None:
            heads.append((own, [places]))
        else:
            home.append(places)
    return [parts for _, parts in heads]


def _words(text: str) -> tuple[str, ...]:
    bare = (sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))
    return tuple(re.findall(r"\w+", "".join(bare).replace("'", "").replace("’", "")))


def _are_near(one: frozenset[str], other: frozenset[str]) -> bool:
    """Says whether the words of two texts are the same, in any order and some of them spelled otherwise.
    Texts without a word in common are not."""
    here, there = one - other, other - one
    if len(here) != len(there) or len(here) >= len(one):
        return False
    return all(any(_is_spelled_like(word, twin) for twin in there) for word in here)


def _is_spelled_like(one: str, other: str) -> bool:
    """Says whether two words may be one; numbers never are."""
    if one.isdigit() or other.isdigit():
        return False
    return SequenceMatcher(None, one, other).ratio() >= NEAR
