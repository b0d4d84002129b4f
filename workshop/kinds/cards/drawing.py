"""Puts the cards of each column on the wall of the big screen: all of them, equal ones once.

How large they are, and on which page, the browser measures (static/js/work-pages/wall.js).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from workshop.kinds.cards import Card, ColumnTally


class Slip(msgspec.Struct, frozen=True):
    """What one card says, or several that say the same."""

    id: str
    """Id of the first of them."""
    text: str
    times: int


class Heap(msgspec.Struct, frozen=True):
    """A cluster with everything that its cards say."""

    id: str
    name: str
    cards: int
    slips: tuple[Slip, ...]


class Lane(msgspec.Struct, frozen=True):
    """One column of the wall: its clusters, and then the cards outside them."""

    tally: ColumnTally
    heaps: tuple[Heap, ...]
    loose: tuple[Slip, ...]


def wall(columns: Sequence[ColumnTally]) -> tuple[Lane, ...]:
    return tuple(
        Lane(
            column,
            tuple(
                Heap(pile.id, pile.name, len(pile.cards), slips(pile.cards))
                for pile in column.piles
                if pile.cluster
            ),
            slips(card for pile in column.piles if not pile.cluster for card in pile.cards),
        )
        for column in columns
    )


def slips(cards: Iterable[Card]) -> tuple[Slip, ...]:
    """Lays equal cards on each other, at the place of the first. Capitals, spaces and the mark at the end of
    a sentence make no difference."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        found.setdefault(_bare(card.text), []).append(card)
    return tuple(Slip(same[0].id, same[0].text, len(same)) for same in found.values())


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?… ")
