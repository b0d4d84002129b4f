"""A dossier as tables for a spreadsheet: every answer, mark, action, indicator and activity on a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from workshop import days
from workshop.content.worksheets import Field, Worksheet
from workshop.documents.answers import Reader, status_of
from workshop.documents.deck import Deck
from workshop.documents.document import Document, plain
from workshop.documents.sessions import StepResults
from workshop.items import Item
from workshop.models import Action, Session, ThemeMarks
from workshop.record import indicators, marks
from workshop.record.actions import PRIORITIES
from workshop.record.answers import told_of
from workshop.record.columns import as_read
from workshop.record.layouts import cell_of, editor_of
from workshop.record.sessions import Brought
from workshop.record.whole import Whole

Value = str | int | float | dt.date | None
MOST_ROWS = 200_000


class ExcelColumn(msgspec.Struct, frozen=True):
    title: str
    width: int


class ExcelSheet(msgspec.Struct, frozen=True):
    name: str
    columns: tuple[ExcelColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


class Book(msgspec.Struct, frozen=True):
    """The tables and the slides of a file. `front` is the document that goes with them: it says what this is,
    of which dossier and when."""

    front: Document
    sheets: tuple[ExcelSheet, ...] = ()
    deck: Deck = Deck()


class WorksheetField(NamedTuple):
    """One field, for one ambition or activity, or for the partnership."""

    worksheet: Worksheet
    field: Field
    about: str
    subject: str


def of(front: Document, reader: Reader, worksheets: Sequence[Worksheet], about: str = "") -> Book:
    """Makes the tables of these worksheets; with `about`, those of one ambition or activity."""
    asked = [one for one in _asked(reader.whole, worksheets) if about in ("", one.about)]
    own = {one.field.id for one in asked}
    agreed = [action for action in reader.whole.actions if action.field in own]
    rows = [row for row in reader.whole.marks if row.field in own]
    sheets = [
        _answers(reader, asked),
        _marks(reader, rows),
        _groups(reader, rows),
        _actions(reader, agreed),
        _indicators(reader, asked),
        _activities(reader, asked),
    ]
    return _bound(front, sheets)


def of_session(front: Document, reader: Reader, session: Session, brought: Brought) -> Book:
    """Makes the tables of what a session put into the dossier."""
    actions = [action for own in brought.actions.values() for action in own]
    rows = [row for own in brought.marks.values() for row in own]
    labels = {f.id: f.label for sheet in reader.whole.library.worksheets for f in sheet.fields}
    lines = (
        (
            labels.get(field, field),
            item.column,
            item.text,
            item.cards or None,
            item.votes,
            _chosen(item),
            ", ".join(item.labels),
        )
        for field, items in brought.items.items()
        for item in items
    )
    sheets = [_brought(lines), _marks(reader, rows), _groups(reader, rows), _actions(reader, actions)]
    return _bound(front, sheets)


def of_steps(front: Document, seen: Iterable[StepResults]) -> Book:
    """Makes the table of what the big screen shows of a session that is not saved yet."""
    lines = (
        (step.activity.title, result.label, i.text, i.cards or None, i.votes, _chosen(i), ", ".join(i.labels))
        for step in seen
        for result in step.results or ()
        for i in result.items
    )
    return _bound(front, [_brought(lines)])


def of_table(front: Document, reader: Reader, name: str) -> Book:
    """Makes one table of the whole dossier. Raises `LookupError` for a name that `TABLES` lacks."""
    sheet = TABLES[name](reader)
    return Book(front, (_cleaned_sheet(sheet),))


def _bound(front: Document, sheets: Iterable[ExcelSheet]) -> Book:
    return Book(front, tuple(_cleaned_sheet(sheet) for sheet in sheets if sheet.rows))


def _cleaned_sheet(sheet: ExcelSheet) -> ExcelSheet:
    return msgspec.structs.replace(sheet, rows=tuple(map(_cleaned, sheet.rows)))


def _cleaned(row: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(plain(value) if isinstance(value, str) else value for value in row)


def _asked(whole: Whole, worksheets: Iterable[Worksheet]) -> Iterator[WorksheetField]:
    for sheet in worksheets:
        subjects = [("", ""), *((item.id, item.text) for item in whole.subjects(sheet))]
        for field in sheet.fields:
            yield from (WorksheetField(sheet, field, about, subject) for about, subject in subjects)


def _sheet(name: str, columns: str, rows: Iterable[tuple[Value, ...]]) -> ExcelSheet:
    """Makes a sheet. `columns` are titles with their widths in characters: `Actie 50, Wie 25`."""
    told = (column.rsplit(" ", 1) for column in columns.split(", "))
    return ExcelSheet(
        name, tuple(ExcelColumn(title, int(width)) for title, width in told), tuple(rows)[:MOST_ROWS]
    )


def _brought(lines: Iterable[tuple[Value, ...]]) -> ExcelSheet:
    return _sheet(
        "Opbrengst", "Waar 32, Soort 20, Tekst 60, Kaarten 10, Stemmen 10, Gekozen 10, Labels 30", lines
    )


def _answers(reader: Reader, asked: Sequence[WorksheetField]) -> ExcelSheet:
    rows = (
        (
            one.worksheet.id,
            one.field.label,
            one.subject,
            item.column,
            item.text,
            ". ".join(item.labels or told_of(item)),
            item.cards or None,
            item.votes,
            _chosen(item),
            _held_on(reader.whole, item.session),
        )
        for one in asked
        for item in as_read(one.field, reader.whole.items(one.field, one.about))
    )
    columns = (
        "Werkblad 10, Vraag 32, Over 24, Kolom 14, Antwoord 60, Erbij 32, Kaarten 10, Stippen 10, "
        "Gekozen 10, Sessie 14"
    )
    return _sheet("Antwoorden", columns, rows)


def _marks(reader: Reader, rows: Sequence[ThemeMarks]) -> ExcelSheet:
    minimum = reader.settings.marks_minimum
    found = (
        (
            theme.label,
            days.day_of(moment.at),
            moment.marks,
            moment.mean,
            moment.low or None,
            moment.high or None,
            "" if moment.mean is not None else f"Minder dan {minimum} cijfers: we laten niets zien",
        )
        for theme in marks.through_time(rows, minimum)
        for moment in theme.moments
    )
    columns = "Thema 32, Sessie 14, Cijfers 10, Gemiddelde 13, Laagste 10, Hoogste 10, Let op 44"
    return _sheet("Cijfers", columns, found)


def _groups(reader: Reader, rows: Sequence[ThemeMarks]) -> ExcelSheet:
    """Makes the table by group, of the newest session as on the page: all of its groups or none (promise 6 of
    safety.md)."""
    newest = [row for row in rows if row.session_id == rows[-1].session_id]
    chosen = reader.settings
    found = marks.contrasts(newest, chosen.group_minimum, chosen.breakdown_minimum)
    names = marks.groups_in(found)
    lines = (
        (contrast.label, names[group], average, days.day_of(newest[-1].at))
        for contrast in found
        for group, average in contrast.means.items()
    )
    return _sheet("Cijfers per groep", "Thema 32, Groep 28, Gemiddelde 13, Sessie 14", lines)


def _actions(reader: Reader, actions: Sequence[Action]) -> ExcelSheet:
    where = {f.id: (sheet.id, f.label) for sheet in reader.whole.library.worksheets for f in sheet.fields}
    rows = (
        (
            action.text,
            action.owner,
            action.due,
            status_of(action, reader.today),
            PRIORITIES[action.priority].capitalize(),
            days.day_of(action.created_at),
            *where.get(action.field, ("", "")),
            _held_on(reader.whole, action.session_id.hex if action.session_id else None),
        )
        for action in actions
    )
    what = "Actie 60, Wie 28, Klaar op 14, Status 18, Prioriteit 12"
    return _sheet("Acties", f"{what}, Afgesproken 14, Werkblad 10, Vraag 32, Sessie 14", rows)


def _indicators(reader: Reader, asked: Sequence[WorksheetField]) -> ExcelSheet:
    rows = (
        (item.text, *_told(indicators.details_of(item)), one.worksheet.id, one.field.label, one.subject)
        for one in asked
        if one.field.kind == "indicator-list"
        for item in reader.whole.items(one.field, one.about)
    )
    told = "Soort 12, Nodig 18, Bron 28, Hoe vaak 18, Wie 24"
    columns = f"Indicator of signaal 60, {told}, Werkblad 10, Vraag 32, Over 30"
    return _sheet("Indicatoren", columns, rows)


def _told(details: dict[str, str]) -> tuple[str, ...]:
    return tuple(details.get(name, "") for name in ("kind", "need", "source", "frequency", "owner"))


def _activities(reader: Reader, asked: Sequence[WorksheetField]) -> ExcelSheet:
    rows = (
        (
            item.text,
            *_cell(reader, one, item),
            *(item.details.get(name, "") for name in ("owner", "target", "known", "double")),
            one.worksheet.id,
            one.subject,
        )
        for one in asked
        if editor_of(one.field) == "activities_matrix"
        for item in reader.whole.items(one.field, one.about)
    )
    columns = (
        "Activiteit 50, Soort 26, Resultaat 40, Wie 24, Voor 24, Erkend 10, Dubbel 10, Werkblad 10, Over 30"
    )
    return _sheet("Activiteiten", columns, rows)


def _cell(reader: Reader, one: WorksheetField, item: Item) -> tuple[str, str]:
    """Returns the names of the row and the column that an item is in; two empty texts when it is in none."""
    layout = reader.whole.layout(one.field, one.about)
    names: Any = layout.cells.get(cell_of(item, layout), ())
    return names if len(names) == 2 else ("", "")


def _chosen(item: Item) -> str:
    return "ja" if item.chosen else ""


def _held_on(whole: Whole, session: str | None) -> dt.date | None:
    found = whole.sessions.get(session.replace("-", "")) if session else None
    return days.day_of(found.created_at) if found else None


TABLES: dict[str, Callable[[Reader], ExcelSheet]] = {
    "cijfers": lambda reader: _marks(reader, reader.whole.marks),
    "indicatoren": lambda reader: _indicators(
        reader, list(_asked(reader.whole, reader.whole.library.worksheets))
    ),
}
"""Name in an address -> the table of a whole dossier that can be had by itself."""
