"""The dossier's answers: what stands in each field now, and every version there ever was.

An answer is a list of items. A version is never removed, and changed only while one person is still typing it
(`write` says when). The newest one is also kept in the answer itself, so that reading a dossier needs no
history. Call the functions that write inside `Database.write`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.dutch import day
from workshop.items import Item
from workshop.models import Answer, AnswerVersion, Partnership, now

ADDED, REMOVED, MOVED = "+", "-", "~"
ONE_SITTING = dt.timedelta(minutes=10)
LAST_NUMBER = 2**31 - 1
"""Largest number of a version: databases hold no larger one."""
CONFIRMED, NEW_ROUND = "Gelezen: het klopt nog", "Nieuwe ronde"
"""Notes of versions that change nobody's words."""
DETAILS = {
    "kind": "",
    "status": "",
    "need": "",
    "source": "Bron: ",
    "frequency": "Hoe vaak: ",
    "owner": "Wie: ",
    "target": "Voor: ",
    "due": "Wanneer: ",
    "known": "",
    "double": "",
    "note": "Uitleg: ",
    "active": "",
}
"""What an item may say beside its text, in the order and with the words in which people read it."""


class Conflict(Exception):
    """Somebody else wrote this answer in the meantime; `items` is what stands there as version `number`."""

    def __init__(self, number: int, items: Sequence[Item]) -> None:
        super().__init__("Iemand anders heeft dit net veranderd. Kijk wat er nu staat en kies.")
        self.number = number
        self.items = tuple(items)


async def current(
    db: AsyncSession, partnership_id: uuid.UUID, fields: Iterable[str] | None = None, *, about: str = ""
) -> dict[str, Answer]:
    """Reads field id -> answer, for all fields or the given ones, about one subject. Fields without an
    answer are left out."""
    query = select(Answer).where(Answer.partnership_id == partnership_id, Answer.about == about)
    if fields is not None:
        query = query.where(Answer.field.in_(list(fields)))
    return {answer.field: answer for answer in await db.scalars(query)}


async def versions(
    db: AsyncSession, partnership_id: uuid.UUID, field: str, numbers: Iterable[int] = (), *, about: str = ""
) -> list[AnswerVersion]:
    """Reads the versions with these numbers and the newest one, newest first. Not all: a field
    may have thousands."""
    wanted = [number for number in numbers if 0 < number <= LAST_NUMBER]
    query = (
        select(AnswerVersion)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .where(
            Answer.partnership_id == partnership_id,
            Answer.field == field,
            Answer.about == about,
            or_(AnswerVersion.number == Answer.number, AnswerVersion.number.in_(wanted)),
        )
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
    gaps: Mapping[str, str] | None = None,
    round_on: str = "",
    continues: bool = False,
) -> AnswerVersion:
    """Writes these items as a new version of a field, and returns it.

    `expected` is the number of the version that the writer saw, 0 for none. `gaps` are cells where something
    is missing, with their names; `round_on` is the day, in ISO form, on which a new round begins. Without
    them both stay as they are.

    With `continues` one version holds what one person types by hand in one sitting: the newest is overwritten
    when it is of the same account, younger than ten minutes counted from its first save, and has no session
    and no note. Whoever has seen it knows by its `stamp` that it changed.

    Raises `Conflict` when another version than `expected` stands there: then nothing is written.
    """
    answer = await _locked(db, partnership_id, field, about)
    if expected is not None and expected != answer.number:
        raise Conflict(answer.number, items_of(answer))
    body = body_of(items, gaps_of(answer) if gaps is None else gaps, round_on or round_of(answer))
    by_hand = continues and not note and session_id is None
    newest = await _of_this_sitting(db, answer, account_id) if by_hand else None
    if newest:
        newest.body = body | {"since": _since(newest).isoformat()}
        newest.at = now()
        answer.body = body
        await db.flush()
        return newest
    answer.number += 1
    answer.body = body
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
    """Writes a new version with these items after those that are there. An item that is there
    already stays as it is."""
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
    """Writes a new version with the items of version `number`.

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
        gaps=gaps_of(version),
    )


def items_of(row: Answer | AnswerVersion | None) -> tuple[Item, ...]:
    """Returns the items of an answer or version; empty where nothing was written."""
    return msgspec.convert(row.body.get("items", ()), tuple[Item, ...]) if row else ()


def gaps_of(row: Answer | AnswerVersion | None) -> dict[str, str]:
    """Returns cell -> its name, for the cells where somebody misses something."""
    return dict(row.body.get("gaps", {})) if row else {}


def round_of(row: Answer | AnswerVersion | None) -> str:
    """Returns the day on which the round of this answer began, in ISO form; empty for the first round."""
    return str(row.body.get("round", "")) if row else ""


def lines_of(row: Answer | AnswerVersion | None) -> tuple[Item, ...]:
    """Returns everything that a reader of the history sees: the items, and what is missing in a table."""
    return (*items_of(row), *(gap(cell, name) for cell, name in gaps_of(row).items()))


def gap(cell: str, name: str) -> Item:
    return Item(id=f"gap.{cell}", text=f"Hier mist iets: {name}")


def body_of(items: Sequence[Item], gaps: Mapping[str, str] | None = None, round: str = "") -> dict[str, Any]:
    """Returns the JSON body of an answer: `items`, and `gaps` and `round` only where there are any."""
    body: dict[str, Any] = {"items": msgspec.to_builtins(list(items))}
    return body | ({"gaps": dict(gaps)} if gaps else {}) | ({"round": round} if round else {})


def stamp(items: Sequence[Item], gaps: Mapping[str, str] | None = None) -> str:
    """Returns 16 characters that change with every letter: they tell whether somebody else wrote, also
    within one version."""
    return hashlib.sha256(msgspec.json.encode([items, sorted((gaps or {}).items())])).hexdigest()[:16]


def difference(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[str, str]]:
    """Returns the lines that changed for a reader: (`+`, line), (`-`, line), or (`~`, sentence) when only
    the order changed."""
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
    """Returns the item as one line: `zorgen: Foto's doorsturen`, with its details: `GGD (Doet mee.
    Wie: gemeente)`."""
    words = f"{item.column}: {item.text}" if item.column else item.text
    return f"{words} ({'. '.join(told)})" if (told := told_of(item)) else words


def told_of(item: Item) -> tuple[str, ...]:
    """Returns the details of an item as people read them."""
    details = item.details | {"due": day(item.details.get("due", ""))}
    told = (words + details[name] for name, words in DETAILS.items() if details.get(name))
    return tuple(words[:1].upper() + words[1:] for words in told)


def _since(version: AnswerVersion) -> dt.datetime:
    """Returns when the first words of this version were saved."""
    began = version.body.get("since")
    return dt.datetime.fromisoformat(began) if began else version.at


async def _of_this_sitting(
    db: AsyncSession, answer: Answer, account_id: uuid.UUID | None
) -> AnswerVersion | None:
    """Reads the newest version, if this account is still writing it."""
    query = select(AnswerVersion).where(
        AnswerVersion.answer_id == answer.id,
        AnswerVersion.number == answer.number,
        AnswerVersion.account_id == account_id,
        AnswerVersion.session_id.is_(None),
        AnswerVersion.note == "",
    )
    newest = await db.scalar(query)
    return newest if newest and now() - _since(newest) < ONE_SITTING else None


async def _locked(db: AsyncSession, partnership_id: uuid.UUID, field: str, about: str) -> Answer:
    """Reads or makes the answer to write to, and locks its dossier: two processes cannot
    both make version 5."""
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
