"""Looking back again: an agreed rhythm per worksheet, and the next day of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.models import Reminder
from workshop.rhythms import RHYTHMS

LONGEST_NOTE, MOST_MONTHS = 300, 60


async def of(db: AsyncSession, partnership_id: uuid.UUID) -> list[Reminder]:
    """Reads the reminders of a dossier, the earliest day first."""
    query = select(Reminder).where(Reminder.partnership_id == partnership_id)
    return list(await db.scalars(query.order_by(Reminder.next_on, Reminder.worksheet)))


async def one(db: AsyncSession, partnership_id: uuid.UUID, reminder_id: uuid.UUID) -> Reminder:
    """Reads a reminder of this dossier. Raises `LookupError` when it is not there, or another dossier's."""
    query = select(Reminder).where(Reminder.id == reminder_id, Reminder.partnership_id == partnership_id)
    found = await db.scalar(query)
    if found is None:
        raise LookupError(f"no reminder {reminder_id}")
    return found


async def agree(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    every_months: int,
    next_on: dt.date,
    note: str,
    *,
    account_id: uuid.UUID | None,
) -> Reminder:
    """Sets the rhythm of a worksheet. It has one: agreed again, the new one replaces the earlier.

    Raises `ValueError` with a sentence for a rhythm or a note that does not fit.
    """
    if not 1 <= every_months <= MOST_MONTHS:
        raise ValueError("Kies hoe vaak jullie terugkijken.")
    found = await _of_worksheet(db, partnership_id, worksheet.id)
    if found is None:
        found = Reminder(partnership_id=partnership_id, worksheet=worksheet.id, created_by=account_id)
        db.add(found)
    found.every_months, found.next_on = every_months, next_on
    found.note = text.clean(note, LONGEST_NOTE) if text.tidy(note) else ""
    await db.flush()
    return found


async def evaluated(
    db: AsyncSession, partnership_id: uuid.UUID, worksheet: str, on: dt.date
) -> Reminder | None:
    """Moves the reminder of this worksheet to its next turn, counted from `on`."""
    found = await _of_worksheet(db, partnership_id, worksheet)
    if found is not None:
        found.next_on = later(on, found.every_months)
    return found


def sheets(library: Library) -> list[Worksheet]:
    """Returns the worksheets that people come back to."""
    return [sheet for sheet in library.worksheets if sheet.sheet == "learn"]


def is_due(reminder: Reminder, today: dt.date) -> bool:
    return reminder.next_on < today


def rhythm(every_months: int) -> str:
    """Returns the rhythm in words: `elk half jaar`."""
    return RHYTHMS.get(every_months, f"elke {every_months} maanden")


def later(day: dt.date, months: int) -> dt.date:
    """Returns the day this many months later; in a shorter month its last day."""
    return day + relativedelta(months=months)


def known(rows: Iterable[Reminder], library: Library) -> list[Reminder]:
    """Returns the reminders whose worksheet is still in the content."""
    ids = {sheet.id for sheet in library.worksheets}
    return [row for row in rows if row.worksheet in ids]


async def _of_worksheet(db: AsyncSession, partnership_id: uuid.UUID, worksheet: str) -> Reminder | None:
    query = select(Reminder).where(Reminder.partnership_id == partnership_id, Reminder.worksheet == worksheet)
    return await db.scalar(query.with_for_update())
