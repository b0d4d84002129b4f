"""Draws marks: one theme through time, one session as bars, and groups on a line from 1 to 10."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.dutch import short_month
from workshop.record.marks import ThemeMoment

LEFT, RIGHT, TOP, BOTTOM = 48, 202, 18, 158
GRID = (1, 4, 7, 10)
MOST_POINTS = 6
WIDE, STEP, MOST_WIDE, MOST_DATES = 874, 84, 24, 12
"""Of a wide chart, in units of its view box: where the last point stands at most, the distance between points
while there are few, and the largest number of points and of dates."""
COLUMN, TALL, ROOF, FOOT = 30, 46, 16, 14
"""Of a strip: the width of a mark, the height of its bars, and the room above and below them."""


class Point(msgspec.Struct, frozen=True):
    """One session on the chart; `y` is None when there were too few marks to show."""

    x: float
    y: float | None
    when: str
    mean: float | None


class MarksChart(msgspec.Struct, frozen=True):
    """Paths within a view box of 228 by 188. `band` runs from the lowest to the highest mark."""

    points: tuple[Point, ...]
    grid: tuple[float, ...]
    line: str
    band: str
    right: float = RIGHT
    """Where the newest point stands."""


class MarksBar(msgspec.Struct, frozen=True):
    x: float
    y: float
    height: float
    count: int


class Strip(msgspec.Struct, frozen=True):
    """How often each mark was given in one session: ten bars, and the place of the mean."""

    bars: tuple[MarksBar, ...]
    mean: float


def draw(moments: Sequence[ThemeMoment]) -> MarksChart:
    """Draws the newest six moments; the table beside it has all of them."""
    return _drawn(moments[-MOST_POINTS:], RIGHT)


def draw_wide(moments: Sequence[ThemeMoment]) -> MarksChart:
    """Draws the newest 24 moments over the width of a page."""
    moments = moments[-MOST_WIDE:]
    return _drawn(moments, max(RIGHT, min(WIDE, LEFT + STEP * (len(moments) - 1))))


def strip(counts: Sequence[int], mean: float, most: int) -> Strip:
    """Draws one session as bars. `most` is the highest count of all strips that stand together."""
    return Strip(
        bars=tuple(
            MarksBar(COLUMN * number, round(ROOF + TALL - height, 1), height, count)
            for number, count in enumerate(counts)
            if count and (height := max(2.0, round(TALL * count / most, 1)))
        ),
        mean=round(COLUMN * (mean - 0.5), 1),
    )


def _drawn(moments: Sequence[ThemeMoment], right: float) -> MarksChart:
    spots = list(zip(_across(len(moments), right), moments, strict=True))
    dated = -(-len(moments) // MOST_DATES)
    shown = [(x, moment, moment.mean) for x, moment in spots if moment.mean is not None]
    above = [f"{x:g} {_height(moment.high):g}" for x, moment, _ in shown]
    below = [f"{x:g} {_height(moment.low):g}" for x, moment, _ in reversed(shown)]
    return MarksChart(
        points=tuple(
            Point(
                x,
                None if moment.mean is None else _height(moment.mean),
                short_month(moment.at) if (len(spots) - 1 - number) % dated == 0 else "",
                moment.mean,
            )
            for number, (x, moment) in enumerate(spots)
        ),
        grid=tuple(_height(mark) for mark in GRID),
        line="M" + "L".join(f"{x:g} {_height(mean):g}" for x, _, mean in shown) if shown else "",
        band="M" + "L".join([*above, *below]) + "z" if len(shown) > 1 else "",
        right=right,
    )


def along(mark: float) -> float:
    """Returns the place of a mark on the line of 640 wide."""
    return round(20 + 600 * (mark - 1) / 9, 1)


def _across(count: int, right: float) -> list[float]:
    if count < 2:
        return [(LEFT + right) / 2] * count
    return [round(LEFT + (right - LEFT) * number / (count - 1), 1) for number in range(count)]


def _height(mark: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (mark - 1) / 9, 1)
