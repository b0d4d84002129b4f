"""Agreements about time: when a partnership does something again, how often, and who plans it.

They are lines of an answer, not actions: nobody ever finishes one. Before there were such questions, sessions
made actions of them; what nobody can know of an old action is asked (`asked`), and can be set back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, rhythms
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.items import Item
from workshop.models import (
    UNFINISHED,
    Action,
    ActionChange,
    Answer,
    AnswerVersion,
    Partnership,
    Reminder,
    now,
)
from workshop.record import actions, answers, reminders
from workshop.record.actions import MOMENT
from workshop.record.answers import items_of

KIND = "moments"
"""Kind of the questions that hold them."""
WAS_ACTION, IS_ACTION, AGAIN = "Is een afspraak over tijd", "Is een actie", "Nog te kiezen: actie of afspraak"
"""Notes in the history of an action that was asked about."""
CHOICES = {"afspraak": WAS_ACTION, "actie": IS_ACTION, "terug": AGAIN}
"""What the page asks -> the note of the answer."""
STAYS_IN_SIGHT = dt.timedelta(days=1)
"""For how long a home shows what was chosen, with the way back."""


class AgreedMoment(msgspec.Struct, frozen=True):
    """One agreement about time. `next_on` is the day of the next turn, if there is one."""

    id: str
    worksheet: str
    field: str
    text: str
    owner: str
    frequency: str
    next_on: dt.date | None
    changed: dt.datetime


async def of(db: AsyncSession, library: Library, partnership_id: uuid.UUID) -> list[AgreedMoment]:
    """Reads the agreements of a dossier, the earliest day first; those without a day last."""
    fields = {id: sheet.id for sheet in library.worksheets for id in _fields(sheet)}
    query = (
        select(Answer, func.max(AnswerVersion.at))
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(Answer.partnership_id == partnership_id, Answer.field.in_(fields))
        .group_by(Answer.id)
    )
    found = [
        AgreedMoment(
            item.id,
            fields[row.field],
            row.field,
            item.text,
            item.details.get("owner", ""),
            item.details.get("frequency", ""),
            days.written(item.details.get("due", "")),
            at,
        )
        for row, at in await db.execute(query)
        for item in items_of(row)
    ]
    return sorted(found, key=lambda one: (one.next_on is None, one.next_on, one.text, one.id))


def upcoming(rows: Iterable[Reminder], every: Iterable[AgreedMoment]) -> list[Reminder | AgreedMoment]:
    """Returns what comes back on a day, the earliest first."""
    dated = [*rows, *(one for one in every if one.next_on)]
    return sorted(dated, key=lambda one: (one.next_on or dt.date.max, one.worksheet))


def rhythm_of(one: Reminder | AgreedMoment) -> str:
    """Returns in words how often it comes back: `elk half jaar`."""
    return (
        one.frequency or "één keer" if isinstance(one, AgreedMoment) else reminders.rhythm(one.every_months)
    )


async def evaluated(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    on: dt.date,
    *,
    account_id: uuid.UUID | None,
) -> None:
    """Moves the agreements of this worksheet whose day has come to their next turn, counted from `on`."""
    found = await answers.current(db, partnership_id, _fields(worksheet))
    for field, row in found.items():
        items = items_of(row)
        after = [_moved(item, on) for item in items]
        if after != list(items):
            note = "Volgende keer"
            await answers.write(db, partnership_id, field, after, account_id=account_id, note=note)


async def asked(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID
) -> tuple[list[Action], list[tuple[Action, str]]]:
    """Reads the open actions that may be an agreement about time, because a question for those holds them;
    and those of which somebody said so lately, with the note of what they said."""
    fields = [id for sheet in library.worksheets for id in _fields(sheet)]
    query = select(Action).where(
        Action.partnership_id == partnership_id,
        Action.field.in_(fields),
        Action.status.in_((*UNFINISHED, MOMENT)),
    )
    rows = list(await db.scalars(query.order_by(Action.created_at, Action.id)))
    said = await _said(db, rows)
    open_ones = [row for row in rows if row.id not in said or said[row.id].note == AGAIN]
    lately = [
        (row, said[row.id].note)
        for row in rows
        if row not in open_ones
        and said[row.id].account_id is not None
        and said[row.id].at > now() - STAYS_IN_SIGHT
    ]
    return open_ones, lately


async def answer(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    action_id: uuid.UUID,
    choice: str,
    *,
    account_id: uuid.UUID | None,
) -> bool:
    """Says of an action what it is, or sets that back. Said twice it is said once; returns whether it was
    said now. Raises `LookupError` for an action that nobody asks about, and for an unknown choice."""
    await db.get(Partnership, partnership_id, with_for_update=True)
    note = CHOICES[choice]
    row = await actions.one(db, partnership_id, action_id)
    if not library.has_field(row.field) or library.field(row.field).kind != KIND:
        raise LookupError(f"no question about action {action_id}")
    said = (await _said(db, [row])).get(row.id)
    if note == (said.note if said else AGAIN):
        return False
    if note == WAS_ACTION:
        await answers.append(
            db,
            partnership_id,
            row.field,
            [_as_item(row)],
            account_id=account_id,
            session_id=row.session_id,
            note=WAS_ACTION,
            about=row.about,
        )
        row.status = MOMENT
    elif row.status == MOMENT:
        await _take_out(db, row, account_id)
        row.status = await _status_before(db, row)
    db.add(ActionChange(action_id=row.id, status=row.status, note=note, account_id=account_id))
    await db.flush()
    return True


def _fields(worksheet: Worksheet) -> list[str]:
    return [field.id for field in worksheet.fields if field.kind == KIND]


def _moved(item: Item, on: dt.date) -> Item:
    day = days.written(item.details.get("due", ""))
    months = rhythms.months_of(item.details.get("frequency", ""))
    if day is None or day > on or not months:
        return item
    return msgspec.structs.replace(
        item, details=item.details | {"due": reminders.later(on, months).isoformat()}
    )


def _as_item(row: Action) -> Item:
    told = {
        "frequency": rhythms.found_in(row.text),
        "owner": row.owner,
        "due": row.due.isoformat() if row.due else "",
    }
    details = {name: words for name, words in told.items() if words}
    return Item(
        row.id.hex, row.text, session=str(row.session_id) if row.session_id else None, details=details
    )


async def _take_out(db: AsyncSession, row: Action, account_id: uuid.UUID | None) -> None:
    """Takes the line of an action out of its answer again."""
    found = (await answers.current(db, row.partnership_id, [row.field], about=row.about)).get(row.field)
    left = [item for item in items_of(found) if item.id != row.id.hex]
    await answers.write(
        db, row.partnership_id, row.field, left, account_id=account_id, note=AGAIN, about=row.about
    )


async def _status_before(db: AsyncSession, row: Action) -> str:
    query = select(ActionChange.status).where(
        ActionChange.action_id == row.id, ActionChange.status.in_(UNFINISHED)
    )
    return await db.scalar(query.order_by(ActionChange.at.desc()).limit(1)) or "open"


async def _said(db: AsyncSession, rows: Sequence[Action]) -> dict[uuid.UUID, ActionChange]:
    """Reads action id -> the newest answer to the question what it is."""
    query = select(ActionChange).where(
        ActionChange.action_id.in_([row.id for row in rows]), ActionChange.note.in_(CHOICES.values())
    )
    return {change.action_id: change for change in await db.scalars(query.order_by(ActionChange.at))}
