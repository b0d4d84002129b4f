"""Finds texts that say the same: in the same words, or nearly. A person decides whether they are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain

import msgspec

NEAR = 0.8
"""Least share of the pieces of three letters that two texts must have in common."""
MOST_COMPARED = 400
"""Of longer lists only the same words are found: each text is compared with each."""
TURNS = frozenset(
    ("niet", "geen", "nooit", "niemand", "nergens", "zonder", "wel", "altijd", "meer", "minder")
)
"""Words that turn what a text says: texts that differ in one of these are not alike."""


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
    heads: list[tuple[frozenset[str], frozenset[str], list[list[int]]]] = []
    for words, places in found:
        pieces, turns = _pieces(words), _turning(words)
        like = (parts for had, turned, parts in heads if turned == turns and _are_near(had, pieces))
        home = next(like, None)
        if home is None:
            heads.append((pieces, turns, [places]))
        else:
            home.append(places)
    return [parts for _, _, parts in heads]


def _words(text: str) -> tuple[str, ...]:
    bare = (sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))
    return tuple(re.findall(r"\w+", "".join(bare).replace("'", "").replace("’", "")))


def _turning(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if word in TURNS or any(sign.isdigit() for sign in word))


def _pieces(words: Sequence[str]) -> frozenset[str]:
    line = f" {' '.join(words)} "
    return frozenset(line[place : place + 3] for place in range(len(line) - 2))


def _are_near(one: frozenset[str], other: frozenset[str]) -> bool:
    if min(len(one), len(other)) < NEAR / (2 - NEAR) * max(len(one), len(other)):
        return False
    return 2 * len(one & other) >= NEAR * (len(one) + len(other))
