"""Where everything is drawn on the big screen: dots, bands, lines and rows of glyphs, in numbers for SVG.

One unit of a drawing is one pixel of a screen of 1920 by 1080. Pure: numbers in, numbers out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, Protocol

import msgspec

from workshop.dutch import decimal
from workshop.kinds import OpenAction
from workshop.kinds.actions import Proposal
from workshop.kinds.cards import ColumnTally, Pile
from workshop.kinds.dots import Rank
from workshop.kinds.marks import ThemeTally

STEP = 82
"""Width of one mark on the axis."""
AXIS = 10 * STEP
MOST_DOTS = 60
MARGIN = 5
FOOT = 28
"""Room below the axis, for its ticks and the triangle of the mean."""
LARGEST, SMALLEST = 26.0, 5.0

TREND_WIDTH, TREND_HEIGHT, TREND_EDGE = 176, 96, 14
MOST_EARLIER = 4

MOST_RANKS, RANK_LETTERS = 6, 36
STICKERS_WIDTH, STICKER, MOST_STICKERS = 560, 40, 30
GLYPH_WIDTH, GLYPH_HEIGHT = 27, 32
GLYPHS_A_ROW, MOST_GLYPHS = 7, 28
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


class Trend(msgspec.Struct, frozen=True):
    """Means through time, oldest first; the last is of now."""

    line: str
    past: tuple[Dot, ...]
    now: Dot
    label: str


class MarkRow(msgspec.Struct, frozen=True):
    theme: ThemeTally
    histogram: Histogram | None
    """None for a theme with too few marks."""
    trend: Trend | None
    was: float | None


class Glyph(msgspec.Struct, frozen=True):
    x: float
    y: float
    filled: bool


class Glyphs(msgspec.Struct, frozen=True):
    width: int
    height: int
    marks: tuple[Glyph, ...]


class Stickers(msgspec.Struct, frozen=True):
    """A row of dots, or one bar where there are too many."""

    dots: tuple[Dot, ...]
    bar: float


class Line(msgspec.Struct, frozen=True):
    """A text with the number of lines it may take."""

    text: str
    lines: int


class Placed(msgspec.Struct, frozen=True):
    """A pile of cards with what fits of it."""

    pile: Pile
    name: Line
    quotes: tuple[Line, ...]
    across: int
    """How many columns are beside each other; from three on, the count is below the name."""
    fresh: bool = False
    """A loose card beside clusters: it gets the heading `Nieuw`."""


class RankRow(msgspec.Struct, frozen=True):
    rank: Rank
    stickers: Stickers


class Ranks(msgspec.Struct, frozen=True):
    rows: tuple[RankRow, ...]
    chosen: int
    cut: int
    """How many rows are above the line; 0 for no line."""
    more: int
    tight: bool
    """Whether some text needs two lines."""


class Row(msgspec.Struct, frozen=True):
    item: Any
    lines: int


class Rows(msgspec.Struct, frozen=True):
    """What fits of a list; `more` did not."""

    rows: tuple[Row, ...]
    more: int
    label: str = ""


class Shelf(msgspec.Struct, frozen=True):
    """One column of the wall; `more` piles did not fit."""

    tally: ColumnTally
    rows: tuple[tuple[Placed, ...], ...]
    more: int


# --- marks ----------------------------------------------------------------------------------------


def marks(themes: Sequence[ThemeTally]) -> tuple[MarkRow, ...]:
    """Draws all rows of the marks at one scale: a dot is a phone in each of them, or all of them have bars. A
    theme below the minimum gets a row without a drawing."""
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
    return _short(STEP * (mark - 0.5))


def spoken(counts: Sequence[int]) -> str:
    """Lists the marks in words for a screen reader: `1 keer een 6, 7 keer een 7`."""
    return ", ".join(f"{count} keer een {mark}" for mark, count in enumerate(counts, 1) if count)


def trend(past: Sequence[float], now: float, low: float, high: float) -> Trend:
    """Draws means as a line, the oldest first; `low` and `high` are the marks at the bottom and the top."""
    means = [*past, now]
    steps = (TREND_WIDTH - 2 * TREND_EDGE) / (len(means) - 1)
    spots = [
        (_short(TREND_EDGE + steps * number), _between(mean, low, high)) for number, mean in enumerate(means)
    ]
    return Trend(
        line="M" + "L".join(f"{x:g} {y:g}" for x, y in spots),
        past=tuple(Dot(x, y, 7) for x, y in spots[:-1]),
        now=Dot(*spots[-1], 10),
        label=f"Gemiddeld eerder {', '.join(decimal(mean) for mean in past)}, nu {decimal(now)}",
    )


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
            yield Dot(_short(x), _short(base - 3 - pitch * (row + 0.5)), _short(pitch / 2 - 1))


def _bars(counts: Sequence[int], base: int, most: int) -> Iterable[Bar]:
    unit = (base - 8) / most
    for mark, count in enumerate(counts, 1):
        if count:
            height = _short(max(2, unit * count))
            yield Bar(place(mark) - 30, _short(base - height), 60, height, count)


def _past(theme: ThemeTally) -> list[float]:
    return [earlier.mean for earlier in theme.earlier if earlier.mean is not None][-MOST_EARLIER:]


def _domain(themes: Sequence[ThemeTally]) -> tuple[float, float]:
    """Returns the lowest and highest mark of one scale for all trends: what falls the same in two themes
    looks the same."""
    means = [mean for theme in themes if theme.mean is not None for mean in (*_past(theme), theme.mean)]
    low, high = min(means, default=1.0), max(means, default=10.0)
    air = max(0.25, (3 - (high - low)) / 2)
    return low - air, high + air


def _between(mean: float, low: float, high: float) -> float:
    share = (mean - low) / (high - low)
    return _short(TREND_HEIGHT - TREND_EDGE - share * (TREND_HEIGHT - 2 * TREND_EDGE))


# --- rows of small drawings -----------------------------------------------------------------------


def stickers(dots: int, most: int) -> Stickers:
    """Draws a row of dots. `most` is the highest number beside it, so that rows can be compared."""
    if most > MOST_STICKERS:
        return Stickers((), _short(STICKERS_WIDTH * dots / most))
    pitch = min(STICKER, STICKERS_WIDTH / max(1, most))
    row = (Dot(_short(pitch * (n + 0.5)), STICKER / 2, _short(pitch / 2 - 2.5)) for n in range(dots))
    return Stickers(tuple(row), 0)


def ranks(given: Sequence[Rank]) -> Ranks:
    shown = given[:MOST_RANKS]
    chosen = sum(rank.chosen for rank in given)
    most = max((rank.dots for rank in given), default=0)
    return Ranks(
        rows=tuple(RankRow(rank, stickers(rank.dots, most)) for rank in shown),
        chosen=chosen,
        cut=min(chosen, len(shown)),
        more=len(given) - len(shown),
        tight=any(len(rank.option.text) > RANK_LETTERS for rank in shown),
    )


def glyphs(count: int) -> Glyphs | None:
    """Draws a glyph for each card; returns None where the number beside it is enough: for many and for
    one."""
    if not 1 < count <= MOST_GLYPHS:
        return None
    a_row = count if count <= GLYPHS_A_ROW else ceil(count / 2)
    return _grid(count, a_row, GLYPH_WIDTH, GLYPH_HEIGHT)


def phones(count: int, filled: int) -> Glyphs | None:
    if not 0 < count <= MOST_PHONES:
        return None
    return _grid(
        count,
        PHONES_A_ROW if count <= 2 * PHONES_A_ROW else MOST_PHONES // 2,
        PHONE_WIDTH,
        PHONE_HEIGHT,
        filled,
    )


def _grid(count: int, a_row: int, width: int, height: int, filled: int = 0) -> Glyphs:
    """Places glyphs in rows, filled ones first: their order tells nothing."""
    return Glyphs(
        width=width * min(count, a_row),
        height=height * ceil(count / a_row),
        marks=tuple(Glyph(width * (n % a_row), height * (n // a_row), n < filled) for n in range(count)),
    )


# --- the wall of cards ----------------------------------------------------------------------------

MOST_LISTS = 3
ROOM, MORE = 19.4, 1.3
"""Height in rem of the cards of a column when the question takes two lines, and of `en nog 3`."""
LINE, HEADING, COUNT, ROW, AROUND = 1.3, 1.35, 1.625, 0.125, 1.375
"""Heights of a card's parts, as static/css/screen.css has them."""
LETTERS = {2: (51, 41), 3: (33, 26), 4: (22, 18)}
"""Number of columns -> letters on a line of a quote and of a heading; some to spare."""
MOST_PILES, MOST_LINES, MOST_ROWS = 8, 7, 6


