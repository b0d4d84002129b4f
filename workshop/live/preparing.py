"""Preparing a session, which may wait for months: its day, what a facilitator looked at already, a copy of
its plan, and the end of one that was only a try."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes, days
from workshop.bus import Change
from workshop.live.errors import Closed, Gone
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Activity, Alert, Membership, Session, SignIn, now
from workshop.safety.erasing import tombstones
from workshop.storage import locks

PLAN, SCREEN = "plan_seen_at", "screen_seen_at"
"""What a preparation looks at: the columns of a session that note it."""
PLANNED = frozenset(
    (
        *("key", "position", "kind", "title", "question", "help", "youth", "spoken", "audience"),
        *("minutes", "settings", "saves", "skipped"),
    )
)
HAPPENED = frozenset(
    (
        *("id", "session_id", "beside", "open", "together", "shown", "disclosed", "conclusion", "jotted"),
        *("started_at", "left_at", "paused_at", "extra_seconds"),
    )
)
"""What a step is planned as, and what happens to it in one session: a copy has only the first."""
NO_MORE = "Deze sessie bestaat niet meer."


def moment(
    day: str, time: str, no_time: str = "Kies ook hoe laat jullie beginnen, bijvoorbeeld 14:00."
) -> dt.datetime | None:
    """Reads the day and the time of a form; None when both are empty. Raises `ValueError` with a sentence:
    `no_time` for a time that is none."""
    if not day.strip() and not time.strip():
        return None
    if not day.strip():
        raise ValueError("Kies ook de dag.")
    on = days.typed(day)
    if on < days.today():
        raise ValueError("Deze dag is al geweest. Kies een andere dag.")
    try:
        at = dt.time.fromisoformat(time.strip().replace(".", ":"))
    except ValueError:
        raise ValueError(no_time) from None
    return dt.datetime.combine(on, at.replace(second=0, microsecond=0, tzinfo=None), days.HERE).astimezone(
        dt.UTC
    )


async def plan_for(room: Room, session_id: uuid.UUID, sign_in: SignIn, starts_at: dt.datetime | None) -> None:
    """Says for when a session is meant; None takes that away. Raises `Closed` once it is open."""

    async def assign(db: AsyncSession, session: Session) -> None:
        if not session.is_prepared:
            raise Closed("Deze sessie is al open. Kies geen dag meer.")
        if session.starts_at != starts_at:
            session.starts_at = starts_at
            await writing.note_in_session(db, session, sign_in.account_id, What.SESSION_PLANNED)

    await room.change(session_id, bus.INPUT, assign)


async def note_seen(room: Room, session: Session, what: str) -> None:
    """Notes that somebody looked at the `PLAN` or the `SCREEN` of a session that is prepared: once. When
    nothing can be written, nothing is noted."""
    if not session.is_prepared or getattr(session, what):
        return

    async def assign(db: AsyncSession, session: Session) -> None:
        if session.is_prepared and not getattr(session, what):
            setattr(session, what, now())

    with contextlib.suppress(DBAPIError, Gone):  # whoever only looks is not stopped by a full disk
        await room.change(session.id, bus.DESK, assign)


async def copy(room: Room, session_id: uuid.UUID, sign_in: SignIn, id: uuid.UUID) -> uuid.UUID:
    """Makes a closed session with the plan of another, once for each `id`, and with nothing of what happened
    there. Returns its id. Raises `Gone`."""

    async def make(db: AsyncSession) -> uuid.UUID:
        if await db.get(Session, id):
            return id
        origin = await db.get(Session, session_id)
        if origin is None:
            raise Gone(NO_MORE)
        session = copied(origin, sign_in, id)
        db.add(session)
        await db.flush()
        writing.note_of_session(db, session, sign_in.account_id, What.SESSION_MADE)
        return id

    return await room.db.write(make)


def copied(origin: Session, sign_in: SignIn, id: uuid.UUID) -> Session:
    """Makes a closed session with the plan of another, and with nothing of what happened there."""
    return Session(
        id=id,
        partnership_id=origin.partnership_id,
        worksheet=origin.worksheet,
        about=origin.about,
        title=origin.title,
        holds_back=origin.holds_back,
        groups=origin.groups,
        driver_id=sign_in.id,
        created_by=sign_in.account_id,
        activities=[
            Activity(id=codes.new_id(), **{name: getattr(step, name) for name in PLANNED})
            for step in origin.activities
            if not step.beside
        ],
    )


async def remove(room: Room, session_id: uuid.UUID, member: Membership) -> None:
    """Deletes a session with everything that phones sent to it, for good: no backup brings it back. Whoever
    practises with its plan stops. Does nothing when it is gone already.

    Raises `Closed` for a session that is open, whose results stand in the dossier, or with a card that asks
    for help.
    """

    async def erase(db: AsyncSession) -> int | None:
        session = await locks.session(db, session_id)
        if session is None:
            return None
        if session.saved_at:
            raise Closed("Wat deze sessie bracht, staat in het dossier. Daarom blijft hij bestaan.")
        if not session.is_prepared and session.ended_at is None:
            raise Closed("Deze sessie is open. Stop hem eerst.")
        if session.takes_ahead:
            raise Closed("Mensen kunnen nu vooraf invullen. Stop dat eerst.")
        asks = select(Alert.id).where(Alert.session_id == session.id, Alert.handled_at.is_(None))
        if await db.scalar(asks.limit(1)):
            raise Closed("Een kaart in deze sessie vraagt om hulp. Zeg eerst dat je die oppakt.")
        writing.note_of_session(db, session, member.account_id, What.SESSION_REMOVED)
        await tombstones.put(db, tombstones.SESSION, session.id)
        with_rehearsals = (Session.id == session.id) | (Session.rehearsal_of == session.id)
        await db.execute(delete(Session).where(with_rehearsals))
        return session.revision

    revision = await room.db.write(erase)
    if revision is not None:
        await room.bus.tell(Change(session_id, bus.STEP | {bus.WHO}, revision + 1))
