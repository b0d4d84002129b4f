"""What a running session takes from its dossier: the one module of record/ that live/ imports."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.dutch import date
from workshop.kinds import EarlierMarks, OpenAction, Option
from workshop.models import UNFINISHED, Session, ThemeMarks
from workshop.record import actions, around, lookbacks, sheet
from workshop.record.around import Items, Neighbour, neighbours
from workshop.record.done import since_last_round
from workshop.record.marks import as_earlier

__all__ = [
    "Items",
    "Neighbour",
    "done_actions",
    "earlier_marks",
    "lookback_token",
    "neighbours",
    "open_actions",
    "subject",
    "written",
]


async def written(db: AsyncSession, library: Library, session: Session, fields: Iterable[str]) -> Items:
    """Reads the items of these fields; of fields with the scope of the session, only those about its own
    subject or about none."""
    worksheet = library.worksheet(session.worksheet)
    return await around.read(db, library, session.partnership_id, fields, worksheet, session.about)


async def subject(db: AsyncSession, library: Library, session: Session) -> str:
    """Returns the name of the ambition or activity that a session is about; empty for none."""
    return await sheet.subject_of(db, library, session)


async def earlier_marks(db: AsyncSession, session: Session, field: str) -> tuple[EarlierMarks, ...]:
    """Reads the marks that other sessions of this dossier gave in this field, the oldest first."""
    rows = await db.scalars(
        select(ThemeMarks)
        .where(
            ThemeMarks.partnership_id == session.partnership_id,
            ThemeMarks.field == field,
            ThemeMarks.session_id != session.id,
        )
        .order_by(ThemeMarks.at)
    )
    return tuple(as_earlier(row) for row in rows)


async def open_actions(db: AsyncSession, session: Session) -> tuple[OpenAction, ...]:
    """Reads the actions of this dossier that are not done yet, the most urgent first."""
    rows = await actions.of(db, session.partnership_id, statuses=UNFINISHED)
    return tuple(OpenAction(str(a.id), a.text, a.owner, date(a.due) if a.due else "", a.status) for a in rows)


async def done_actions(
    db: AsyncSession, library: Library, session: Session, fields: Iterable[str]
) -> tuple[Option, ...]:
    """Reads what was done since these questions were answered, of the lists of actions that they build on."""
    found = {
        action.id: Option(str(action.id), action.text, field=action.field)
        for id in fields
        if library.has_field(id)
        for action in await since_last_round(
            db, library, session.partnership_id, library.field(id), session.about
        )
    }
    return tuple(found.values())


async def lookback_token(db: AsyncSession, session_id: uuid.UUID) -> str:
    """Returns the token of the page where people read what became of a session; empty while there is none."""
    return await lookbacks.open_token(db, session_id)
