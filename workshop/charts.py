"""Where everything is drawn on the big screen: dots, bands, lines and rows of glyphs, in numbers for SVG.

One unit of a drawing is one pixel of a screen of 1920 by 1080. Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, cos, pi, sin

import msgspec

from workshop.dutch import decimal

STEP = 82
"""Width of one mark on the axis."""
AXIS = 10 * STEP
MOST_DOTS = 60
MARGIN = 5
FOOT = 28
"""Room below the axis, for its ticks and the triangle of the mean."""
LARGEST, SMALLEST = 26.0, 5.0

UNIT, BEYOND = 30, 1.1
"""Length of one mark on an axis of a radar, and how many marks beyond its edge its letter stands."""
RINGS = (2, 4, 6, 8, 10)
RADAR_EDGE = 366
"""From the middle of a radar to the edge of its drawing."""

PHONE_WIDTH, PHONE_HEIGHT, PHONES_A_ROW, MOST_PHONES = 38, 52, 20, 60


class Dot(msgspec.Struct, frozen=True):
    x: float
    y: float
    r: float


class Bar(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    count: int


class Histogram(msgspec.Struct, frozen=True):
    """The marks of one theme on an axis from 1 to 10; bars where dots would become too small."""

    height: int
    base: int
    """The y of the axis."""
    band: Bar
    mean: float
    dots: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    label: str


class Axis(msgspec.Struct, frozen=True):
    """One axis of a radar, from its middle to its edge, with a letter beyond that."""

    letter: str
    x: float
    y: float
    letter_x: float
    letter_y: float


class Radar(msgspec.Struct, frozen=True):
    """Means on as many axes as there are, from a 1 near the middle to a 10 at the edge."""

    axes: tuple[Axis, ...]
    rings: tuple[tuple[int, str, float], ...]
    """Mark, path, and the y at which it crosses the first axis."""
    band: str
    """Path of the spread around the means: an outline, and within it a hole."""
    line: str
    dots: tuple[Dot, ...]
    past: str
    """Path of the means before; empty where an axis has none."""
    past_dots: tuple[Dot, ...]


class Glyph(msgspec.Struct, frozen=True):
    x: float
    y: float
    filled: bool


class Glyphs(msgspec.Struct, frozen=True):
    width: int
    height: int
    marks: tuple[Glyph, ...]


# --- marks ----------------------------------------------------------------------------------------


def histogram(
    counts: Sequence[int],
    mean: float,
    low: int,
    high: int,
    height: int = 128,
    most: int = 0,
    crowded: bool = False,
) -> Histogram:
    """Draws how often each mark was given. `low` and `high` are the ends of the band, `height` is in pixels,
    and `most` is the highest count of all that is drawn at this scale. `crowded` asks for bars instead of
    dots."""
    base, most = height - FOOT, most or max(counts)
    crowded = crowded or sum(counts) > MOST_DOTS
    return Histogram(
        height=height,
        base=base,
        band=Bar(place(low) - 37, 2, place(high) - place(low) + 74, base - 2, 0),
        mean=place(mean),
        dots=() if crowded else tuple(_dots(counts, base, _pitch(most, base))),
        bars=tuple(_bars(counts, base, most)) if crowded else (),
        label=f"Cijfers: {spoken(counts)}. Gemiddeld {decimal(mean)}",
    )


def place(mark: float) -> float:
    """Returns where a mark stands on the axis, in pixels from its left end."""
    return rounded(STEP * (mark - 0.5))


def spoken(counts: Sequence[int]) -> str:
    """Lists the marks in words for a screen reader: `1 keer een 6, 7 keer een 7`."""
    return ", ".join(f"{count} keer een {mark}" for mark, count in enumerate(counts, 1) if count)


def rounded(number: float) -> float:
    """Rounds to one digit behind the point, and to none where that is the same."""
    found = round(number, 1)
    return int(found) if found == int(found) else found


def _pitch(most: int, room: float) -> float:
    """Returns the distance in pixels between dots at which the fullest mark fits above the axis."""
    pitch = LARGEST
    while pitch > SMALLEST and int((STEP - 2) / pitch) * int((room - MARGIN) / pitch) < most:
        pitch -= 0.5
    return pitch


def _dots(counts: Sequence[int], base: int, pitch: float) -> Iterable[Dot]:
    a_row = int((STEP - 2) / pitch)
    for mark, count in enumerate(counts, 1):
        for number in range(count):
            row = number // a_row
            beside = min(a_row, count - row * a_row)
            x = place(mark) + pitch * (number % a_row - (beside - 1) / 2)
            yield Dot(rounded(x), rounded(base - 3 - pitch * (row + 0.5)), rounded(pitch / 2 - 1))


def _bars(counts: Sequence[int], base: int, most: int) -> Iterable[Bar]:
    unit = (base - 8) / most
    for mark, count in enumerate(counts, 1):
        if count:
            height = rounded(max(2, unit * count))
            yield Bar(place(mark) - 30, rounded(base - height), 60, height, count)


# --- a radar --------------------------------------------------------------------------------------


def radar(means: Sequence[float], spreads: Sequence[float], past: Sequence[float | None]) -> Radar:
    """Draws means as a web around a middle: the first axis goes up, the others follow the clock. `spreads`
    are standard deviations; `past` are the means before, None where there is none."""
    turns = [2 * pi * number / len(means) for number in range(len(means))]
    before = [(turn, mean) for turn, mean in zip(turns, past, strict=True) if mean is not None]
    outer = [min(10.0, mean + spread) for mean, spread in zip(means, spreads, strict=True)]
    inner = [max(1.0, mean - spread) for mean, spread in zip(means, spreads, strict=True)]
    return Radar(
        axes=tuple(
            Axis(chr(ord("A") + number), *_spot(turn, 10), *_spot(turn, 10 + BEYOND))
            for number, turn in enumerate(turns)
        ),
        rings=tuple((mark, _web(turns, [mark] * len(turns)), _spot(0, mark)[1]) for mark in RINGS),
        band=_web(turns, outer) + _web(turns[::-1], inner[::-1]),
        line=_web(turns, means),
        dots=tuple(Dot(*_spot(turn, mean), 9) for turn, mean in zip(turns, means, strict=True)),
        past=_web(turns, [mean for _, mean in before]) if len(before) == len(turns) else "",
        past_dots=tuple(Dot(*_spot(turn, mean), 6) for turn, mean in before),
    )


def _spot(turn: float, mark: float) -> tuple[float, float]:
    """Returns where a mark stands on the axis at this angle, in pixels from the middle."""
    return rounded(UNIT * mark * sin(turn)), rounded(-UNIT * mark * cos(turn))


def _web(turns: Sequence[float], marks: Sequence[float]) -> str:
    """Returns the path that joins a mark on each axis."""
    spots = [_spot(turn, mark) for turn, mark in zip(turns, marks, strict=True)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in spots) + "Z"


# --- rows of glyphs -------------------------------------------------------------------------------


def phones(count: int, filled: int) -> Glyphs | None:
    if not 0 < count <= MOST_PHONES:
        return None
    return grid(
        count,
        PHONES_A_ROW if count <= 2 * PHONES_A_ROW else MOST_PHONES // 2,
        PHONE_WIDTH,
        PHONE_HEIGHT,
        filled,
    )


def grid(count: int, a_row: int, width: int, height: int, filled: int = 0) -> Glyphs:
    """Places glyphs in rows, filled ones first: their order tells nothing."""
    return Glyphs(
        width=width * min(count, a_row),
        height=height * ceil(count / a_row),
        marks=tuple(Glyph(width * (n % a_row), height * (n // a_row), n < filled) for n in range(count)),
    )
