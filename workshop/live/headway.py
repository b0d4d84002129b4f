"""How a session keeps to its plan: behind or ahead, and when it will be over. Pure."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from workshop.models import Activity

SLACK = 120
"""So many seconds behind or ahead is still on time."""


@dataclass(frozen=True)
class Headway:
    """Compares the clock with the plan.

    Behind, in seconds, is the time that the steps before took, minus the minutes that the plan gives them,
    plus what the current step takes over its own minutes; below 0 it is ahead. The steps before are those
    that began and those that stand earlier in the plan: one that was passed gains its minutes. Time that the
    desk added, and a clock that stands still, do not change the plan: they count as behind once they are
    used. A step that the room comes back to counts from that moment.
    """

    before: int
    """Seconds behind at the moment that the current step began."""
    over_at: int
    """When the current step has used its minutes, in seconds since 1970: from then on it runs behind."""
    planned_end: int
    """When it would be over with every step on time, in seconds since 1970."""

    def behind(self, moment: float) -> int:
        """Returns the seconds behind at a moment, in seconds since 1970; below 0 when it is ahead."""
        return self.before + max(0, int(moment) - self.over_at)

    def ends_at(self, moment: float) -> dt.datetime:
        """Returns when the session is over, if every step from now on takes its minutes."""
        return dt.datetime.fromtimestamp(self.planned_end + self.behind(moment), dt.UTC)

    def minutes_behind(self, moment: float) -> int:
        """Returns whole minutes, rounded; 0 for what is on time."""
        seconds = self.behind(moment)
        return round(seconds / 60) if abs(seconds) >= SLACK else 0


def of(plan: Sequence[Activity], current: uuid.UUID | None) -> Headway | None:
    """Returns the headway of a session; None in the lobby. `plan` has the steps that are not skipped, in
    order."""
    place = next((number for number, step in enumerate(plan) if step.id == current), None)
    if place is None:
        return None
    now_on = plan[place]
    begun = [_seconds(step.started_at) for step in plan if step.started_at]
    entered = max(
        [
            _seconds(now_on.started_at),
            *(_seconds(step.left_at) for step in plan if step.left_at and step is not now_on),
        ]
    )
    done = [step for n, step in enumerate(plan) if step is not now_on and (n < place or step.started_at)]
    planned = 60 * sum(step.minutes for step in done)
    start = min(begun, default=entered)
    return Headway(
        before=entered - start - planned,
        over_at=entered + 60 * now_on.minutes,
        planned_end=start + 60 * sum(step.minutes for step in plan),
    )


def _seconds(moment: dt.datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0
