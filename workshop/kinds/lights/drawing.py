"""Draws the bar of one statement."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.kinds.lights import Light, Value


class Segment(msgspec.Struct, frozen=True):
    """One piece of a bar, in units of an SVG."""

    value: Value
    count: int
    x: float
    width: float


def segments(light: Light, values: Sequence[Value], width: float, least: float = 0) -> tuple[Segment, ...]:
    """Returns the bar of one statement. A piece is never narrower than `least`, so that its number fits; the
    others share what is left."""
    present = [(value, count) for value, count in zip(values, light.counts, strict=True) if count]
    small = [value.id for value, count in present if width * count / light.answers < least]
    rest = width - least * len(small)
    shared = sum(count for value, count in present if value.id not in small) or 1
    found: list[Segment] = []
    x = 0.0
    for value, count in present:
        wide = least if value.id in small else rest * count / shared
        found.append(Segment(value, count, round(x, 1), round(wide, 1)))
        x += wide
    return tuple(found)
