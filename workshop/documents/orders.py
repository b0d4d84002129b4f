"""Reads what a document needs from the database, and returns the function that makes the document of it.

Reading waits for the database and making takes a processor, so the function is called in a thread
(formats.make).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.accounts import branding
from workshop.content.worksheets import Bouwsteen, Worksheet
from workshop.documents import book, contents, kompas, look, sessions, slides, themes
from workshop.documents.answers import Reader
from workshop.documents.book import Book
from workshop.documents.document import Branding, Chart, Charts, Document
from workshop.documents.parts import Parts, everything
from workshop.documents.sessions import StepResults
from workshop.kinds import ResultItem
from workshop.record import marks, summary, whole
from workshop.record import sessions as record_sessions
from workshop.record.summary import Summary
from workshop.services import Services

Order = Callable[[], Book]


async def of_dossier(services: Services, partnership_id: uuid.UUID, wanted: Parts | None = None) -> Order:
    """Reads a dossier: everything, or the wanted parts. Raises `LookupError` when it does not exist."""
    parts = wanted or everything(services.library)
    reader = await _reader(services, partnership_id)
    told = summary.of_dossier(reader.whole, reader.settings, reader.today, parts.about.bouwstenen)
    return _order(reader, parts.worksheets, told, lambda: contents.dossier(reader, parts))


async def of_bouwsteen(services: Services, partnership_id: uuid.UUID, wanted: Bouwsteen) -> Order:
    reader = await _reader(services, partnership_id)
    sheets = services.library.bouwsteen_worksheets(wanted.number)
    told = summary.of_bouwsteen(reader.whole, wanted, reader.settings, reader.today)
    return _order(reader, sheets, told, lambda: contents.bouwsteen(reader, wanted))


async def of_worksheet(
    services: Services, partnership_id: uuid.UUID, wanted: Worksheet, about: str = ""
) -> Order:
    """Reads one worksheet. Raises `LookupError` for an ambition or activity that does not exist."""
    reader = await _reader(services, partnership_id)
    if about and about not in {subject.id for subject in reader.whole.subjects(wanted)}:
        raise LookupError(f"no subject {about}")
    told = summary.of_worksheet(reader.whole, wanted, reader.settings, reader.today)
    return _order(reader, [wanted], told, lambda: contents.worksheet(reader, wanted, about), about)


async def of_session(services: Services, partnership_id: uuid.UUID, session_id: uuid.UUID) -> Order:
    """Reads what a session brought once it is saved, else what the big screen shows of it.

    Raises `LookupError` for a session that this dossier does not have.
    """
    async with services.db.read() as db:
        reader = await _read(db, services, partnership_id)
        session = reader.whole.sessions.get(session_id.hex)
        if session is None:
            raise LookupError(f"no session {session_id}")
        passed_over = await record_sessions.passed_over(db, session)
        if session.saved_at:
            brought = await record_sessions.brought(db, session)
            with look.accented(reader.branding.colour):
                front = sessions.saved(reader, session, brought, passed_over)
            told = summary.of_session(reader.whole, session, brought, reader.settings, reader.today)
            return lambda: _with_slides(book.of_session(front, reader, session, brought), told)
        seen = await sessions.steps(db, services.room.reader, session)
    told = summary.of_unsaved(reader.whole, session, map(_shown, seen), reader.settings, reader.today)
    return _accented(
        reader,
        lambda: _with_slides(book.of_steps(sessions.unsaved(reader, session, seen, passed_over), seen), told),
    )


async def of_theme(services: Services, partnership_id: uuid.UUID, field: str, theme: str) -> Order:
    """Reads one theme of the marks, as a chart by itself. Raises `LookupError` where too few
    marks are known to draw anything."""
    reader = await _reader(services, partnership_id)
    rows = [row for row in reader.whole.marks if (row.field, row.theme) == (field, theme)]
    found = next(iter(marks.through_time(rows, services.settings.marks_minimum)), None)
    if found is None or not found.shown:
        raise LookupError(f"no marks of {field}/{theme}")
    return _chart(reader, lambda: themes.through_time(found, reader.render))


async def of_kompas(services: Services, partnership_id: uuid.UUID) -> Order:
    """Reads how far a dossier is, as a chart by itself."""
    reader = await _reader(services, partnership_id)
    return _chart(reader, lambda: kompas.chart(reader))


async def of_table(services: Services, partnership_id: uuid.UUID, name: str) -> Order:
    """Reads one table of a whole dossier. Raises `LookupError` where there is no table by that name."""
    if name not in book.TABLES:
        raise LookupError(f"no table {name}")
    reader = await _reader(services, partnership_id)
    front = contents.made(reader, contents.TABLE, name.capitalize(), [])
    return lambda: book.of_table(front, reader, name)


def _chart(reader: Reader, draw: Callable[[], Chart]) -> Order:
    def order() -> Book:
        drawn = draw()
        return Book(contents.made(reader, contents.CHART, drawn.title, [Charts((drawn,))]))

    return order


def _order(
    reader: Reader,
    sheets: Sequence[Worksheet],
    told: Summary,
    front: Callable[[], Document],
    about: str = "",
) -> Order:
    return _accented(reader, lambda: _with_slides(book.of(front(), reader, sheets, about), told))


def _accented(reader: Reader, order: Order) -> Order:
    """Returns the same order, whose charts are drawn in the colour of the organisation."""

    def build() -> Book:
        with look.accented(reader.branding.colour):
            return order()

    return build


def _with_slides(made: Book, told: Summary) -> Book:
    return msgspec.structs.replace(made, deck=slides.of(told))


def _shown(step: StepResults) -> tuple[str, list[ResultItem]]:
    """Returns the question of a step, with what the big screen shows of it."""
    return step.activity.question, [item for result in step.results or () for item in result.items]


async def _reader(services: Services, partnership_id: uuid.UUID) -> Reader:
    async with services.db.read() as db:
        return await _read(db, services, partnership_id)


async def _read(db: AsyncSession, services: Services, partnership_id: uuid.UUID) -> Reader:
    found = await whole.read(db, services.library, partnership_id)
    chosen = await branding.read(db, partnership_id)
    return Reader(found, services.render, services.settings, today(), Branding(chosen.logo, chosen.colour))


def today() -> dt.date:
    return days.today()
