"""The dossier's answers: what stands in each field now, and every version there ever was.

An answer is a list of items. A version is never changed or removed; the newest one is also kept in the
answer itself, so that reading a dossier needs no history. All functions that write belong inside
`Database.write`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Answer, AnswerVersion, Partnership

ADDED, REMOVED, MOVED = "+", "-", "~"


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an answer, with where it came from."""

    id: str
    text: str
    column: str = ""
    tone: str = ""
    """zorg, kans or nothing."""
    cards: int = 0
    votes: int | None = None
    quotes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    chosen: bool = False
    """Whether it was ticked when its session was saved; among items with dots, that the dots chose it."""
    session: str | None = None
    """Id of the session it came from."""
    by: str = ""
    """Who wrote or changed it by hand."""


class Conflict(Exception):
    """Somebody else wrote this answer in the meantime; `items` is what stands there as version `number`."""

    def __init__(self, number: int, items: Sequence[Item]) -> None:
        super().__init__("Iemand anders heeft dit net veranderd. Kijk wat er nu staat en kies.")
        self.number = number
        self.items = tuple(items)


async def current(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str] | None = None, *, about: str = ""
) -> dict[str, Answer]:
    """Field id -> answer, for all fields or the given ones; fields that nobody wrote are not in it."""
    query = select(Answer).where(Answer.partnership_id == partnership_id, Answer.about == about)
    if fields is not None:
        query = query.where(Answer.field.in_(list(fields)))
    return {answer.field: answer for answer in await db.scalars(query)}


async def history(
    db: AsyncSession, partnership_id: uuid.UUID, field: str, *, about: str = ""
) -> list[AnswerVersion]:
    """Every version of one field, newest first."""
    query = (
        select(AnswerVersion)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .where(Answer.partnership_id == partnership_id, Answer.field == field, Answer.about == about)
        .order_by(AnswerVersion.number.desc())
    )
    return list(await db.scalars(query))


async def write(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    items: Sequence[Item],
    *,
    account_id: uuid.UUID | None,
    session_id: uuid.UUID | None = None,
    note: str = "",
    expected: int | None = None,
    about: str = "",
) -> AnswerVersion:
    """A new version with these items. `expected` is the version that the writer saw, 0 for none.

    Raises `Conflict` when another version stands there: then nothing is written.
    """
    answer = await _locked(db, partnership_id, field, about)
    if expected is not None and expected != answer.number:
        raise Conflict(answer.number, items_of(answer))
    answer.number += 1
    answer.body = body_of(items)
    version = AnswerVersion(
        answer_id=answer.id,
        number=answer.number,
        body=answer.body,
        session_id=session_id,
        account_id=account_id,
        note=note[:300],
    )
    db.add(version)
    await db.flush()
    return version


async def append(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    items: Sequence[Item],
    *,
    account_id: uuid.UUID | None,
    session_id: uuid.UUID | None = None,
    note: str = "",
    about: str = "",
) -> AnswerVersion:
    """A new version with these items after what is there. An item that is there already stays as it is."""
    there = items_of(await _locked(db, partnership_id, field, about))
    known = {item.id for item in there}
    return await write(
        db,
        partnership_id,
        field,
        [*there, *(item for item in items if item.id not in known)],
        account_id=account_id,
        session_id=session_id,
        note=note,
        about=about,
    )


async def restore(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    field: str,
    number: int,
    *,
    account_id: uuid.UUID | None,
    expected: int | None = None,
    about: str = "",
) -> AnswerVersion:
    """A new version with the items of version `number`.

    Raises `LookupError` when there is no such version, `Conflict` as `write` does.
    """
    query = (
        select(AnswerVersion)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .where(
            Answer.partnership_id == partnership_id,
            Answer.field == field,
            Answer.about == about,
            AnswerVersion.number == number,
        )
    )
    version = await db.scalar(query)
    if version is None:
        raise LookupError(f"no version {number} of {field}")
    return await write(
        db,
        partnership_id,
        field,
        items_of(version),
        account_id=account_id,
        note=f"Versie {number} teruggezet",
        expected=expected,
        about=about,
    )


def items_of(row: Answer | AnswerVersion | None) -> tuple[Item, ...]:
    """The items of an answer or version; none where nothing was written."""
    return msgspec.convert(row.body.get("items", ()), tuple[Item, ...]) if row else ()


def body_of(items: Sequence[Item]) -> dict[str, Any]:
    return {"items": msgspec.to_builtins(list(items))}


def difference(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[str, str]]:
    """What a reader sees change: (`+`, line), (`-`, line), or (`~`, sentence) when only the order did."""
    before = {item.id: line(item) for item in old}
    after = {item.id: line(item) for item in new}
    changes: list[tuple[str, str]] = []
    for id, text in after.items():
        if before.get(id) != text:
            changes += [(REMOVED, before[id])] if id in before else []
            changes.append((ADDED, text))
    changes += [(REMOVED, text) for id, text in before.items() if id not in after]
    if not changes and list(before) != list(after):
        return [(MOVED, "De volgorde is anders.")]
    return changes


def line(item: Item) -> str:
    """`zorgen: Foto's doorsturen`."""
    return f"{item.column}: {item.text}" if item.column else item.text


async def _locked(db: AsyncSession, partnership_id: uuid.UUID, field: str, about: str) -> Answer:
    """The answer to write to. One pen per dossier: two processes cannot both make version 5."""
    await db.get(Partnership, partnership_id, with_for_update=True)
    answer = await db.scalar(
        select(Answer).where(
            Answer.partnership_id == partnership_id, Answer.field == field, Answer.about == about
        )
    )
    if answer is None:
        answer = Answer(partnership_id=partnership_id, field=field, about=about, number=0, body={})
        db.add(answer)
        await db.flush()
    return answer
