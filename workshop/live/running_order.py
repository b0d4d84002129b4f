"""The plan of a session as a running order: when each step begins and ends. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from workshop.days import here
from workshop.models import Activity


class Slot(NamedTuple):
    """One step with its times, `14.05` and `14.15`; or minutes from the start, where
    nobody said when that is."""

    activity: Activity
    number: int
    """Its number among the steps that are not skipped, from 1; 0 for one that is."""
    begin: str
    end: str


class RunningOrder(NamedTuple):
    slots: tuple[Slot, ...]
    minutes: int
    """Of all steps together that are not skipped."""
    begin: str
    end: str
    """Empty where nobody said when it starts."""

    @property
    def steps(self) -> int:
        return sum(slot.number > 0 for slot in self.slots)


def running_order(activities: Iterable[Activity], start: dt.datetime | None) -> RunningOrder:
    """Returns every step in order with its times. A step that is skipped takes none, and a quick
    question stands in no plan."""
    slots, passed, number = [], 0, 0
    for activity in sorted((one for one in activities if not one.beside), key=lambda one: one.position):
        took = 0 if activity.skipped else activity.minutes
        number += not activity.skipped
        begin, end = _time(start, passed), _time(start, passed + took)
        slots.append(Slot(activity, 0 if activity.skipped else number, begin, end))
        passed += took
    times = (_time(start, 0), _time(start, passed)) if start else ("", "")
    return RunningOrder(tuple(slots), passed, *times)


def _time(start: dt.datetime | None, minutes: int) -> str:
    return f"{here(start + dt.timedelta(minutes=minutes)):%H.%M}" if start else str(minutes)
