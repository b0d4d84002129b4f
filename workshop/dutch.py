"""Dates and figures in the words of people here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def date(day: dt.date | dt.datetime) -> str:
    """`12 november 2026`."""
    return f"{short_date(day)} {day.year}"


def short_date(day: dt.date | dt.datetime) -> str:
    """`12 november`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day(text: str) -> str:
    """An ISO date as people write it; other text, such as a rhythm, stays as it is."""
    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def mean_of(counts: Sequence[int]) -> float:
    """The mean mark of ten counts that were allowed to be shown; 0 for none."""
    return sum(mark * count for mark, count in enumerate(counts, 1)) / (sum(counts) or 1)


def decimal(number: float) -> str:
    """`7,4`: one digit behind the comma, as on a Dutch school report."""
    return f"{number:.1f}".replace(".", ",")