def wall(columns: Sequence[ColumnTally]) -> tuple[Shelf, ...]:
    """Returns what fits of each column: at most `MOST_PILES` piles above each other, and no half lines."""
    wide = len(columns) == 1
    return tuple(_shelf(column, max(2, len(columns)), 2 if wide else 1) for column in columns)


def lines(text: str, letters: int, most: int) -> int:
    """Counts how many lines of `letters` characters a text takes, from 1 to `most`."""
    return max(1, min(most, len(textwrap.wrap(text, letters))))


def fitting(heights: Sequence[float], room: float, rest: float, most: int) -> int:
    """Counts how many things, of these heights, stand above each other in `room`, at most `most`; `rest`
    stays free for `en nog 3` when not all fit."""
    if len(heights) <= most and sum(heights) <= room:
        return len(heights)
    used, count = 0.0, 0
    for height in heights[:most]:
        used += height
        if used > room - rest:
            break
        count += 1
    return min(len(heights), max(1, count))


# --- lists ----------------------------------------------------------------------------------------


def actions(proposals: Sequence[Proposal], beside: bool) -> Rows:
    """Returns the new actions that fit; with `beside` they have three fifths of the width, beside other
    lists."""
    letters = 42 if beside else 74
    heights = [
        2 + 1.65 * lines(p.text, letters, 3) + (2.1 if p.owner or p.due or p.helpers else 0)
        for p in proposals
    ]
    return _rows(proposals, [p.text for p in proposals], letters, 3, heights, 20.9)


