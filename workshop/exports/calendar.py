"""Calendar files (RFC 5545) for any calendar program: whole days, and things to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import msgspec

LONGEST_LINE = 75
"""In bytes; a longer line goes on at the next one, behind a space."""
EVERY = "PT6H"
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
    """When it last changed; the moment of the file where nobody knows."""


class Todo(msgspec.Struct, frozen=True):
    """Something to do before a day, for programs that keep a list of tasks."""

    uid: str
    due: dt.date
    title: str
    status: str
    """NEEDS-ACTION, IN-PROCESS, COMPLETED or CANCELLED."""
    text: str = ""
    url: str = ""
    changed: dt.datetime | None = None


def file(day: Day, made_at: dt.datetime) -> str:
    """The `.ics` file of one day."""
    return _written(_event(day, made_at))


def feed(name: str, entries: Iterable[Day | Todo], made_at: dt.datetime) -> str:
    """A calendar of days and things to do that programs follow, under this name."""
    head = [
        f"X-WR-CALNAME:{escaped(name)}",
        f"NAME:{escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
        f"X-PUBLISHED-TTL:{EVERY}",
    ]
    lines = [
        line
        for entry in entries
        for line in (_event(entry, made_at) if isinstance(entry, Day) else _todo(entry, made_at))
    ]
    return _written([*head, *lines])


def escaped(text: str) -> str:
    """A text value: what separates values is written with a backslash, a new line as `\\n`."""
    plain = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def folded(line: str) -> str:
    """No line of more than 75 bytes, and no letter cut in two."""
    parts, size = [""], 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += weight
    return "\r\n".join(parts)


def _written(body: Iterable[str]) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kompas Live//Terugkijken//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *body,
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(day: Day, made_at: dt.datetime) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{day.uid}",
        f"DTSTAMP:{_stamp(day.changed or made_at)}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + dt.timedelta(days=1):%Y%m%d}",
        *_words(day),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _todo(todo: Todo, made_at: dt.datetime) -> list[str]:
    stamp = _stamp(todo.changed or made_at)
    done = [f"COMPLETED:{stamp}", "PERCENT-COMPLETE:100"] if todo.status == "COMPLETED" else []
    return [
        "BEGIN:VTODO",
        f"UID:{todo.uid}",
        f"DTSTAMP:{stamp}",
        f"DUE;VALUE=DATE:{todo.due:%Y%m%d}",
        *_words(todo),
        f"STATUS:{todo.status}",
        *done,
        "END:VTODO",
    ]


def _words(entry: Day | Todo) -> list[str]:
    return [
        f"SUMMARY:{escaped(entry.title)}",
        *([f"DESCRIPTION:{escaped(entry.text)}"] if entry.text else []),
        *([f"URL:{entry.url}"] if entry.url else []),
    ]


def _stamp(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
