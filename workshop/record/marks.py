"""Marks through time: counts per theme and session, and what may be shown of them."""

from __future__ import annotations

from workshop.kinds import EarlierMarks
from workshop.kinds.marks import mean
from workshop.models import ThemeMarks
from workshop.render import date

MINIMUM = 5


def as_earlier(row: ThemeMarks) -> EarlierMarks:
    """A row of an earlier session as the kind `marks` shows it."""
    given = [mark for mark, count in enumerate(row.counts, 1) if count]
    return EarlierMarks(
        theme=row.theme,
        when=date(row.at),
        mean=mean(row.counts, MINIMUM),
        low=min(given, default=0),
        high=max(given, default=0),
        marks=sum(row.counts),
    )