def earlier(given: Sequence[OpenAction]) -> Rows:
    """Returns the actions of earlier sessions that fit, with their status on a line of its own."""
    heights = [2.46 + 1.46 * lines(action.text, 30, 3) for action in given]
    return _rows(given, [action.text for action in given], 30, 3, heights, 19.0)


class Listed(Protocol):
    """What has a heading and lines, such as a `Result`."""

    @property
    def label(self) -> str: ...
    @property
    def items(self) -> Sequence[Any]: ...


def board(results: Sequence[Listed]) -> tuple[Rows, ...]:
    """Places lists beside each other: of more than three, the last three."""
    results = results[-MOST_LISTS:]
    letters = {1: 70, 2: 33, 3: 20}.get(len(results), 20)
    return tuple(
        msgspec.structs.replace(
            _rows(
                result.items,
                [item.text for item in result.items],
                letters,
                3,
                [0.5 + 1.63 * lines(item.text, letters, 3) for item in result.items],
                18.5 - 1.65 * (lines(result.label, letters, 2) - 1),
            ),
            label=result.label,
        )
        for result in results
    )


def _rows(
    items: Sequence[Any], texts: Sequence[str], letters: int, most: int, heights: Sequence[float], room: float
) -> Rows:
    count = fitting(heights, room, 2.05, MOST_ROWS)
    rows = zip(items[:count], texts, strict=False)
    return Rows(tuple(Row(item, lines(text, letters, most)) for item, text in rows), len(items) - count)


# --- the wall, step by step -----------------------------------------------------------------------


def _shelf(tally: ColumnTally, across: int, rows: int) -> Shelf:
    clustered = any(pile.cluster for pile in tally.piles)
    placed = [_placed(pile, across, clustered) for pile in tally.piles]
    found, start = [], 0
    for _ in range(rows):
        left = placed[start:]
        if left:
            count = fitting([_height(one) for one in left], ROOM, MORE, MOST_PILES)
            room = ROOM - (MORE if count < len(left) else 0)
            chosen = [*left[:count], *_squeezed(left, count, room)]
            found.append(tuple(_with_more_quotes(chosen, room)))
            start += len(chosen)
    return Shelf(tally, tuple(found), len(placed) - start)


def _placed(pile: Pile, across: int, clustered: bool) -> Placed:
    letters, heading = LETTERS[across]
    if pile.cluster is None:
        return Placed(pile, Line(pile.name, lines(pile.name, letters, MOST_LINES)), (), across, clustered)
    if across == 2:
        heading -= 3 + min(len(pile.cards), GLYPHS_A_ROW)
    first = pile.cards[0].text
    return Placed(
        pile, Line(pile.name, lines(pile.name, heading, 2)), (Line(first, lines(first, letters, 2)),), across
    )


def _squeezed(left: Sequence[Placed], count: int, room: float) -> list[Placed]:
    """Returns the next loose card with fewer lines than it asks, when two or more fit; else nothing."""
    if count >= min(MOST_PILES, len(left)) or left[count].pile.cluster:
        return []
    tight = left[count]
    free = room - sum(map(_height, left[: count + 1])) + LINE * tight.name.lines
    if free < 2 * LINE:
        return []
    return [msgspec.structs.replace(tight, name=Line(tight.name.text, int(free / LINE)))]


def _height(placed: Placed) -> float:
    name = placed.name.lines
    if placed.pile.cluster is None:
        return AROUND + 2 * ROW + LINE * name + (HEADING + ROW if placed.fresh else 0)
    beside = placed.across == 2
    head = max(COUNT, HEADING * name) if beside else HEADING * name + ROW + COUNT
    return AROUND + head + sum(_quote_height(quote.lines) for quote in placed.quotes)


def _quote_height(count: int) -> float:
    return LINE * count + ROW


def _with_more_quotes(placed: Sequence[Placed], room: float) -> Iterable[Placed]:
    """Gives the upper piles a second quote, while there is room."""
    left = room - sum(map(_height, placed))
    for one in placed:
        if one.pile.cluster and len(one.pile.cards) > 1:
            second = one.pile.cards[1].text
            needed = lines(second, LETTERS[one.across][0], 2)
            if _quote_height(needed) <= left:
                left -= _quote_height(needed)
                one = msgspec.structs.replace(one, quotes=(*one.quotes, Line(second, needed)))
        yield one


def _short(number: float) -> float:
    """Rounds to one digit behind the point, and to none where that is the same."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded
