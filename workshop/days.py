"""Which day it is for people here, and which days make sense. A moment is kept in UTC; a day is Dutch."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""No agreement is made for a day outside these. A year of two digits or a typing error is outside."""
NO_DAY = "Deze datum klopt niet. Schrijf hem zo: 31-05-2027."
FAR = f"Deze datum ligt te ver weg. Kies een jaar van {FIRST.year} tot en met {LAST.year}."


def now() -> dt.datetime:
    """Returns this moment in UTC. Whatever asks for the time asks here, so that a test can move the clock."""
    return _clock()


def here(moment: dt.datetime) -> dt.datetime:
    """Converts a moment to the time that clocks in the Netherlands show."""
    return moment.astimezone(HERE)


def day_of(moment: dt.date | dt.datetime) -> dt.date:
    """Returns the day on which a moment falls in the Netherlands; a day stays that day."""
    return here(moment).date() if isinstance(moment, dt.datetime) else moment


def today() -> dt.date:
    return day_of(now())


def start_of(day: dt.date) -> dt.datetime:
    """Returns the moment at which a day begins in the Netherlands, in UTC."""
    return dt.datetime.combine(day, dt.time(), HERE).astimezone(dt.UTC)


def makes_sense(day: dt.date) -> bool:
    """Returns False for a day in years that nobody means."""
    return FIRST <= day <= LAST


def typed(text: str) -> dt.date:
    """Reads the day that a date field posts. Raises `ValueError` with a sentence for no day or one far
    away."""
    day = written(text)
    if day is None:
        raise ValueError(NO_DAY)
    if not makes_sense(day):
        raise ValueError(FAR)
    return day


def written(text: str) -> dt.date | None:
    """Reads the day in `31-05-2027` or `2027-05-31`; returns None for any other text."""
    typed = text.strip()
    for form in ("%d-%m-%Y", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(typed, form).date()
        except ValueError:
            continue
    return None


def agreed(text: str) -> str:
    """Returns when something is agreed for: a day as `2027-05-31`, or the words in which somebody says how
    often. Raises `ValueError` with a sentence for a day that makes no sense."""
    return text if written(text) is None else typed(text).isoformat()


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
