"""Draws the cards in a square: to the right what is easy, at the top what has effect."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import hypot

import msgspec

from workshop.charts import rounded
from workshop.kinds.matrix import SCALE, Axis, Placed

SIZE, EDGE = 640, 44
RADIUS = 22.0
STEP = 2 * RADIUS + 2
ASIDE = sorted(((x * STEP, y * STEP) for x, y in product(range(-6, 7), repeat=2)), key=lambda at: hypot(*at))
"""Where a card may stand beside its own spot: the nearest first."""


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
    label: str


def square(cards: Sequence[Placed]) -> Square:
    """Draws the cards of which something may be told, in their order."""
    shown = [card for card in cards if card.told]
    spots: list[Spot] = []
    for number, card in enumerate(shown, 1):
        if card.effect and card.feasible:
            spots.append(_spot(number, card, card.effect, card.feasible, spots))
    return Square(
        tuple(spots),
        ". ".join(f"{spot.number}: {spot.card.option.text}, {spot.card.place}" for spot in spots),
    )


def _spot(number: int, card: Placed, effect: Axis, feasible: Axis, others: Sequence[Spot]) -> Spot:
    """Places a card; one that would cover the number of another moves aside."""
    here = _along(feasible.mean), SIZE - _along(effect.mean)
    near = ((here[0] + aside, here[1] + up) for aside, up in ASIDE)
    x, y = next((at for at in near if _is_free(at, others)), here)
    scale = (SIZE - 2 * EDGE) / (len(SCALE) - 1)
    return Spot(
        number,
        card,
        rounded(x),
        rounded(y),
        rounded(max(RADIUS, feasible.spread * scale)),
        rounded(max(RADIUS, effect.spread * scale)),
    )


def _is_free(at: tuple[float, float], others: Sequence[Spot]) -> bool:
    inside = all(RADIUS <= one <= SIZE - RADIUS for one in at)
    return inside and all(hypot(at[0] - one.x, at[1] - one.y) >= STEP - 1 for one in others)


def _along(mean: float) -> float:
    return EDGE + (mean - SCALE[0]) / (SCALE[-1] - SCALE[0]) * (SIZE - 2 * EDGE)
