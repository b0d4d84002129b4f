"""The end of a session, and the link between a contribution and the phone that sent it: cut some minutes
after that end, so that an end by mistake can be undone.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.groups import kept
from workshop.live import discarded
from workshop.models import (
    Acknowledged,
    Activity,
    Contribution,
    Discarded,
    Participant,
    Session,
    Signal,
)
from workshop.safety.erasing import tombstones

REOPENS = dt.timedelta(minutes=10)
"""For how long an ended session can be opened again."""


def open_door(session: Session, at: dt.datetime) -> None:
    """From now on the hours of this session count, unless they did. To the hour, downwards: the time to the
    minute would be that of the first phone."""
    session.opened_at = session.opened_at or hour(at)


def hour(at: dt.datetime) -> dt.datetime:
    return at.replace(minute=0, second=0, microsecond=0)


async def end(db: AsyncSession, session: Session, at: dt.datetime) -> None:
    """Nobody comes in and nothing is sent any more. `reopen` undoes it, as long as the links are not cut."""
    session.ended_at, session.code = at, None
    session.blank = session.looks_back = False
    await _count_phones(db, session)


def reopens_until(session: Session) -> dt.datetime | None:
    """Until when it can be opened again; None for one that cannot."""
    return session.ended_at + REOPENS if session.ended_at and session.cut_at is None else None


def reopen(session: Session) -> None:
    """The session as it was before its end; the code on the screen is a new one."""
    session.ended_at = session.ended_by = None
    session.code = codes.new_code() if session.admits else None


async def close(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Ends a session at `at`, unless it had ended, and cuts its links: for good."""
    if session.ended_at is None:
        await end(db, session, at)
    await cut_links(db, session, group_minimum, at)


async def cut_links(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Nobody can tell any more which phone sent what. Groups stay at steps where enough phones of each sent
    something. What was deleted and could still come back goes."""
    await discarded.erase(db, Discarded.session_id == session.id)
    activities = select(Activity.id).where(Activity.session_id == session.id)
    for activity_id, counts in (await _answered(db, session)).items():
        for group in kept(counts, group_minimum):
            members = select(Participant.id).where(
                Participant.session_id == session.id, Participant.group == group
            )
            await db.execute(
                update(Contribution)
                .where(Contribution.activity_id == activity_id, Contribution.participant_id.in_(members))
                .values(group=group)
            )
    # Every row, also those that have no sender: PostgreSQL keeps with each row in which transaction it was
    # written, and numbers those as they come. After this it is one and the same.
    await db.execute(
        update(Contribution)
        .where(Contribution.activity_id.in_(activities))
        .values(participant_id=None, order=None, signals=[])
    )
    await db.execute(update(Signal).where(Signal.session_id == session.id).values(contribution_id=None))
    for model in (Acknowledged, Participant):
        await db.execute(update(model).where(model.session_id == session.id).values(session_id=session.id))
    # In which order rows lie goes with the tombstone: `wipe` of safety/erasing/forgetting.py follows it.
    await tombstones.put(db, tombstones.LINKS, session.id)
    await _count_phones(db, session)
    session.cut_at, session.code, session.admits = at, None, False


async def _count_phones(db: AsyncSession, session: Session) -> None:
    """How many took part is known when they are forgotten."""
    here = select(func.count()).select_from(Participant).where(Participant.session_id == session.id)
    session.phones = max(session.phones, await db.scalar(here) or 0)


async def _answered(db: AsyncSession, session: Session) -> dict[uuid.UUID, dict[str, int]]:
    """Step -> how many phones of each group sent something to it; those without one under no name."""
    rows = await db.execute(
        select(Contribution.activity_id, Participant.group, func.count(Participant.id.distinct()))
        .join(Participant, Contribution.participant_id == Participant.id)
        .where(Participant.session_id == session.id)
        .group_by(Contribution.activity_id, Participant.group)
    )
    found: dict[uuid.UUID, dict[str, int]] = {}
    for activity_id, group, count in rows.all():
        found.setdefault(activity_id, {})[group or ""] = count
    return found
