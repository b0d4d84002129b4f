"""Finds where the items of an answer stand on its sheet: under which column or value, and with which tone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.content.worksheets import Field
from workshop.items import Item

TONES = {"zorg": "zorg", "zorgen": "zorg", "kans": "kans", "kansen": "kans"}


def by_column(field: Field, items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """Returns every column of a two-column sheet with its items; those that fit none come last,
    under an empty name."""
    sides = {column: [item for item in items if column_of(field, item) == column] for column in field.columns}
    sides[""] = [item for item in items if not field.columns or not column_of(field, item)]
    return list(sides.items())


def column_of(field: Field, item: Item) -> str:
    """Returns the column of the sheet that an item stands under, or the value that was chosen for it; empty
    when it fits none.

    A session writes `Zorgen` where the sheet says `zorgen`.
    """
    columns = field.columns or field.values
    return next((column for column in columns if column.lower() == item.column.lower()), "")


def as_read(field: Field, items: Sequence[Item]) -> list[Item]:
    """Returns the items as people read them here: under a column only where this field has
    columns or values."""
    return [msgspec.structs.replace(item, column=column_of(field, item)) for item in items]


def tone_of(field: Field, column: str = "") -> str:
    """Returns `zorg`, `kans` or nothing, from the name of the column or of the field."""
    return TONES.get((column or field.label).lower(), "")
