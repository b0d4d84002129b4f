"""Rows of a form of the dossier, as somebody typed them, and how a row becomes an item.

The form field `row` has the ids of the rows, in order; `text.<id>`, `column.<id>` and so on have what
was typed there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from workshop import text
from workshop.items import Item
from workshop.record.layouts import Layout, cell_of

Form = Mapping[str, Sequence[str]]
LONGEST_LINE, LONGEST_TEXT, LONGEST_DETAIL = 500, 4000, 300
TICKED = "ja"
_ROW_ID = re.compile(r"[\w.:-]{1,64}")


class Wrong(ValueError):
    """What is wrong with a form, as a sentence for the person who typed, and where: field `name`
    of the row `row`."""

    def __init__(self, sentence: str, row: str = "", name: str = "") -> None:
        super().__init__(sentence)
        self.row = row
        self.name = name


class EditorRow(msgspec.Struct, frozen=True):
    """One row of an editor: what was typed in it or stands in it, by name."""

    id: str
    typed: dict[str, str] = {}
    item: Item | None = None
    """The item it was before; None for a new row."""
    ready: bool = False
    """Whether its text is chosen instead of typed."""

    def value(self, name: str) -> str:
        """Returns what was typed under this name; empty for what the row does not have."""
        return self.typed.get(name, "")

    @property
    def cell(self) -> str:
        return self.value("cell")

    @property
    def column(self) -> str:
        return self.value("column")


def rows_in(form: Form, before: Sequence[Item] = ()) -> list[EditorRow]:
    """Reads the rows of a form, in order, each with the item of `before` that has its id.

    Raises `Wrong` for a row that no page of ours made.
    """
    typed: dict[str, dict[str, str]] = {id: {} for id in form.get("row", ())}
    if not all(_ROW_ID.fullmatch(id) for id in typed):
        raise Wrong("Deze regel klopt niet. Laad de pagina opnieuw.")
    for key, values in form.items():
        name, dot, id = key.partition(".")
        if dot and id in typed and values:
            typed[id][name] = values[0]
    old = {item.id: item for item in before}
    return [EditorRow(id, values, old.get(id), values.get("ready") == TICKED) for id, values in typed.items()]


def made(row: EditorRow, details: Mapping[str, str] | None = None, **values: object) -> Item:
    """Returns the row's item with these values. Details are laid over those it had; an empty
    one is left out."""
    base = row.item or Item(id=row.id, text="")
    kept = base.details | dict(details or {})
    return msgspec.structs.replace(base, details={name: kept[name] for name in kept if kept[name]}, **values)


def placed(row: EditorRow, layout: Layout, details: Mapping[str, str]) -> Item:
    """Returns the row's item as `made` does, in its cell and with the labels of that cell.

    Raises `Wrong` for a cell that does not exist or a text that does not fit.
    """
    cell = cell_in(row, layout)
    if row.item and cell == cell_of(row.item, layout):
        return made(row, details, text=words(row))
    return made(row, details, text=words(row), cell=cell, labels=layout.cells.get(cell, ()))


def cell_in(row: EditorRow, layout: Layout) -> str:
    """Returns the cell of a row; empty for an item that nobody placed yet. Raises `Wrong` for
    an unknown cell."""
    cell = row.cell
    if cell and cell not in layout.cells and not (row.item and row.item.cell == cell):
        raise Wrong("Dit vak staat niet in de tabel. Kies een ander vak.", row.id, "cell")
    return cell


def value_in(row: EditorRow, layout: Layout) -> str:
    value = row.column
    if value and value not in layout.values:
        raise Wrong(f"Dit antwoord bestaat niet. Kies er een: {', '.join(layout.values)}.", row.id, "column")
    return value


def is_empty(row: EditorRow, *names: str) -> bool:
    """Says whether a new row was left unused. `names` are the fields beside the text.

    Raises `Wrong` where only the text is missing: nobody may take away what a session brought by
    deleting its letters.
    """
    if text.tidy(row.value("text")):
        return False
    if row.item:
        raise Wrong("Een lege regel kan niet. Schrijf iets, of kies Verwijder.", row.id, "text")
    if any(text.tidy(row.value(name)) for name in names):
        raise Wrong("Schrijf ook op waar dit over gaat.", row.id, "text")
    return True


def words(row: EditorRow, name: str = "text", limit: int = LONGEST_LINE, *, lines: bool = False) -> str:
    """Returns a text of the row, cleaned. Raises `Wrong` when it is empty or longer than
    `limit` characters."""
    try:
        return text.clean(row.value(name), limit, lines=lines)
    except ValueError as error:
        raise Wrong(str(error), row.id, name) from None


def detail(row: EditorRow, name: str, limit: int = LONGEST_DETAIL) -> str:
    """Returns a text that may stay empty. One that the form did not ask for stays as it was.

    Raises `Wrong` when it is longer than `limit` characters.
    """
    if name not in row.typed and row.item:
        return row.item.details.get(name, "")
    return words(row, name, limit) if text.tidy(row.value(name)) else ""
