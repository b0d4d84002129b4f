"""Empties a step, so that the room does it again. When it may not:
docs/decisions/0033-a-step-is-emptied.md."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.live import discarded, emptying, plan, ready
from workshop.live.conduct.cards import without
from workshop.live.conduct.clusters import ClusterDeeds
from workshop.live.conduct.deeds import Seen, must, must_be
from workshop.live.errors import Closed
from workshop.live.subgroups import NO_SEAT
from workshop.log.what import What
from workshop.models import Activity, Alert, Cluster, Contribution, Discarded, Participant, Session, now
from workshop.safety.erasing import tombstones


class EmptyDeeds(ClusterDeeds):
    """What the desk with the wheel does to start a step anew."""

    async def empty(self, activity_id: uuid.UUID, seen: Seen = None) -> None:
        """Erases for good what phones and desk put into a step, and makes the step as it was before its
        first answer: open, with its results hidden and its clock at the beginning. What the facilitator noted
        stays. `seen` is `emptying.began` of the step.

        Raises `Closed` with the sentence of `emptying.why_not`.
        """

        async def clear(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_be(seen, emptying.began(activity))
            cared_for, ahead = await _is_cared_for(db, activity), session.was_ahead(activity)
            if why := emptying.why_not(activity, session.activities, cared_for, came_ahead=ahead):
                raise Closed(why)
            must(await self._erase_all(db, session, activity))
            self._keep(session, "emptied")
            activity.open, activity.shown, activity.paused_at, activity.extra_seconds = True, False, None, 0
            activity.conclusion, activity.together = "", False
            sat = update(Participant).where(Participant.subgroup_step == activity.id)
            await db.execute(sat.values(NO_SEAT))
            activity.disclosed = emptying.disclosed_after(activity)
            if activity.id == session.activity_id:
                await ready.clear(db, session)
            if activity.id == session.current_id:
                activity.started_at = now()
                session.large_card = session.still = session.page_turns = None
            else:
                activity.started_at = activity.left_at = None
            await self._counts_anew(db, session, activity)
            await self._log(db, session, What.STEP_EMPTIED)

        await self._drive(bus.STEP | bus.OURS, clear)

    async def _erase_all(self, db: AsyncSession, session: Session, activity: Activity) -> int:
        """Erases the answers and clusters of a step, those that could still come back too, with a tombstone
        for each. Returns how many. Their ids stay known: nothing returns because a phone sends it again."""
        there = await db.scalars(select(Discarded).where(Discarded.session_id == session.id))
        away = [kept.id for kept in there if uuid.UUID(kept.row["activity_id"]) == activity.id]
        erased = await discarded.erase(db, Discarded.id.in_(away))
        for model, sort in ((Contribution, tombstones.CARD), (Cluster, tombstones.CLUSTER)):
            here = delete(model).where(model.activity_id == activity.id).returning(model)
            gone = (await db.scalars(here)).all()
            await tombstones.put(db, sort, *map(tombstones.words_of, gone))
            for row in gone:
                session.review = without(session.review, row.id)
            erased += len(gone)
        return erased


async def _is_cared_for(db: AsyncSession, activity: Activity) -> bool:
    """Says whether somebody took up every card of this step that looked like a disclosure."""
    waits = (
        select(Alert.id)
        .join(Contribution, Alert.contribution_id == Contribution.id)
        .where(Contribution.activity_id == activity.id, Alert.handled_at.is_(None))
    )
    return await db.scalar(waits.limit(1)) is None
