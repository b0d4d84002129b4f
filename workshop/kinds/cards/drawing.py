"""Draws the wall of cards on the big screen: what fits of each column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

import msgspec

from workshop.charts import MORE, ROOM, Glyphs, fitting, grid, lines
from workshop.kinds.cards import ColumnTally, Pile

GLYPH_WIDTH, GLYPH_HEIGHT = 27, 32
GLYPHS_A_ROW, MOST_GLYPHS = 7, 28
LINE, HEADING, COUNT, ROW, AROUND = 1.3, 1.35, 1.625, 0.125, 1.375
"""Heights of a card's parts, as static/css/screen.css has them."""
LETTERS = {2: (51, 41), 3: (33, 26), 4: (22, 18)}
"""Number of columns -> letters on a line of a quote and of a heading, with some to spare."""
MOST_PILES, MOST_LINES = 8, 7


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
    """Number of columns beside each other; from three on the count stands below the name."""
    fresh: bool = False
    """Whether it is a loose card beside clusters: it gets the heading `Nieuw`."""


class Shelf(msgspec.Struct, frozen=True):
    """One column of the wall; `more` is the number of piles that did not fit."""

    tally: ColumnTally
    rows: tuple[tuple[Placed, ...], ...]
    more: int


def wall(columns: Sequence[ColumnTally]) -> tuple[Shelf, ...]:
    """Returns what fits of each column: at most `MOST_PILES` above each other, and never half a line. A
    single column is drawn as two."""
    wide = len(columns) == 1
    return tuple(_shelf(column, max(2, len(columns)), 2 if wide else 1) for column in columns)


def glyphs(count: int) -> Glyphs | None:
    """Returns a glyph for each card; None for one card and for many, where the number beside it is enough."""
    if not 1 < count <= MOST_GLYPHS:
        return None
    a_row = count if count <= GLYPHS_A_ROW else ceil(count / 2)
    return grid(count, a_row, GLYPH_WIDTH, GLYPH_HEIGHT)


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
    """Returns the next loose card with fewer lines than it asks, when two or more fit."""
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
    """Yields the piles, with a second quote for those on top while there is room."""
    left = room - sum(map(_height, placed))
    for one in placed:
        if one.pile.cluster and len(one.pile.cards) > 1:
            second = one.pile.cards[1].text
            needed = lines(second, LETTERS[one.across][0], 2)
            if _quote_height(needed) <= left:
                left -= _quote_height(needed)
                one = msgspec.structs.replace(one, quotes=(*one.quotes, Line(second, needed)))
        yield one
