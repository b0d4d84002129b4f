"""Changes an answer by hand: from the items that stand there to the new items. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop import text
from workshop.codes import new_id
from workshop.content.worksheets import Field
from workshop.record.answers import Item

LONGEST_LINE, LONGEST_TEXT = 500, 4000
MOST_ITEMS = 200
TONES = {"zorg": "zorg", "zorgen": "zorg", "kans": "kans", "kansen": "kans"}


class Draft(msgspec.Struct, frozen=True):
    """What somebody typed for one item. Without an `item` it is a new one."""

    text: str = ""
    column: str = ""
    item: str = ""
    remove: bool = False


def edited(items: Sequence[Item], field: Field, draft: Draft, by: str) -> list[Item]:
    """Returns the items after this edit. An item of a session still says where it came from,
    with `by` beside it.

    Raises `ValueError` with a sentence for a text, column or number of items that does not fit, and
    `LookupError` for an item that is not there.
    """
    place = _place(items, draft.item) if draft.item else len(items)
    if draft.remove:
        return [*items[:place], *items[place + 1 :]]
    wording, column = _wording(field, draft.text), _column(field, draft.column)
    if draft.item and not columns_of(field):
        column = items[place].column
    if draft.item:
        return [*items[:place], _changed(items[place], field, wording, column, by), *items[place + 1 :]]
    most = 1 if field.kind == "text" else field.max_items or MOST_ITEMS
    if len(items) >= most:
        raise ValueError(f"Hier past niet meer dan {most}. Verander of verwijder er eerst een.")
    new = Item(id=new_id().hex, text=wording, column=column, tone=tone_of(field, column), by=by)
    return [*items, new]


def columns_of(field: Field) -> list[str]:
    """Returns the headings that items of a field stand under: the columns of the sheet, or the
    values to choose from."""
    return field.columns or field.values


def by_column(field: Field, items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Returns every column of a two-column sheet with its items; those that fit none come last,
    under an empty name."""
    sides = {column: [item for item in items if column_of(field, item) == column] for column in field.columns}
    sides[""] = [item for item in items if not field.columns or not column_of(field, item)]
    return list(sides.items())


def column_of(field: Field, item: Item) -> str:
    """Returns the column or value of this field that an item stands under; empty when it fits none.

    A session writes `Zorgen` where the sheet says `zorgen`.
    """
    return next((column for column in columns_of(field) if column.lower() == item.column.lower()), "")


def as_read(field: Field, items: Sequence[Item]) -> list[Item]:
    """Returns the items as people read them here: under a column only where this field has
    columns or values."""
    return [msgspec.structs.replace(item, column=column_of(field, item)) for item in items]


def tone_of(field: Field, column: str = "") -> str:
    """Returns `zorg`, `kans` or nothing, from the name of the column or of the field."""
    return TONES.get((column or field.label).lower(), "")


def _place(items: Sequence[Item], id: str) -> int:
    found = [place for place, item in enumerate(items) if item.id == id]
    if not found:
        raise LookupError(f"no item {id}")
    return found[0]


def _changed(item: Item, field: Field, wording: str, column: str, by: str) -> Item:
    if (item.text, column_of(field, item) or item.column) == (wording, column):
        return item
    tone = item.tone if item.column == column else tone_of(field, column)
    return msgspec.structs.replace(item, text=wording, column=column, tone=tone, by=by)


def _wording(field: Field, typed: str) -> str:
    if field.kind == "text":
        return text.clean(typed, LONGEST_TEXT, lines=True)
    return text.clean(typed, LONGEST_LINE)


def _column(field: Field, chosen: str) -> str:
    columns = columns_of(field)
    if columns and chosen not in columns:
        raise ValueError(f"Kies er een: {', '.join(columns)}.")
    return chosen if columns else ""
