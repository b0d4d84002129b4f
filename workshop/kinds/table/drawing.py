"""Draws what fits of the table on the big screen."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import msgspec

from workshop.kinds.table import Cell, Line, Row, Tally, Thing

AROUND, LINE = 0.6, 1.25
"""Height of a row around its lines, and of a line, in rem, as static/kinds-screen.css has them."""
LARGE_QUESTION = range(33, 45)
"""Numbers of letters with which a question may take two lines at its full size."""
LETTERS = {1: 82, 2: 41, 3: 27, 4: 20}
"""Number of columns -> letters on a line of a cell, with some to spare."""
ROW_LETTERS, MORE_LETTERS, FLAG_LETTERS = 17, 9, 24
"""Number of letters of the label of a row, of `en nog 3`, and of an empty cell with its flag on one line."""


class Name(msgspec.Struct, frozen=True):
    thing: Thing
    text: str
    long: bool
    """Whether it is longer than a line, and may be broken."""


class SheetCell(msgspec.Struct, frozen=True):
    cell: Cell
    names: tuple[Name, ...]
    more: int

    @property
    def whole(self) -> bool:
        return not self.more and all(name.text == name.thing.text for name in self.names)


class SheetRow(msgspec.Struct, frozen=True):
    row: Row
    cells: tuple[SheetCell, ...]


class Sheet(msgspec.Struct, frozen=True):
    """What fits of the table. `names` is False where there are so many cells that only counts fit."""

    names: bool
    rows: tuple[SheetRow, ...]
    head: int
    """Number of lines that the names of the columns take."""

    @property
    def whole(self) -> bool:
        """Whether every name of the table is in it."""
        cells = [cell for row in self.rows for cell in row.cells]
        return all(cell.whole if self.names else not cell.cell.things for cell in cells)


def sheet(tally: Tally, question: int = 40) -> Sheet:
    """Returns what fits when every row gets the lines that it needs at least; what is left goes to the rows
    that hide most. `question` is the number of letters above the table."""
    letters = LETTERS.get(len(tally.columns), 0)
    if not letters:
        return _counts(tally)
    head = max(len(textwrap.wrap(column.label, letters - 2)[:3]) for column in tally.columns)
    room = 21.3 if question in LARGE_QUESTION else 22.8
    lines = [_needed(line, letters) for line in tally.lines]
    free = int((room - AROUND * len(lines)) / LINE) - head - sum(lines)
    if free < 0:
        return _counts(tally)
    for _ in range(free):
        missing = [_missing(line, letters, lines[place]) for place, line in enumerate(tally.lines)]
        if any(missing):
            lines[missing.index(max(missing))] += 1
    rows = (
        SheetRow(line.row, tuple(_sheet_cell(cell, letters, lines[place]) for cell in line.cells))
        for place, line in enumerate(tally.lines)
    )
    return Sheet(True, tuple(rows), head)


def _counts(tally: Tally) -> Sheet:
    rows = (SheetRow(line.row, tuple(SheetCell(c, (), 0) for c in line.cells)) for line in tally.lines)
    return Sheet(False, tuple(rows), 3)


def _sheet_cell(cell: Cell, letters: int, lines: int) -> SheetCell:
    count = _fitting(cell, letters, lines)
    names = (
        Name(thing, _short(thing, letters), _size(thing, letters) > letters) for thing in cell.things[:count]
    )
    return SheetCell(cell, tuple(names), len(cell.things) - count)


def _needed(line: Line, letters: int) -> int:
    """Returns the number of lines for the label, and for one name in each cell."""
    label = min(2, len(textwrap.wrap(line.row.label, ROW_LETTERS)))
    return max(label, *(_height(cell, min(1, len(cell.things)), letters) for cell in line.cells))


def _missing(line: Line, letters: int, lines: int) -> int:
    """Counts what stays unseen of a row."""
    return sum(len(cell.things) - _fitting(cell, letters, lines) for cell in line.cells)


def _fitting(cell: Cell, letters: int, lines: int) -> int:
    """Returns how many names fit in a cell of this number of lines."""
    every = range(len(cell.things), 0, -1)
    return next((count for count in every if _height(cell, count, letters) <= lines), 0)


def _height(cell: Cell, count: int, letters: int) -> int:
    """Returns the number of lines of a cell with its first names, `en nog 3` for the others, and its flag."""
    if not cell.things:
        return 2 if cell.flags and letters < FLAG_LETTERS else 1
    sizes = [_size(thing, letters) for thing in cell.things[:count]]
    rest = [MORE_LETTERS] if count < len(cell.things) else []
    return _lines(sizes + rest, letters) + bool(cell.flags)


def _size(thing: Thing, letters: int) -> int:
    """Returns the number of letters of a name with its votes and the room behind it."""
    return len(_short(thing, letters)) + len(str(thing.votes)) + 3 + 7 * thing.double


def _short(thing: Thing, letters: int) -> str:
    """Returns a name that takes at most two lines."""
    return textwrap.shorten(thing.text, 2 * letters - 6, placeholder=" …")


def _lines(sizes: Sequence[int], letters: int) -> int:
    """Returns how many lines names of these sizes take; only a name that is longer than a line is broken."""
    lines, used = 0, letters
    for size in sizes:
        if used + size > letters:
            lines, used = lines + 1, 0
        lines, used = lines + (used + size - 1) // letters, (used + size - 1) % letters + 1
    return lines
