"""Marks as a drawing: one theme through time, and the groups of one session on a line from 1 to 10."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.dutch import MONTHS
from workshop.record.marks import Moment

LEFT, RIGHT, TOP, BOTTOM = 48, 202, 18, 158
GRID = (1, 4, 7, 10)
MOST_POINTS = 6


class Point(msgspec.Struct, frozen=True):
    """One session on the chart; `y` is None when there were too few marks to show."""

    x: float
    y: float | None
    when: str
    mean: float | None


class Chart(msgspec.Struct, frozen=True):
    """Within a view box of 228 by 188. `band` runs from the lowest to the highest mark."""

    points: tuple[Point, ...]
    grid: tuple[float, ...]
    line: str
    band: str


def draw(moments: Sequence[Moment]) -> Chart:
    """The newest six moments; the table beside it has all of them."""
    moments = moments[-MOST_POINTS:]
    spots = list(zip(_places(len(moments)), moments, strict=True))
    shown = [(x, moment, moment.mean) for x, moment in spots if moment.mean is not None]
    above = [f"{x:g} {_height(moment.high):g}" for x, moment, _ in shown]
    below = [f"{x:g} {_height(moment.low):g}" for x, moment, _ in reversed(shown)]
    return Chart(
        points=tuple(
            Point(x, None if moment.mean is None else _height(moment.mean), _month(moment), moment.mean)
            for x, moment in spots
        ),
        grid=tuple(_height(mark) for mark in GRID),
        line="M" + "L".join(f"{x:g} {_height(mean):g}" for x, _, mean in shown) if shown else "",
        band="M" + "L".join([*above, *below]) + "z" if len(shown) > 1 else "",
    )


def along(mark: float) -> float:
    """Where a mark stands on the line of 640 wide."""
    return round(20 + 600 * (mark - 1) / 9, 1)


def _places(count: int) -> list[float]:
    if count < 2:
        return [(LEFT + RIGHT) / 2] * count
    return [round(LEFT + (RIGHT - LEFT) * place / (count - 1), 1) for place in range(count)]


def _height(mark: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (mark - 1) / 9, 1)


def _month(moment: Moment) -> str:
    name = MONTHS[moment.at.month - 1]
    return "mrt" if name == "maart" else name[:3]
