"""Calendar files (RFC 5545) for any calendar program: whole days, appointments, and things to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import msgspec
from icalendar import Calendar, Component, Event, vDuration, vText
from icalendar import Todo as Task

from workshop import days

EVERY = dt.timedelta(hours=6)
"""How often a program that follows a calendar may come back."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Day(msgspec.Struct, frozen=True):
    """One event that takes a whole day. The same `uid` again changes the event instead of adding one."""

    uid: str
    on: dt.date
    title: str
    text: str = ""
    url: str = ""
    changed: dt.datetime | None = None
    """When it last changed; None counts as the moment at which the file is made."""


class Appointment(msgspec.Struct, frozen=True):
    """One event at an hour of a day."""

    uid: str
    at: dt.datetime
    minutes: int
    title: str
    text: str = ""
    url: str = ""
    changed: dt.datetime | None = None

    @property
    def on(self) -> dt.date:
        return days.day_of(self.at)


class Todo(msgspec.Struct, frozen=True):
    """Something to do before a day, for programs that keep a list of tasks."""

    uid: str
    on: dt.date
    title: str
    status: str
    """NEEDS-ACTION, IN-PROCESS, COMPLETED or CANCELLED."""
    text: str = ""
    url: str = ""
    changed: dt.datetime | None = None
    priority: int = 0
    """1 (high) to 9 (low); 0 says nothing."""


Entry = Day | Appointment | Todo


def file(day: Day | Appointment, made_at: dt.datetime) -> str:
    """Writes one event as an `.ics` file. Raises `ValueError` with a sentence for a day that makes no
    sense."""
    if not days.makes_sense(day.on):
        raise ValueError(days.FAR)
    return _written([_part(day, made_at)])


def feed(name: str, entries: Iterable[Entry], made_at: dt.datetime) -> str:
    """Writes a calendar of events and tasks that programs follow, under this name. A day that makes no sense
    was stored before such days were refused: it is left out, because one of them stops some programs from
    reading all others."""
    parts = [_part(entry, made_at) for entry in entries if days.makes_sense(entry.on)]
    head = {
        "X-WR-CALNAME": _text(name),
        "NAME": _text(name),
        "REFRESH-INTERVAL": vDuration(EVERY, params={"VALUE": "DURATION"}),
        "X-PUBLISHED-TTL": vDuration(EVERY),
    }
    return _written(parts, head)


def _written(parts: Iterable[Component], head: dict[str, vText | vDuration] | None = None) -> str:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Kompas Live//Terugkijken//NL")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.update(head or {})
    calendar.subcomponents.extend(parts)
    return calendar.to_ical().decode()


def _part(entry: Entry, made_at: dt.datetime) -> Component:
    match entry:
        case Day():
            return _event(entry, made_at)
        case Appointment():
            return _appointment(entry, made_at)
        case Todo():
            return _task(entry, made_at)


def _event(day: Day, made_at: dt.datetime) -> Event:
    event = Event()
    event.add("dtstamp", day.changed or made_at)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    _tell(event, day)
    return event


def _appointment(entry: Appointment, made_at: dt.datetime) -> Event:
    event = Event()
    event.add("dtstamp", entry.changed or made_at)
    event.add("dtstart", entry.at)
    event.add("dtend", entry.at + dt.timedelta(minutes=entry.minutes))
    _tell(event, entry)
    return event


def _task(todo: Todo, made_at: dt.datetime) -> Task:
    task, stamp = Task(), todo.changed or made_at
    task.add("dtstamp", stamp)
    task.add("due", todo.on)
    task.add("status", todo.status)
    if todo.priority:
        task.add("priority", todo.priority)
    if todo.status == "COMPLETED":
        task.add("completed", stamp)
        task.add("percent-complete", 100)
    _tell(task, todo)
    return task


def _tell(component: Component, entry: Entry) -> None:
    component.add("uid", entry.uid)
    component.add("summary", _text(entry.title))
    if entry.text:
        component.add("description", _text(entry.text))
    if entry.url:
        component.add("url", entry.url)


def _text(words: str) -> vText:
    """Removes what no line of a calendar may hold."""
    return vText(_UNSEEN.sub("", words.replace("\r\n", "\n").replace("\r", "\n")))
