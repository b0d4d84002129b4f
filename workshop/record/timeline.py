"""What happened to a few fields, for the history beside a worksheet, and to one field since the beginning."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.worksheets import Field
from workshop.dutch import series
from workshop.items import Item
from workshop.models import Account, Action, ActionChange, Answer, AnswerVersion
from workshop.record.actions import STATUSES
from workshop.record.answers import ADDED, MOVED, REMOVED, difference, lines_of
from workshop.record.columns import as_read

FEW, A_PAGE, MOST_HAPPENINGS = 8, 20, 200
VERSIONS_SHOWN = 20
"""How many versions of a field are read: more than a page ever shows, so that the oldest one shown still has
its predecessor."""


class Event(msgspec.Struct, frozen=True):
    """One version of one field, with what it changed."""

    field: str
    number: int
    at: dt.datetime
    name: str
    """Name of the account that wrote it; empty when that was removed."""
    session_id: uuid.UUID | None
    note: str
    lines: tuple[tuple[str, str], ...]
    is_current: bool
    subject: str = ""
    """Text of the action that it happened to. Such an event is no version and has number 0."""

    @property
    def words(self) -> str:
        """`2 erbij en 1 veranderd`."""
        return summary(self.lines)


async def events(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Sequence[str], *, about: str = "", most: int = FEW
) -> list[Event]:
    """Reads the newest events of these fields together, newest first."""
    rows = await db.execute(
        select(Answer.field, Answer.number, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(
            Answer.partnership_id == partnership_id,
            Answer.about == about,
            Answer.field.in_(list(fields)),
            AnswerVersion.number > Answer.number - VERSIONS_SHOWN,
        )
        .order_by(AnswerVersion.number)
    )
    before: dict[str, Sequence[Item]] = {}
    found: list[Event] = []
    for field, newest, version in rows:
        items = lines_of(version)
        found.append(_event(field, version, before.get(field, ()), items, version.number == newest))
        before[field] = items
    return sorted(found, key=lambda event: event.at, reverse=True)[:most]


async def page(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: Field,
    *,
    about: str = "",
    before: int | None = None,
    most: int = A_PAGE,
) -> list[Event]:
    """Reads the versions of one field, newest first; with `before` only those with a lower number."""
    query = (
        select(Answer.number, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(Answer.partnership_id == partnership_id, Answer.field == field.id, Answer.about == about)
        .order_by(AnswerVersion.number.desc())
        .limit(most + 1)
    )
    if before:
        query = query.where(AnswerVersion.number < before)
    rows = (await db.execute(query)).all()
    read = [as_read(field, lines_of(version)) for _, version in rows]
    return [
        _event(field.id, version, old, items, version.number == newest)
        for (newest, version), items, old in zip(rows[:most], read, [*read[1:], ()], strict=False)
    ]


async def abouts(db: AsyncSession, partnership_id: uuid.UUID, field: str) -> set[str]:
    """Reads the subjects that a field was answered for: ids of ambitions or activities, "" for
    the partnership."""
    query = select(Answer.about).where(Answer.partnership_id == partnership_id, Answer.field == field)
    return set(await db.scalars(query))


async def of_actions(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    fields: Sequence[str],
    *,
    about: str = "",
    most: int = MOST_HAPPENINGS,
) -> list[Event]:
    """Reads what happened to the actions of these fields about one subject, newest first."""
    rows = await db.execute(
        select(Action.field, Action.text, ActionChange, Account.name)
        .join(ActionChange, ActionChange.action_id == Action.id)
        .outerjoin(Account, ActionChange.account_id == Account.id)
        .where(
            Action.partnership_id == partnership_id,
            Action.field.in_(list(fields)),
            Action.about == about,
        )
        .order_by(ActionChange.at.desc(), ActionChange.id)
        .limit(most)
    )
    return [
        Event(
            field=field,
            number=0,
            at=change.at,
            name=name or change.owner,
            session_id=change.session_id,
            note=change.note or STATUSES[change.status].capitalize(),
            lines=(),
            is_current=False,
            subject=text,
        )
        for field, text, change, name in rows
    ]


def summary(lines: Sequence[tuple[str, str]]) -> str:
    """Says in words what a difference changes: `2 erbij, 1 veranderd en 1 weg`."""
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
    return series(words) or "niets veranderd"


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
