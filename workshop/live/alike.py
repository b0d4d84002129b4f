"""Which cards say the same: those that wait are decided on together, those on the screen lie together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol, TypeVar

Said = tuple[tuple[str, str], ...]
"""What an answer says, to compare; empty for an answer without words."""


SMALL = frozenset({"de", "het", "een", "er", "is", "wordt", "worden", "the", "a", "an", "are"})
"""Words without which a card says the same. Not one of them denies something, or tells who or how much."""
_NO_LETTER = re.compile(r"[^\w\s]|_")


class Sayable(Protocol):
    """A card as its kind draws it."""

    @property
    def text(self) -> str: ...

    @property
    def place(self) -> str: ...


Card = TypeVar("Card", bound=Sayable)


def together(cards: Iterable[Card]) -> list[list[Card]]:
    """Returns the cards with those beside each other that say nearly the same about the same place: in the
    order of the first of them."""
    found: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        found.setdefault((gist(card.text), card.place), []).append(card)
    return list(found.values())


def gist(text: str) -> str:
    """Returns a text as `fold` does, without `SMALL` words."""
    words = _words(text)
    return "".join(word for word in words if word not in SMALL) or "".join(words) or text


def said(written: Collection[str], answer: Mapping[str, Any]) -> Said:
    """Returns what an answer says: its `written` parts without case, spaces and punctuation, and the other
    parts, such as its column, as they are."""
    parts = {name: fold(value) if name in written else repr(value) for name, value in answer.items() if value}
    return tuple(sorted(parts.items())) if any(parts.get(name) for name in written) else ()


def fold(text: str) -> str:
    """Returns a text without case, spaces and punctuation. Other signs stay: a thumb up is no thumb down."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    return _NO_LETTER.sub(_sign, unicodedata.normalize("NFKC", text.casefold())).split()


def _sign(found: re.Match[str]) -> str:
    return "" if unicodedata.category(found[0])[0] in "PZ" else found[0]
