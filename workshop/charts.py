"""Where everything is drawn on the big screen: dots, bands, lines and rows of glyphs, in numbers for SVG.

One unit of a drawing is one pixel of a screen of 1920 by 1080. Pure: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

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
