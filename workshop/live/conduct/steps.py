"""Steps: which one is current, its lock, its results and its clock."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.live import links, plan, takes
from workshop.live.conduct.deeds import Deeds, Seen, must, must_be, must_differ
from workshop.live.errors import Gone
from workshop.log.what import What
from workshop.models import (
    Activity,
    Session,
    now,
)

EXTRA_SECONDS = 120


class StepDeeds(Deeds):
    """What the wheel does with steps."""

    async def go_to(self, activity_id: uuid.UUID | None, seen: Seen = None) -> None:
        """Makes an activity the current step; None is the lobby. `seen` is the id of the step it starts from,
        empty for the lobby.

        Raises `Gone` when the activity is not in the plan.
        """

        async def go(db: AsyncSession, session: Session) -> None:
            activity = next((a for a in session.activities if a.id == activity_id), None)
            if activity_id and (activity is None or activity.skipped):
                raise Gone(plan.NO_STEP)
            must_be(seen, session.activity_id or "")
            must_differ(
                (session.activity_id, session.blank, session.shows_earlier), (activity_id, False, False)
            )
            takes.move(session, activity_id, now())
            session.blank = session.shows_earlier = False
            session.large_card = session.still = None
            if activity and activity.started_at is None:
                activity.started_at = now()
            if activity:
                links.open_door(session, now())

        await self._drive(bus.STEP, go)

    async def set_open(self, activity_id: uuid.UUID, is_open: bool) -> None:
        """Opens or locks a step. Opening a step whose answers settle also hides its results: from results
        that go on changing, each new answer could be read."""
        what = What.STEP_OPENED if is_open else What.STEP_CLOSED

        async def assign(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_differ(activity.open, is_open)
            activity.open = is_open
            if is_open and kinds.settles(activity):
                activity.shown = False
            await self._log(db, session, what)

        await self._drive(bus.STATE, assign)

    async def set_shown(self, activity_id: uuid.UUID, shown: bool) -> None:
        """Shows or hides results. Showing also locks the step: a result that still changes
        tells who changed it."""

        async def show(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_differ(activity.shown, shown)
            activity.shown = shown
            if shown:
                activity.open = False
                await self._note_disclosed(db, session, activity)

        await self._drive(bus.STATE, show)

    async def set_clock(self, activity_id: uuid.UUID, deed: str, seen: Seen = None) -> None:
        """Changes the clock of a step: `pauze`, `verder`, or `erbij` for two minutes more, counted from now
        when time was up. `seen` is the number of seconds that were added before."""

        async def clock(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_be(seen, activity.extra_seconds)
            if deed == "erbij":
                activity.extra_seconds += _seconds_over(activity) + EXTRA_SECONDS
            elif deed == "pauze" and activity.started_at and not activity.paused_at:
                activity.paused_at = now()
            elif deed == "verder" and activity.paused_at:
                activity.extra_seconds += round((now() - activity.paused_at).total_seconds())
                activity.paused_at = None
            else:
                must(False)  # nothing to pause, or nothing that stands still

        await self._drive(bus.INPUT, clock)


def _seconds_over(activity: Activity) -> int:
    """Returns how many seconds ago time was up, 0 when it is not. A paused clock counts until its pause."""
    if activity.started_at is None:
        return 0
    passed = (activity.paused_at or now()) - activity.started_at
    return max(0, round(passed.total_seconds()) - activity.minutes * 60 - activity.extra_seconds)
