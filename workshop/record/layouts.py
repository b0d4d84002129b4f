"""What a field's editor is made of: its table, what can be chosen, and which lines are ready to tick.

All of it comes from the content and from answers that the field takes over. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from workshop.content.library import Library
from workshop.content.worksheets import Field
from workshop.items import Item

Items = Mapping[str, Sequence[Item]]
"""Field id -> the items that stand there."""

EVERY_RESULT = "alle"
"""Id of the one column of the activities while no results are written yet."""


class Header(msgspec.Struct, frozen=True):
    """A row or column of a table, or a group of a scheme."""

    id: str
    label: str
    hint: str = ""


class Ready(msgspec.Struct, frozen=True):
    """A text that an editor offers to tick: in a cell, or without one in a list."""

    text: str
    cell: str = ""


class Layout(msgspec.Struct, frozen=True):
    field: Field
    editor: str
    """Name of the reader in record/fields.py and of the template in templates/record/editors."""
    rows: tuple[Header, ...] = ()
    columns: tuple[Header, ...] = ()
    values: tuple[str, ...] = ()
    ready: tuple[Ready, ...] = ()
    options: tuple[str, ...] = ()
    """What may be picked inside a row: elements, or known sources."""

    @property
    def cells(self) -> dict[str, tuple[str, ...]]:
        """`row.column` (or the group) -> the labels that name it."""
        if not self.columns:
            return {row.id: (row.label,) for row in self.rows}
        return {
            f"{row.id}.{column.id}": (row.label, column.label) for row in self.rows for column in self.columns
        }

    @property
    def only_goals(self) -> bool:
        """Whether its cells hold goals, which nobody carries out."""
        return [row.id for row in self.rows] == [self.field.id.partition(".")[2]]


def layout_of(library: Library, field: Field, around: Items, ready: Sequence[str] = ()) -> Layout:
    """Returns what the editor of this field is made of.

    `around` holds the answers that `needs` names; `ready` are lines from elsewhere, to tick.
    """
    name = editor_of(field)
    layout = LAYOUTS.get(name, _plain)(library, field, name, around)
    return msgspec.structs.replace(layout, ready=(*layout.ready, *map(Ready, ready)))


def editor_of(field: Field) -> str:
    """Returns the name of a field's editor: its kind, unless its structure asks for an editor of its own."""
    return field.structure if field.structure in OWN_EDITORS else field.kind


def needs(library: Library, field: Field) -> list[str]:
    """Returns the ids of the fields whose answers this one's editor shows."""
    own = NEEDS[editor_of(field)](library.structures) if editor_of(field) in NEEDS else []
    return [*(edge.field for edge in field.carries_from), *own]


def cell_of(item: Item, layout: Layout) -> str:
    """Returns the cell that an item stands in; empty when it fits none. An item of a session may know only
    the labels of its cell."""
    if item.cell in layout.cells:
        return item.cell
    return next((cell for cell, labels in layout.cells.items() if labels and labels == item.labels[:2]), "")


def _plain(library: Library, field: Field, name: str, around: Items) -> Layout:
    return Layout(field, name, values=tuple(field.values or field.columns))


def _choice(library: Library, field: Field, name: str, around: Items) -> Layout:
    """Offers the options of the sheet, or where it has none the texts of earlier answers."""
    offered = field.options or _texts(around, (edge.field for edge in field.carries_from))
    ready = tuple(Ready(text) for text in dict.fromkeys(offered))
    return Layout(field, name, values=tuple(field.values), ready=ready)


def _partners(library: Library, field: Field, name: str, around: Items) -> Layout:
    """Makes the overview of the workbook, with the partners of an earlier answer in their own cell."""
    table = library.structures["partner_overview"]
    bare = Layout(field, name, _headers(table["rows"]), _headers(table["columns"]))
    ready = [Ready(text, cell) for cell, texts in table["ready"].items() for text in texts]
    ready += [Ready(text) for text in table["others"]]
    earlier = [item for edge in field.carries_from for item in around.get(edge.field, ())]
    ready += [Ready(item.text, cell_of(item, bare)) for item in earlier]
    once = {(found.cell, found.text.casefold()): found for found in reversed(ready)}
    return msgspec.structs.replace(bare, ready=tuple(reversed(once.values())))


def _activities(library: Library, field: Field, name: str, around: Items) -> Layout:
    """Makes a table: rows of the workbook by the results of the same ambition. The row of goals is a
    field of its own."""
    table = library.structures["activities_matrix"]
    rows = [row for row in table["rows"] if field.id.endswith(f".{row['id']}")]
    rows = rows or [row for row in table["rows"] if row["kind"] == "activities"]
    found = next((around[id] for id in _results(library.structures) if around.get(id)), ())
    results = tuple(Header(item.id, item.text) for item in found)
    return Layout(field, name, _headers(rows), results or (Header(EVERY_RESULT, "Alle resultaten"),))


def _quality(library: Library, field: Field, name: str, around: Items) -> Layout:
    scheme = library.structures["quality_scheme"]
    return Layout(
        field,
        name,
        rows=_headers(scheme["groups"]),
        values=tuple(scheme["answers"]),
        ready=tuple(
            Ready(question, group["id"]) for group in scheme["groups"] for question in group["questions"]
        ),
    )


def _relations(library: Library, field: Field, name: str, around: Items) -> Layout:
    elements = tuple(dict.fromkeys(_texts(around, _elements(library.structures))))
    return Layout(field, name, values=tuple(field.values), options=elements)


def _indicators(library: Library, field: Field, name: str, around: Items) -> Layout:
    return Layout(field, name, options=tuple(library.structures["indicator_triples"]["sources"]))


def _themes(library: Library, field: Field, name: str, around: Items) -> Layout:
    return Layout(field, name, rows=_headers(library.structures["collaboration_themes"]["themes"]))


def _headers(parts: Iterable[Mapping[str, Any]]) -> tuple[Header, ...]:
    return tuple(Header(part["id"], part["label"], part.get("hint", "")) for part in parts)


def _texts(around: Items, fields: Iterable[str]) -> list[str]:
    return [item.text for field in fields for item in around.get(field, ())]


def _results(structures: Mapping[str, Any]) -> list[str]:
    """Returns the fields that the columns of the activities come from: the results of the sheet, else
    those of bouwsteen 2."""
    return structures["activities_matrix"]["columns_from"]


def _elements(structures: Mapping[str, Any]) -> list[str]:
    return [kind["field"] for kind in structures["veranderverhaal_elements"]["kinds"]]


OWN_EDITORS = ("ambitions_limit", "activities_matrix", "quality_scheme")
LAYOUTS: dict[str, Callable[[Library, Field, str, Items], Layout]] = {
    "choice": _choice,
    "partners-table": _partners,
    "activities_matrix": _activities,
    "quality_scheme": _quality,
    "matrix": _relations,
    "indicator-list": _indicators,
    "marks": _themes,
}
NEEDS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "activities_matrix": _results,
    "matrix": _elements,
}
