"""Carry-overs through time: which answers build on something that changed after they were written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import and_, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.content.worksheets import Field
from workshop.models import Action, ActionChange, Answer, AnswerVersion, ThemeMarks
from workshop.record.answers import CONFIRMED, NEW_ROUND

SILENT = (CONFIRMED, NEW_ROUND)
"""Notes of versions that change nobody's words."""


class Dates(msgspec.Struct, frozen=True):
    """When a field last changed for the fields that build on it, and when somebody last wrote
    or confirmed it."""

    changed: dt.datetime | None
    seen: dt.datetime | None


class Moved(msgspec.Struct, frozen=True):
    """An earlier answer that changed after the answer that builds on it."""

    field: Field
    at: dt.datetime


Key = tuple[str, str]
"""Field id, and the id of the ambition or activity it is about (empty for none)."""


def moved(library: Library, field: Field, dates: Mapping[Key, Dates], about: str = "") -> tuple[Moved, ...]:
    """Returns the answers that this field builds on and that changed after it was written or confirmed. Empty
    while the field itself is."""
    own = dates.get((field.id, about)) or dates.get((field.id, ""))
    if own is None or own.seen is None:
        return ()
    scope = {field.id: sheet.scope for sheet in library.worksheets for field in sheet.fields}
    found = []
    for source in dict.fromkeys(edge.field for edge in field.carries_from):
        subjects = (about, "") if scope[source] == scope[field.id] else None
        latest = _latest(dates, source, subjects)
        if latest and latest > own.seen:
            found.append(Moved(library.field(source), latest))
    return tuple(found)


async def dates_of(db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str]) -> dict[Key, Dates]:
    """Reads the dates of every field that has an answer, marks or actions. One statement."""
    own = list(fields)
    loud = case((AnswerVersion.note.not_in(SILENT), AnswerVersion.at))
    versions = (
        select(Answer.field, Answer.about, func.max(loud), func.max(AnswerVersion.at))
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(Answer.partnership_id == partnership_id, Answer.field.in_(own))
        .group_by(Answer.field, Answer.about)
    )
    marks = (
        select(ThemeMarks.field, literal(""), func.max(ThemeMarks.at), func.max(ThemeMarks.at))
        .where(ThemeMarks.partnership_id == partnership_id, ThemeMarks.field.in_(own))
        .group_by(ThemeMarks.field)
    )
    agreed = (
        select(Action.field, Action.about, func.max(Action.created_at), func.max(ActionChange.at))
        .join(ActionChange, and_(ActionChange.action_id == Action.id))
        .where(Action.partnership_id == partnership_id, Action.field.in_(own))
        .group_by(Action.field, Action.about)
    )
    found: dict[Key, Dates] = {}
    for field, about, changed, seen in await db.execute(union_all(versions, marks, agreed)):
        before = found.get((field, about), Dates(None, None))
        found[field, about] = Dates(_later(before.changed, changed), _later(before.seen, seen))
    return found


def _latest(dates: Mapping[Key, Dates], field: str, subjects: Sequence[str] | None) -> dt.datetime | None:
    """Returns when a field last changed, about these subjects or with None about any."""
    latest: dt.datetime | None = None
    for (name, about), found in dates.items():
        if name == field and (subjects is None or about in subjects):
            latest = _later(latest, found.changed)
    return latest


def _later(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return max((at for at in (one, other) if at), default=None)
