"""Steps: which one is current, its lock, its results and its clock."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.live import plan, ready, rounds, takes
from workshop.live.conduct.deeds import (
    CHANGED_SINCE,
    Deeds,
    Overtaken,
    Seen,
    Senders,
    hex_of,
    must,
    must_be,
    must_differ,
    must_still,
)
from workshop.live.errors import Closed, Gone
from workshop.log.what import What
from workshop.models import Activity, Contribution, Session, now

EXTRA_SECONDS = 120
CLOCK_DEEDS = {"erbij": "time-added", "pauze": "paused", "verder": "went-on"}


class StepDeeds(Deeds):
    """What the wheel does with steps."""

    async def go_to(self, activity_id: uuid.UUID | None, seen: Seen = None) -> None:
        """Makes an activity the current step; None is the lobby. `seen` is the id of the step it starts from,
        empty for the lobby.

        Raises `Gone` when the activity is not in the plan.
        """

        async def go(db: AsyncSession, session: Session) -> None:
            await self._move(db, session, activity_id, seen)

        await self._drive(bus.STEP, go)

    async def begin_round(self, activity_id: uuid.UUID, wording: str = "", seen: Seen = None) -> None:
        """Makes the second round of a step the current step; it is put into the plan behind the first.
        `wording` is another list, one line each, for a kind that rewords; `seen` is the id of the step it
        starts from.

        Raises `Closed` before the first result is shown, and `ValueError` for a wording that does not fit.
        """

        async def begin(db: AsyncSession, session: Session) -> None:
            first = plan.step_of(session, activity_id)
            must_be(seen, session.activity_id or "")
            second = rounds.second_of(first, session.activities)
            if second is None:
                second = plan.add_second_round(session, first, wording)
                await db.flush()
            await self._move(db, session, second.id, seen)

        await self._drive(bus.STEP, begin)

    async def _move(
        self, db: AsyncSession, session: Session, activity_id: uuid.UUID | None, seen: Seen
    ) -> None:
        activity = next((a for a in session.activities if a.id == activity_id), None)
        if activity_id and (activity is None or activity.skipped):
            raise Gone(plan.NO_STEP)
        must_be(seen, session.activity_id or "")
        must_differ((session.current_id, session.blank, session.shows), (activity_id, False, ""))
        before = next((a for a in session.activities if a.id == session.activity_id), None)
        self._keep(
            session,
            "step",
            step=hex_of(session.activity_id),
            now=hex_of(activity_id),
            begins=bool(activity and activity.started_at is None),
            left_at=_written(before.left_at if before else None),
            blank=session.blank,
            shows=session.shows,
        )
        await self._put_step(db, session, activity_id)
        session.blank, session.shows = False, ""
        session.large_card = session.still = session.page_turns = None
        if activity and activity.started_at is None:
            activity.started_at = now()

    async def _put_step(self, db: AsyncSession, session: Session, activity_id: uuid.UUID | None) -> None:
        if session.activity_id != activity_id:
            await ready.clear(db, session)
        takes.move(session, activity_id, now())

    async def set_open(self, activity_id: uuid.UUID, is_open: bool) -> None:
        """Opens or locks a step. Opening a step whose answers settle also hides its results: from results
        that go on changing, each new answer could be read. Raises `Closed` for a step whose second round
        began."""
        what = What.STEP_OPENED if is_open else What.STEP_CLOSED

        async def assign(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_differ(activity.open, is_open)
            if is_open and rounds.second_of(activity, session.activities):
                raise Closed("Ronde 2 is al begonnen. De uitslag van ronde 1 blijft zoals hij was.")
            self._keep_lock(session, "opened" if is_open else "closed", activity)
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
            self._keep_lock(session, "revealed" if shown else "covered", activity)
            activity.shown = shown
            if shown:
                activity.open = False
                await self._note_disclosed(db, session, activity)

        await self._drive(bus.STATE, show)

    async def set_together(self, activity_id: uuid.UUID, together: bool) -> None:
        """Brings the subgroups of a step back to one board, or sends them apart again. Raises `Gone` for a
        step without them."""

        async def gather(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            kind = kinds.get(activity.kind)
            if not kinds.subgroups(kind, kinds.settings(kind, activity.settings)):
                raise Gone("Bij deze stap zijn geen groepjes.")
            must_differ(activity.together, together)
            self._keep(session, "together" if together else "apart", step=activity.id.hex, now=together)
            activity.together = together
            await ready.clear(db, session)

        await self._drive(bus.STEP, gather)

    async def set_clock(self, activity_id: uuid.UUID, deed: str, seen: Seen = None) -> None:
        """Changes the clock of a step: `pauze`, `verder`, or `erbij` for two minutes more, counted from now
        when time was up. `seen` is the number of seconds that were added before."""

        async def clock(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_be(seen, activity.extra_seconds)
            was = {"seconds": activity.extra_seconds, "paused_at": _written(activity.paused_at)}
            if deed == "erbij":
                activity.extra_seconds += _seconds_over(activity) + EXTRA_SECONDS
            elif deed == "pauze" and activity.started_at and not activity.paused_at:
                activity.paused_at = now()
            elif deed == "verder" and activity.paused_at:
                activity.extra_seconds += round((now() - activity.paused_at).total_seconds())
                activity.paused_at = None
            else:
                must(False)  # nothing to pause, or nothing that stands still
            left = {"now": [activity.extra_seconds, _written(activity.paused_at)]}
            self._keep(session, CLOCK_DEEDS[deed], step=activity.id.hex, **was, **left)

        await self._drive(bus.STATE, clock)

    def _keep_lock(self, session: Session, what: str, activity: Activity) -> None:
        self._keep(session, what, step=activity.id.hex, open=activity.open, shown=activity.shown)

    async def put_back_step(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Goes back to the step before. The other has not begun then, unless phones answered it.

        Raises `Overtaken` when that step is not in the plan any more."""
        must_still(hex_of(session.activity_id), was["now"])
        steps = {activity.id.hex: activity for activity in session.activities}
        before, begun = steps.get(was["step"]), steps.get(was["now"])
        if was["step"] and (before is None or before.skipped):
            raise Overtaken(CHANGED_SINCE)
        await self._put_step(db, session, before.id if before else None)
        if before:
            before.left_at = _read(was["left_at"])
        if begun and was["begins"]:
            answered = select(Contribution.id).where(Contribution.activity_id == begun.id).limit(1)
            if await db.scalar(answered) is None:
                begun.started_at = begun.left_at = begun.paused_at = None
                begun.extra_seconds = 0
        session.blank, session.shows, session.page_turns = was["blank"], was["shows"], None
        return []

    async def put_back_lock(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Opens or locks a step, with its results, as before. What was disclosed stays noted."""
        activity = _step(session, was)
        before = activity.open, activity.shown
        activity.open, activity.shown = was["open"], was["shown"]
        if activity.shown:
            await self._note_disclosed(db, session, activity)
        if activity.open != before[0]:
            await self._log(db, session, What.STEP_OPENED if activity.open else What.STEP_CLOSED)
        return []

    async def put_back_subgroups(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        activity = _step(session, was)
        must_still(activity.together, was["now"])
        activity.together = not was["now"]
        return []

    async def put_back_clock(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        activity = _step(session, was)
        must_still([activity.extra_seconds, _written(activity.paused_at)], was["now"])
        activity.extra_seconds, activity.paused_at = was["seconds"], _read(was["paused_at"])
        return []


def _step(session: Session, was: dict[str, Any]) -> Activity:
    found = next((activity for activity in session.activities if activity.id.hex == was["step"]), None)
    if found is None:
        raise Overtaken(CHANGED_SINCE)
    return found


def _written(moment: dt.datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _read(written: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None


def _seconds_over(activity: Activity) -> int:
    """Returns how many seconds ago time was up, 0 when it is not. A paused clock counts until its pause."""
    if activity.started_at is None:
        return 0
    passed = (activity.paused_at or now()) - activity.started_at
    return max(0, round(passed.total_seconds()) - activity.minutes * 60 - activity.extra_seconds)
