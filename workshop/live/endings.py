"""Ends sessions by themselves: those that were open for their hours, and the minutes in which an end or a
deletion can be undone. The desk is warned beforehand, and the log says why."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, tasks
from workshop.bus import Change
from workshop.live import discarded, links
from workshop.live.picture import SOON
from workshop.live.room import Room
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Acknowledged, Activity, Ahead, Discarded, Participant, Session, now
from workshop.settings import Settings

ROUND_SECONDS = 15


class Settled(NamedTuple):
    cut: int
    """Number of sessions that lost their links."""
    changes: list[Change]
    """What the bus must tell, once it is committed."""


def rounds(room: Room, settings: Settings) -> contextlib.AbstractAsyncContextManager[None]:
    """Settles what is due every `ROUND_SECONDS`, and tells the desks that will end within the hour."""
    told: set[uuid.UUID] = set()

    async def settle_and_warn() -> None:
        await tasks.to_its_end(_settle_due(room, settings))
        await warn(room, settings, now(), told)

    return tasks.rounds("endings", ROUND_SECONDS, settle_and_warn)


async def settle(db: AsyncSession, settings: Settings, at: dt.datetime) -> Settled:
    """Does everything that is due at that moment, in the writer's transaction: erases what was deleted, ends
    sessions, closes what people answer before a meeting, and cuts links."""
    await discarded.erase(db, Discarded.at <= at - discarded.KEPT)
    changes = []
    for session in await _taken(db, _is_over(settings, at)):
        ended = await _was_used(db, session)
        await (_end(db, session, settings, at) if ended else _empty(db, session))
        session.revision += 1
        changes.append(Change(session.id, bus.STEP, session.revision))
    waiting = await _taken(db, _is_to_cut(settings, at))
    for session in waiting:
        await links.cut_links(db, session, settings.group_minimum, at)
    closing = await _taken(db, _is_ahead_over(settings, at))
    for session in closing:
        await links.close_ahead(db, session, settings.group_minimum, at)
        await writing.note_in_session(db, session, None, What.AHEAD_CLOSED_ITSELF)
        session.revision += 1
        changes.append(Change(session.id, bus.STEP | {bus.WHO}, session.revision))
    return Settled(len(waiting) + len(closing), changes)


async def warn(room: Room, settings: Settings, at: dt.datetime, told: set[uuid.UUID]) -> None:
    """Draws the desks again of sessions that end by themselves within the hour: once for each, as
    `told` remembers."""
    soon = _is_over(settings, at + SOON)
    async with room.db.read() as db:
        sessions = set(await db.scalars(select(Session.id).where(soon)))
    told &= sessions
    for session_id in sessions - told:
        told.add(session_id)
        await room.change(session_id, bus.DESK, _nothing)


async def _nothing(db: AsyncSession, session: Session) -> None:
    """Changes nothing: only the time of day is different."""


async def _settle_due(room: Room, settings: Settings) -> None:
    async with room.db.read() as db:
        if not await _is_due(db, settings, now()):
            return
    settled = await room.db.write(lambda db: settle(db, settings, now()))
    for change in settled.changes:
        await room.bus.tell(change)


async def _is_due(db: AsyncSession, settings: Settings, at: dt.datetime) -> bool:
    """Says whether there is something to settle. Reading first keeps the writer free for phones."""
    wanted: tuple[tuple[Any, ColumnElement[bool]], ...] = (
        (Discarded.id, Discarded.at <= at - discarded.KEPT),
        (Session.id, or_(_is_over(settings, at), _is_to_cut(settings, at), _is_ahead_over(settings, at))),
    )
    found = [await db.scalar(select(column).where(due).limit(1)) for column, due in wanted]
    return any(found)


async def _taken(db: AsyncSession, which: ColumnElement[bool]) -> Sequence[Session]:
    """Reads these sessions, locked until the commit."""
    query = select(Session).where(which).order_by(Session.id).with_for_update(of=Session)
    return (await db.scalars(query)).all()


def _is_over(settings: Settings, at: dt.datetime) -> ColumnElement[bool]:
    day = dt.timedelta(hours=settings.admission_hours)
    return Session.ended_at.is_(None) & (Session.opened_at <= at - day) & Session.rehearsal_of.is_(None)


def _is_to_cut(settings: Settings, at: dt.datetime) -> ColumnElement[bool]:
    day = dt.timedelta(hours=settings.admission_hours)
    passed = or_(Session.ended_at <= at - links.REOPENS, Session.opened_at <= at - day)
    return Session.ended_at.is_not(None) & Session.cut_at.is_(None) & passed


def _is_ahead_over(settings: Settings, at: dt.datetime) -> ColumnElement[bool]:
    longest = Ahead.began_at <= at - dt.timedelta(days=settings.ahead_days)
    here = Ahead.session_id == Session.id, Ahead.closed_at.is_(None)
    return exists().where(*here, or_(Ahead.until <= at, longest))


async def _was_used(db: AsyncSession, session: Session) -> bool:
    """Says whether a step has begun: only then is there something that can end."""
    begun = Activity.session_id == session.id, Activity.started_at.is_not(None)
    return await db.scalar(select(Activity.id).where(*begun).limit(1)) is not None


async def _end(db: AsyncSession, session: Session, settings: Settings, at: dt.datetime) -> None:
    await links.end(db, session, at)
    await writing.note_in_session(
        db, session, None, What.SESSION_CLOSED_ITSELF, particulars={"hours": settings.admission_hours}
    )


async def _empty(db: AsyncSession, session: Session) -> None:
    """Closes a session that was opened but not used, without the phones that came to look: it can be
    opened again."""
    for model in (Participant, Acknowledged):
        await db.execute(delete(model).where(model.session_id == session.id))
    links.close_door(session)
    await writing.note_in_session(db, session, None, What.SESSION_EMPTIED)
