"""Ends sessions, and cuts the link between a contribution and the phone that sent it: some minutes after the
end, so that an end by mistake can be undone."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.groups import kept
from workshop.live import discarded, papers
from workshop.live.subgroups import NO_SEAT
from workshop.models import (
    Acknowledged,
    Activity,
    Ahead,
    Alert,
    Contribution,
    Discarded,
    Participant,
    Session,
)
from workshop.safety.erasing import tombstones

REOPENS = dt.timedelta(minutes=10)
"""How long an ended session can be opened again."""


def open_door(session: Session, at: dt.datetime) -> None:
    """Lets people in, and starts the hours of this session."""
    session.opened_at, session.admits, session.code = at, True, codes.new_code()


def close_door(session: Session) -> None:
    """Makes a session as it was before its door opened."""
    session.opened_at, session.admits, session.code = None, False, None


async def end(db: AsyncSession, session: Session, at: dt.datetime) -> None:
    """Ends a session: nobody joins and nothing is sent any more. `reopen` undoes it until
    the links are cut."""
    session.ended_at, session.code = at, None
    session.blank, session.shows, session.announcement = False, "", ""
    session.large_card = session.still = session.page_turns = None
    session.recent, session.question_id = [], None
    await _count_people(db, session)


def reopens_until(session: Session) -> dt.datetime | None:
    """Returns until when an ended session can be opened again; None when it cannot."""
    return session.ended_at + REOPENS if session.ended_at and session.cut_at is None else None


def reopen(session: Session) -> None:
    """Brings a session back as it was before its end; the code on the screen is a new one."""
    session.ended_at = session.ended_by = None
    session.code = codes.new_code() if session.admits else None


async def close(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Ends a session at `at`, unless it had ended, and cuts its links: for good."""
    if session.ended_at is None:
        await end(db, session, at)
    await cut_links(db, session, group_minimum, at)


async def cut_links(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Makes it impossible to tell which phone sent what, for good.

    Groups stay at steps to which enough phones of each sent something. What was deleted and could still
    come back is erased.
    """
    await _forget_senders(db, session, group_minimum, order=None, signals=[])
    await papers.cut(db, session)
    await db.execute(update(Alert).where(Alert.session_id == session.id).values(contribution_id=None))
    phones = update(Participant).where(Participant.session_id == session.id)
    await db.execute(phones.values(people=1, ready_for=None, **NO_SEAT))
    # The tombstone also makes `wipe` of safety/erasing/forgetting.py run: that erases the order of the rows.
    await tombstones.put(db, tombstones.LINKS, session.id)
    await _count_people(db, session)
    session.cut_at, session.code, session.admits = at, None, False


async def close_ahead(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Closes what people could answer before the meeting, and forgets their phones, for good. Does nothing
    where nothing is open.

    What a card looks like stays known until the session ends: the facilitator may not have read it yet.
    """
    ahead = session.ahead
    if ahead is None or ahead.closed_at:
        return
    ahead.phones += await answered_ahead(db, ahead)
    await _forget_senders(db, session, group_minimum, order=0)
    await db.execute(delete(Participant).where(Participant.session_id == session.id))
    await tombstones.put(db, tombstones.AHEAD, ahead.id)
    ahead.closed_at, ahead.token = at, None


async def answered_ahead(db: AsyncSession, ahead: Ahead) -> int:
    """Counts the phones that have an answer at the step that is open before the meeting."""
    here = select(func.count(Contribution.participant_id.distinct()))
    return await db.scalar(here.where(Contribution.activity_id == ahead.activity_id)) or 0


async def _forget_senders(db: AsyncSession, session: Session, group_minimum: int, **values: Any) -> None:
    """Takes the phones from all contributions, with what could still come back. `values` are set on each."""
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
    # Every row, also those that have no sender: PostgreSQL keeps with each row the number of the transaction
    # that wrote it, and those numbers tell the order. After this all rows have the same number.
    await db.execute(
        update(Contribution)
        .where(Contribution.activity_id.in_(activities))
        .values(participant_id=None, **values)
    )
    acknowledged = update(Acknowledged).where(Acknowledged.session_id == session.id)
    await db.execute(acknowledged.values(session_id=session.id))


async def _count_people(db: AsyncSession, session: Session) -> None:
    """Notes how many phones took part, before they are forgotten, and how many people did on paper."""
    here = select(func.count()).select_from(Participant).where(Participant.session_id == session.id)
    session.phones = max(session.phones, await db.scalar(here) or 0)
    session.papers = max(session.papers, await papers.count(db, session))


async def _answered(db: AsyncSession, session: Session) -> dict[uuid.UUID, dict[str, int]]:
    """Counts, per step and group, the phones that sent something to it; phones without a
    group count under ""."""
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
