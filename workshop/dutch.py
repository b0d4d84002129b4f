"""Dates and figures in the words of people here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

from workshop.days import day_of, here, written

_LOCALE = Locale("nl")
_MONTHS = {name: number for number, name in _LOCALE.months["format"]["wide"].items()}


def date(day: dt.date | dt.datetime) -> str:
    """Writes a day as `12 november 2026`."""
    return format_date(day_of(day), "long", _LOCALE)


def short_date(day: dt.date | dt.datetime) -> str:
    """Writes a day as `12 november`."""
    return format_skeleton("MMMMd", day_of(day), locale=_LOCALE)


def short_month(day: dt.date | dt.datetime) -> str:
    """Writes the month of a day as `mrt`."""
    return format_date(day_of(day), "MMM", _LOCALE)


def day(text: str) -> str:
    """Writes an ISO date as `12 november 2026`; returns other text, such as `elke maand`, as it is."""
    found = written(text)
    return date(found) if found else text


def clock(moment: dt.datetime) -> str:
    """Writes the time on clocks in the Netherlands as `14.05 uur`."""
    return f"{here(moment):%H.%M} uur"


def iso_day(moment: dt.datetime) -> str:
    """Writes the day of a moment as a date field wants it, `2026-11-12`."""
    return day_of(moment).isoformat()


def hours(moment: dt.datetime) -> str:
    """Writes the time on clocks in the Netherlands as `14:05`, which people read in every language."""
    return f"{here(moment):%H:%M}"


def moment(at: dt.datetime) -> str:
    """Writes a day and time as `donderdag 12 november 2026 om 14.05 uur`."""
    return f"{format_date(day_of(at), 'full', _LOCALE)} om {clock(at)}"


def read_date(text: str) -> dt.date | None:
    """Reads the date in `12 november 2026`; returns None for other text."""
    parts = text.split()
    if len(parts) != 3 or parts[1] not in _MONTHS or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return None
    try:
        return dt.date(int(parts[2]), _MONTHS[parts[1]], int(parts[0]))
    except ValueError:
        return None


def mean_of(counts: Sequence[int]) -> float:
    """Returns the mean mark of ten counts (of 1 to 10) that were allowed to be shown; 0 for none."""
    return sum(mark * count for mark, count in enumerate(counts, 1)) / (sum(counts) or 1)


def series(words: Sequence[str]) -> str:
    """Writes words as `zorgen, kansen en cijfers`."""
    return format_list(list(words), locale=_LOCALE)


def decimal(number: float) -> str:
    """Writes a number as `7,4`: one digit behind the comma, as on a Dutch school report."""
    return format_decimal(number, "0.0", locale=_LOCALE)
