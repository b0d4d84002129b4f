"""A calendar file (RFC 5545): one day on which people look back, for any calendar program."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

LONGEST_LINE = 75
"""In bytes; a longer line goes on at the next one, behind a space."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Day(msgspec.Struct, frozen=True):
    """One event that takes a whole day. The same `uid` again changes the event instead of adding one."""

    uid: str
    on: dt.date
    title: str
    text: str = ""
    url: str = ""


def file(day: Day, made_at: dt.datetime) -> str:
    """The `.ics` file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kompas Live//Terugkijken//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{day.uid}",
        f"DTSTAMP:{made_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(day.title)}",
        *([f"DESCRIPTION:{escaped(day.text)}"] if day.text else []),
        *([f"URL:{day.url}"] if day.url else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


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
