"""Rounds of a learning sheet: the same questions again on a later day, beside the earlier answers.

Every version of an answer carries the day on which its round began (docs/decisions/0005-rounds.md).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from workshop import days
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.models import Answer, AnswerVersion
from workshop.record import answers
from workshop.record.answers import NEW_ROUND, items_of, round_of

ELSEWHERE = ("marks", "actions")
"""Kinds of field that keep their own dates."""


class Earlier(msgspec.Struct, frozen=True):
    """One field as an earlier round left it. `on` is the day on which that round began, or the day of its
    last version when nobody said when it began."""

    on: dt.date
    items: tuple[Item, ...]


def fields_of(worksheet: Worksheet) -> list[Field]:
    """Returns the questions that people answer again each round."""
    return [f for f in worksheet.fields if f.when == "periodic" and f.kind not in ELSEWHERE]


def current(written: Mapping[str, Answer]) -> dt.date | None:
    """Returns the day on which the round of these answers began; None in the first round."""
    began = max((round_of(answer) for answer in written.values()), default="")
    return dt.date.fromisoformat(began) if began else None


async def begin(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    on: dt.date,
    *,
    account_id: uuid.UUID | None,
    about: str = "",
) -> bool:
    """Begins a new, empty round of every question that comes back. Returns False when there is no such
    question, or when a round began that day already."""
    own = [field.id for field in fields_of(worksheet)]
    written = await answers.current(db, partnership_id, own, about=about)
    if not own or current(written) == on:
        return False
    for field in own:
        await answers.write(
            db,
            partnership_id,
            field,
            [],
            account_id=account_id,
            note=NEW_ROUND,
            about=about,
            gaps={},
            round_on=on.isoformat(),
        )
    return True


async def earlier(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str], about: str = ""
) -> dict[str, tuple[Earlier, ...]]:
    """Reads field -> its earlier rounds as they ended, newest first. Rounds without an answer are left out.

    A round ended with the version before the one that began the next.
    """
    begin = aliased(AnswerVersion)
    ended_by = (begin.answer_id == AnswerVersion.answer_id) & (begin.number == AnswerVersion.number + 1)
    rows = await db.execute(
        select(Answer.field, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .join(begin, ended_by & (begin.note == NEW_ROUND))
        .where(Answer.partnership_id == partnership_id, Answer.about == about, Answer.field.in_(list(fields)))
        .order_by(AnswerVersion.number.desc())
    )
    found: dict[str, tuple[Earlier, ...]] = {}
    for field, version in rows:
        if items_of(version):
            began_on = round_of(version) or days.day_of(version.at).isoformat()
            one = Earlier(dt.date.fromisoformat(began_on), items_of(version))
            found[field] = (*found.get(field, ()), one)
    return found
