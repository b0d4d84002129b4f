"""The link between a contribution and the phone that sent it, cut when a session closes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.groups import kept
from workshop.models import Acknowledged, Activity, Contribution, Participant, Session, Signal
from workshop.safety import tombstones


async def close(db: AsyncSession, session: Session, group_minimum: int, at: dt.datetime) -> None:
    """Ends a session at `at`, unless it had ended: nobody comes in any more, and its links are cut."""
    await cut_links(db, session, group_minimum)
    session.ended_at = session.ended_at or at
    session.code, session.admits = None, False


async def cut_links(db: AsyncSession, session: Session, group_minimum: int) -> None:
    """Nobody can tell any more which phone sent what. Groups stay only where they are large enough."""
    activities = select(Activity.id).where(Activity.session_id == session.id)
    counts = await _group_counts(db, session)
    for group in kept(counts, group_minimum):
        members = select(Participant.id).where(
            Participant.session_id == session.id, Participant.group == group
        )
        await db.execute(
            update(Contribution)
            .where(Contribution.activity_id.in_(activities), Contribution.participant_id.in_(members))
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
    # In which order rows lie in the file goes with the tombstone: `wipe` of safety/forgetting.py follows it.
    await tombstones.put(db, tombstones.LINKS, session.id)
    session.phones = max(session.phones, sum(counts.values()))


async def _group_counts(db: AsyncSession, session: Session) -> dict[str, int]:
    """How many phones each group has; those without one under no name."""
    rows = await db.execute(
        select(Participant.group, func.count())
        .where(Participant.session_id == session.id)
        .group_by(Participant.group)
    )
    return {group or "": count for group, count in rows.all()}
