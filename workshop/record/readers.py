"""One reader per editor: makes an item of the dossier of a row of a form.

Each returns the item, or None for a row that says nothing, and raises `Wrong` for what does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence

from workshop import text
from workshop.items import Item
from workshop.record import actions, ambitions, indicators
from workshop.record.columns import column_of, tone_of
from workshop.record.layouts import Layout
from workshop.record.rows import (
    LONGEST_TEXT,
    TICKED,
    EditorRow,
    Wrong,
    cell_in,
    detail,
    is_empty,
    made,
    placed,
    value_in,
    words,
)

NEW_PARTNER = "vragen"
PARTNER_STATUSES = ("doet mee", NEW_PARTNER, "niet nu")
KNOWN, DOUBLE = "erkend", "dubbel"


def text_of(row: EditorRow, layout: Layout) -> Item | None:
    if not text.tidy(row.value("text")):
        return None
    return made(row, text=words(row, "text", LONGEST_TEXT, lines=True))


def listed(row: EditorRow, layout: Layout) -> Item | None:
    if row.ready and row.value("on") != TICKED:
        return None
    if is_empty(row, "text"):
        return None
    return made(row, text=words(row), tone=row.item.tone if row.item else tone_of(layout.field))


def in_column(row: EditorRow, layout: Layout) -> Item | None:
    if is_empty(row, "text"):
        return None
    column = row.value("column")
    old = column_of(layout.field, row.item) if row.item else ""
    if column == old and row.item:
        return made(row, text=words(row))
    if column not in layout.field.columns:
        raise Wrong(f"Kies waar het bij hoort: {' of '.join(layout.field.columns)}.", row.id, "column")
    return made(row, text=words(row), column=column, tone=tone_of(layout.field, column))


def chosen(row: EditorRow, layout: Layout) -> Item | None:
    """Reads an option with its value, one that is only ticked where there are no values, or a
    text of their own. Raises `Wrong` for a note without a value."""
    if row.ready and not layout.values:
        return made(row, text=words(row)) if row.value("on") == TICKED else None
    if not row.ready and is_empty(row, "text", "column", "note"):
        return None
    column, note = value_in(row, layout), detail(row, "note")
    if row.ready and not column:
        if note:
            raise Wrong(f"Kies ook een antwoord bij ‘{row.value('text')[:80]}’.", row.id, "column")
        if row.item is None or _had_value(row, layout):
            return None
    if row.item and not _had_value(row, layout) and not column:
        column = row.item.column
    return made(row, {"note": note}, text=words(row), column=column, cell=cell_in(row, layout))


def partner(row: EditorRow, layout: Layout) -> Item | None:
    if row.value("on") != TICKED or (not row.item and not text.tidy(row.value("text"))):
        return None
    status = detail(row, "status") or ("" if row.item else NEW_PARTNER)
    if status and status not in PARTNER_STATUSES:
        raise Wrong(f"Kies een van deze: {', '.join(PARTNER_STATUSES)}.", row.id, "status")
    details = {"status": status, "owner": detail(row, "owner")}
    return placed(row, layout, details)


def activity(row: EditorRow, layout: Layout) -> Item | None:
    if is_empty(row, "text", "owner", "target"):
        return None
    details = {"owner": detail(row, "owner"), "target": detail(row, "target")}
    details |= {"known": KNOWN if row.value("known") else "", "double": DOUBLE if row.value("double") else ""}
    if not (row.cell or row.item):
        raise Wrong("Kies eerst een vak in de tabel.", row.id, "cell")
    return placed(row, layout, details)


def relation(row: EditorRow, layout: Layout) -> Item | None:
    """Reads two elements and what they do to each other, or a sentence, for a row of a session or a note.
    Raises `Wrong` for one that is not whole, or names an element that is gone."""
    value = value_in(row, layout)
    if "a" not in row.typed:
        return None if is_empty(row, "text") else made(row, text=words(row), column=value)
    a, b = row.value("a"), row.value("b")
    if not (a or b):
        return None
    if not (a and b) or a == b:
        raise Wrong("Kies twee verschillende elementen.", row.id, "b")
    known = {*layout.options, *(row.item.details.values() if row.item else ())}
    if not {a, b} <= known:
        raise Wrong("Een van deze kaarten staat niet meer in de lijst. Kies opnieuw.", row.id, "a")
    if not value:
        raise Wrong(f"Zeg nog wat je ziet: {', '.join(layout.values)}.", row.id, "column")
    both = f"‘{_short(a)}’ en ‘{_short(b)}’"
    return made(row, {"a": a, "b": b, "note": detail(row, "note")}, text=both, column=value)


def indicator(row: EditorRow, layout: Layout) -> Item | None:
    details = {name: detail(row, name) for name in ("source", "frequency", "owner")}
    if not text.tidy(row.value("text")):
        if row.item or any(details.values()) or row.value("need"):
            raise Wrong(indicators.without_text(row.value("kind")), row.id, "text")
        return None
    for name, allowed in indicators.CHOICES.items():
        if row.value(name) not in allowed:
            raise Wrong(f"Kies een van deze: {', '.join(filter(None, allowed))}.", row.id, name)
        details[name] = row.value(name)
    return indicators.written(made(row, details, text=words(row)), row.item)


def action(row: EditorRow, layout: Layout) -> Item | None:
    if is_empty(row, "text", "owner", "due"):
        return None
    due = _day(row)
    status = row.value("status") or "open"
    if status not in actions.STATUSES:
        raise Wrong("Deze stand bestaat niet. Kies er een uit de lijst.", row.id, "status")
    owner = detail(row, "owner", actions.LONGEST_OWNER)
    details = {"owner": owner, "due": due, "status": status}
    return made(row, details, text=words(row, limit=actions.LONGEST_TEXT))


def moment(row: EditorRow, layout: Layout) -> Item | None:
    if is_empty(row, "text", "frequency", "due", "owner"):
        return None
    details = {name: detail(row, name, 120) for name in ("frequency", "owner")}
    return made(row, details | {"due": _day(row)}, text=words(row))


def ambition(row: EditorRow, layout: Layout) -> Item | None:
    item = listed(row, layout)
    return item and ambitions.flagged(item, active=row.value("active") == ambitions.ACTIVE)


def three_active(items: Sequence[Item]) -> None:
    active = [item for item in items if ambitions.is_flagged(item)]
    if len(active) > ambitions.MOST:
        raise Wrong(ambitions.TOO_MANY, active[-1].id, "active")


def nobody(row: EditorRow, layout: Layout) -> Item | None:
    raise Wrong("Cijfers kun je hier niet veranderen. Voer ze in bij Cijfers.")


def _day(row: EditorRow) -> str:
    """Returns the day that was typed, in ISO form; empty for none. Raises `Wrong` for one that is no day."""
    try:
        due = actions.due_date(row.value("due"))
    except ValueError as error:
        raise Wrong(str(error), row.id, "due") from None
    return due.isoformat() if due else ""


def _had_value(row: EditorRow, layout: Layout) -> bool:
    return row.item is not None and row.item.column in layout.values


def _short(whole: str) -> str:
    return whole if len(whole) <= 200 else whole[:199] + "…"
