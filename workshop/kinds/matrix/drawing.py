"""Draws the cards in a square: to the right what is easy, at the top what has effect."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.charts import rounded
from workshop.kinds.matrix import SCALE, Axis, Placed

SIZE, EDGE = 640, 44
RADIUS = 22.0
MOST_CARDS = 9
LONG = 44
"""Letters of a name from which the list beside the square is set smaller."""


class Spot(msgspec.Struct, frozen=True):
    """A card in the square, in pixels of a screen of 1920 by 1080; `wide` and `high` are half its spread."""

    number: int
    card: Placed
    x: float
    y: float
    wide: float
    high: float


class Square(msgspec.Struct, frozen=True):
    spots: tuple[Spot, ...]
    more: int
    tight: bool
    label: str


def square(cards: Sequence[Placed]) -> Square:
    """Draws the cards of which something may be told, in their order; `more` do not fit."""
    shown = [card for card in cards if card.told]
    spots: list[Spot] = []
    for number, card in enumerate(shown[:MOST_CARDS], 1):
        if card.effect and card.feasible:
            spots.append(_spot(number, card, card.effect, card.feasible, spots))
    return Square(
        tuple(spots),
        len(shown) - len(spots),
        len(spots) > 5 or any(len(spot.card.option.text) > LONG for spot in spots),
        ". ".join(f"{spot.number}: {spot.card.option.text}, {spot.card.place}" for spot in spots),
    )


def _spot(number: int, card: Placed, effect: Axis, feasible: Axis, others: Sequence[Spot]) -> Spot:
    """Places a card; one that would cover the number of another moves aside."""
    x, y = _along(feasible.mean), SIZE - _along(effect.mean)
    step = 2 * RADIUS + 2
    while any(abs(x - one.x) < step and abs(y - one.y) < step for one in others):
        x += step if x + step <= SIZE - RADIUS else -step * len(others)
    scale = (SIZE - 2 * EDGE) / (len(SCALE) - 1)
    return Spot(
        number,
        card,
        rounded(x),
        rounded(y),
        rounded(max(RADIUS, feasible.spread * scale)),
        rounded(max(RADIUS, effect.spread * scale)),
    )


def _along(mean: float) -> float:
    return EDGE + (mean - SCALE[0]) / (SCALE[-1] - SCALE[0]) * (SIZE - 2 * EDGE)
