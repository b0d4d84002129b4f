"""Edits every field of the dossier by hand: its editors, and what a form makes of the items that stand there.

A form holds rows (record/rows.py); `gone` names rows to take away, `gap` cells where something is missing. A
row that is not in the form stays as it is: nothing is lost by what somebody did not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from workshop.codes import id_of_words, new_id
from workshop.items import Item
from workshop.record import ambitions, indicators, readers
from workshop.record.columns import column_of
from workshop.record.layouts import Layout, cell_of
from workshop.record.rows import LONGEST_TEXT, TICKED, EditorRow, Form, Wrong, rows_in

MOST_ITEMS = 200
Blanks = Sequence[dict[str, str]]
"""For each empty row at the end of an editor, the values it opens with."""


class Written(msgspec.Struct, frozen=True):
    """What should stand in a field according to a form."""

    items: tuple[Item, ...]
    gaps: dict[str, str] = {}


class Editor(msgspec.Struct, frozen=True):
    item: Callable[[EditorRow, Layout], Item | None]
    """Makes the item of a row; None for a row that says nothing. Raises `Wrong`."""
    check: Callable[[Sequence[Item]], None] = lambda items: None
    """Checks whether the items fit together. Raises `Wrong`."""
    blanks: Callable[[Layout, Sequence[Item]], Blanks] = lambda layout, items: [{}]
    opens: Callable[[Sequence[Item]], Sequence[Item]] = lambda items: items
    """Returns the items as the editor shows them, where a session wrote them in another way."""
    wide: bool = False
    """Whether it takes the whole width of the page."""
    misses: bool = False
    """Whether a cell may say that something is missing."""


def read(form: Form, before: Sequence[Item], layout: Layout, by: str) -> Written:
    """Reads what should stand in a field from a form: its rows, and the items of `before` that
    it did not show.

    Items that are different are signed with `by`. Raises `Wrong` for what does not fit.
    """
    editor = EDITORS[layout.editor]
    gone = set(form.get("gone", ()))
    rows = rows_in(form, before)
    written = [item for row in rows if row.id not in gone and (item := editor.item(row, layout))]
    seen = {row.id for row in rows} | gone
    old = {item.id: item for item in before}
    items = [_signed(item, old.get(item.id), by) for item in written]
    items += [item for item in before if item.id not in seen]
    _check_most(items, layout, before)
    editor.check(items)
    return Written(tuple(items), _gaps(form, layout) if editor.misses else {})


def rows_for(layout: Layout, items: Sequence[Item]) -> list[EditorRow]:
    """Returns the rows that an editor opens with: ready texts to choose, the items that stand
    there, and empty rows."""
    editor = EDITORS[layout.editor]
    left = list(editor.opens(items))
    rows = [_ready_row(text, cell, left, layout) for text, cell in _ready(layout)]
    rows += [_row_of(item, layout) for item in left]
    return rows + [EditorRow(new_id().hex, blank) for blank in editor.blanks(layout, items)]


def both(theirs: Written, mine: Written, base: Sequence[Item]) -> Written:
    """Merges the texts of two people, without losing a word. An item that only one of them changed is as they
    left it; one that both changed stands there twice; what either wrote or kept is not taken away."""
    before = {item.id: item for item in base}
    my = {item.id: item for item in mine.items}
    items: list[Item] = []
    for item in theirs.items:
        other = my.pop(item.id, None)
        if other is None or _same(other, item) or _same(other, before.get(item.id)):
            items.append(item)
        elif _same(item, before.get(item.id)):
            items.append(other)
        else:
            items += [item, msgspec.structs.replace(other, id=new_id().hex)]
    return Written((*items, *my.values()), theirs.gaps | mine.gaps)


def one_text(written: Written, layout: Layout) -> Written:
    """Joins two texts with a blank line between them, in a field that holds one text; returns
    others unchanged.

    Raises `Wrong` when the whole is too long.
    """
    if layout.field.kind != "text" or len(written.items) < 2:
        return written
    first, *others = written.items
    whole = "\n\n".join(item.text for item in (first, *others))
    if len(whole) > LONGEST_TEXT:
        raise Wrong(f"Samen zijn de teksten te lang. Maak ze {len(whole) - LONGEST_TEXT} tekens korter.")
    return Written((msgspec.structs.replace(first, text=whole),), written.gaps)


# --- the steps of `read` and `rows_for` ------------------------------------------------------------


def _signed(item: Item, old: Item | None, by: str) -> Item:
    """Returns the item with its writer. An unchanged item keeps its own, also when only the choice of active
    ambitions is different: choosing is not writing."""
    if old and _same(item, old):
        return old
    if old and _same(ambitions.flagged(item, active=True), ambitions.flagged(old, active=True)):
        return msgspec.structs.replace(item, by=old.by)
    return msgspec.structs.replace(item, by=by)


def _same(one: Item, other: Item | None) -> bool:
    return other is not None and msgspec.structs.replace(one, by="") == msgspec.structs.replace(other, by="")


def _check_most(items: Sequence[Item], layout: Layout, before: Sequence[Item]) -> None:
    """Raises `Wrong` for more items than fit. A session may have brought more: those stay, but
    none may be added."""
    most = 1 if layout.field.kind == "text" else layout.field.max_items or MOST_ITEMS
    most = MOST_ITEMS if layout.editor == "ambitions_limit" else most
    if len(items) > max(most, len(before)):
        sentence = f"Hier past niet meer dan {most}. Verander of verwijder er eerst een."
        raise Wrong(sentence, items[-1].id, "text")


def _gaps(form: Form, layout: Layout) -> dict[str, str]:
    cells = layout.cells
    chosen = list(dict.fromkeys(form.get("gap", ())))
    if not set(chosen) <= set(cells):
        raise Wrong("Dit vak staat niet in de tabel. Kies een ander vak.")
    return {cell: ", ".join(cells[cell]) for cell in chosen}


def _ready(layout: Layout) -> list[tuple[str, str]]:
    return [(ready.text, ready.cell) for ready in layout.ready]


def _ready_row(words: str, cell: str, left: list[Item], layout: Layout) -> EditorRow:
    """Returns the row of a ready text, with the item that was made of it, which is taken out of `left`."""
    for item in left:
        if item.text.casefold() == words.casefold() and cell_of(item, layout) in (cell, ""):
            left.remove(item)
            row = _row_of(item, layout)
            return EditorRow(row.id, row.typed | {"cell": cell, "text": item.text}, item, True)
    return EditorRow(
        id_of_words(f"{layout.field.id}|{cell}", words), {"text": words, "cell": cell}, None, True
    )


def _row_of(item: Item, layout: Layout) -> EditorRow:
    typed = {
        "text": item.text,
        "column": column_of(layout.field, item) or (item.column if item.column in layout.values else ""),
        "cell": cell_of(item, layout),
        "on": TICKED,
    }
    return EditorRow(item.id, item.details | typed, item)


def _one_if_none(layout: Layout, items: Sequence[Item]) -> Blanks:
    return [] if items else [{}]


def _three_boxes(layout: Layout, items: Sequence[Item]) -> Blanks:
    """Returns at least one empty row, and enough to make three: the paper has three boxes."""
    return [{}] * max(1, 3 - len(items))


def _one_a_column(layout: Layout, items: Sequence[Item]) -> Blanks:
    return [{"column": column} for column in layout.field.columns]


def _one_a_cell(layout: Layout, items: Sequence[Item]) -> Blanks:
    return [{"cell": cell} for cell in layout.cells]


def _one_a_cell_and_one_without(layout: Layout, items: Sequence[Item]) -> Blanks:
    return [*_one_a_cell(layout, items), {}]


def _one_in_the_last(layout: Layout, items: Sequence[Item]) -> Blanks:
    """Returns one empty row in the last group: `Anders, namelijk`."""
    return [{"cell": layout.rows[-1].id}]


def _active_while_it_may(layout: Layout, items: Sequence[Item]) -> Blanks:
    return [{"active": ambitions.ACTIVE} if len(ambitions.active(items)) < ambitions.MOST else {}]


def _with_details(items: Sequence[Item]) -> list[Item]:
    return [msgspec.structs.replace(item, details=indicators.details_of(item)) for item in items]


EDITORS: dict[str, Editor] = {
    "text": Editor(readers.text_of, blanks=_one_if_none),
    "list": Editor(readers.listed),
    "two-column": Editor(readers.in_column, blanks=_one_a_column),
    "choice": Editor(readers.chosen),
    "partners-table": Editor(readers.partner, blanks=_one_a_cell_and_one_without, wide=True),
    "matrix": Editor(readers.relation),
    "activities_matrix": Editor(readers.activity, blanks=_one_a_cell, wide=True, misses=True),
    "quality_scheme": Editor(readers.chosen, blanks=_one_in_the_last, wide=True),
    "indicator-list": Editor(readers.indicator, blanks=_three_boxes, opens=_with_details),
    "actions": Editor(readers.action),
    "moments": Editor(readers.moment),
    "ambitions_limit": Editor(
        readers.ambition, readers.three_active, _active_while_it_may, opens=ambitions.all_flagged
    ),
    "marks": Editor(readers.nobody),
}
