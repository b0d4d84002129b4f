"""What happened to a few fields, for the history beside a worksheet."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Answer, AnswerVersion
from workshop.record.answers import ADDED, MOVED, REMOVED, Item, difference, items_of

LOOK_BACK = 20
"""More than ever stand on a page, so that the oldest one shown still has its predecessor."""


class Event(msgspec.Struct, frozen=True):
    """One version of one field, with what it changed."""

    field: str
    number: int
    at: dt.datetime
    name: str
    """The account that wrote it; empty when that is gone."""
    session_id: uuid.UUID | None
    note: str
    lines: tuple[tuple[str, str], ...]
    is_current: bool

    @property
    def words(self) -> str:
        """`2 erbij en 1 veranderd`."""
        return summary(self.lines)


async def events(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Sequence[str], *, about: str = "", most: int = 8
) -> list[Event]:
    """The newest events of these fields together, newest first."""
    rows = await db.execute(
        select(Answer.field, Answer.number, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(
            Answer.partnership_id == partnership_id,
            Answer.about == about,
            Answer.field.in_(list(fields)),
            AnswerVersion.number > Answer.number - LOOK_BACK,
        )
        .order_by(AnswerVersion.number)
    )
    before: dict[str, Sequence[Item]] = {}
    found: list[Event] = []
    for field, newest, version in rows:
        items = items_of(version)
        found.append(_event(field, version, before.get(field, ()), items, version.number == newest))
        before[field] = items
    return sorted(found, key=lambda event: event.at, reverse=True)[:most]


def summary(lines: Sequence[tuple[str, str]]) -> str:
    """`2 erbij, 1 veranderd en 1 weg`, of a difference."""
    signs = Counter(sign for sign, _ in lines)
    if signs[MOVED]:
        return "andere volgorde"
    changed = sum((one[0], two[0]) == (REMOVED, ADDED) for one, two in pairwise(lines))
    counts = [
        (signs[ADDED] - changed, "erbij"),
        (changed, "veranderd"),
        (signs[REMOVED] - changed, "weg"),
    ]
    words = [f"{count} {word}" for count, word in counts if count]
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "niets veranderd"


def _event(
    field: str, version: AnswerVersion, before: Sequence[Item], items: Sequence[Item], is_current: bool
) -> Event:
    return Event(
        field=field,
        number=version.number,
        at=version.at,
        name=version.account.name if version.account else "",
        session_id=version.session_id,
        note=version.note,
        lines=tuple(difference(before, items)),
        is_current=is_current,
    )
