"""Draws every theme as a row on the big screen: how often each mark was given, and the means before."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.charts import MOST_DOTS, Dot, Histogram, Radar, histogram, radar, rounded
from workshop.dutch import decimal
from workshop.kinds.marks import Tally, ThemeTally, another

TREND_WIDTH, TREND_HEIGHT, TREND_EDGE = 176, 96, 14
MOST_EARLIER = 4


class Trend(msgspec.Struct, frozen=True):
    """Means through time, oldest first; the last is of now."""

    line: str
    past: tuple[Dot, ...]
    now: Dot
    label: str


class MarkRow(msgspec.Struct, frozen=True):
    theme: ThemeTally
    histogram: Histogram | None
    """None below the minimum."""
    trend: Trend | None
    was: float | None


class RadarLine(msgspec.Struct, frozen=True):
    """What one axis of a radar says, in words."""

    letter: str
    theme: ThemeTally
    was: float | None


class ThemeRadar(msgspec.Struct, frozen=True):
    drawing: Radar
    lines: tuple[RadarLine, ...]
    label: str
    quiet: int
    """Number of themes that have too few marks to be drawn."""


def web(tally: Tally, order: Sequence[str]) -> ThemeRadar:
    """Draws the means of all themes as one figure; `order` are the ids of the themes, as their axes follow
    each other: else the figure would have another shape each time."""
    told = sorted(another(tally), key=lambda theme: order.index(theme.theme.id))
    was = [past[-1] if (past := _past(theme)) else None for theme in told]
    drawing = radar([theme.mean or 0 for theme in told], [theme.spread for theme in told], was)
    lines = tuple(
        RadarLine(axis.letter, theme, before)
        for axis, theme, before in zip(drawing.axes, told, was, strict=True)
    )
    said = ", ".join(f"{line.letter} {decimal(line.theme.mean or 0)}" for line in lines)
    return ThemeRadar(drawing, lines, f"Gemiddeld: {said}", len(tally.themes) - len(told))


def rows(themes: Sequence[ThemeTally]) -> tuple[MarkRow, ...]:
    """Returns all rows at one scale: a dot is a phone in each of them, or all of them have bars."""
    height = max(88, min(180, 640 // max(1, len(themes))))
    most = max((max(theme.counts) for theme in themes), default=0)
    crowded = any(theme.marks > MOST_DOTS for theme in themes)
    low, high = _domain(themes)
    return tuple(
        MarkRow(theme, None, None, None)
        if theme.mean is None
        else MarkRow(
            theme,
            histogram(theme.counts, theme.mean, theme.low, theme.high, height, most, crowded),
            trend(past, theme.mean, low, high) if (past := _past(theme)) else None,
            past[-1] if past else None,
        )
        for theme in themes
    )


def trend(past: Sequence[float], now: float, low: float, high: float) -> Trend:
    """Draws means as a line, the oldest first; `low` and `high` are the marks at the bottom and the top."""
    means = [*past, now]
    steps = (TREND_WIDTH - 2 * TREND_EDGE) / (len(means) - 1)
    spots = [
        (rounded(TREND_EDGE + steps * number), _between(mean, low, high)) for number, mean in enumerate(means)
    ]
    return Trend(
        line="M" + "L".join(f"{x:g} {y:g}" for x, y in spots),
        past=tuple(Dot(x, y, 7) for x, y in spots[:-1]),
        now=Dot(*spots[-1], 10),
        label=f"Gemiddeld eerder {', '.join(decimal(mean) for mean in past)}, nu {decimal(now)}",
    )


def _past(theme: ThemeTally) -> list[float]:
    return [earlier.mean for earlier in theme.earlier if earlier.mean is not None][-MOST_EARLIER:]


def _domain(themes: Sequence[ThemeTally]) -> tuple[float, float]:
    """Returns one scale for all trends: the same fall in two themes looks the same."""
    means = [mean for theme in themes if theme.mean is not None for mean in (*_past(theme), theme.mean)]
    low, high = min(means, default=1.0), max(means, default=10.0)
    air = max(0.25, (3 - (high - low)) / 2)
    return low - air, high + air


def _between(mean: float, low: float, high: float) -> float:
    share = (mean - low) / (high - low)
    return rounded(TREND_HEIGHT - TREND_EDGE - share * (TREND_HEIGHT - 2 * TREND_EDGE))
