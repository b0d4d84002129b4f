"""The plans a session can open with: the worksheet's script, its variants, and the partnership's own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.content.worksheets import ScriptActivity, Worksheet
from workshop.live import rounds
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Activity, Membership, Programme, Session, SignIn
from workshop.storage.database import Database, changes

NO_PROGRAMME = "Dit programma bestaat niet meer. Kies een ander programma."


class Choice(NamedTuple):
    """A plan to choose. `id` is empty for the worksheet's own script, else the name of a variant or the
    id of a programme."""

    id: str
    name: str
    steps: tuple[ScriptActivity, ...]
    own: bool = False
    groups: Sequence[Any] = ()
    """As those of a session."""

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


async def choices(db: AsyncSession, partnership_id: uuid.UUID, worksheet: Worksheet) -> list[Choice]:
    """Reads the plans that a session of this worksheet can open with, the worksheet's own script first."""
    own = await db.scalars(
        select(Programme)
        .where(Programme.partnership_id == partnership_id, Programme.worksheet == worksheet.id)
        .order_by(Programme.name)
    )
    variants = [
        Choice(variant.name, variant.name, tuple(worksheet.variant(variant.name)))
        for variant in worksheet.variants
    ]
    saved = [
        Choice(
            str(row.id), row.name, tuple(msgspec.convert(row.steps, list[ScriptActivity])), True, row.groups
        )
        for row in own
    ]
    return [Choice("", "Alle stappen", tuple(worksheet.script)), *variants, *saved]


async def chosen(db: AsyncSession, partnership_id: uuid.UUID, worksheet: Worksheet, id: str) -> Choice:
    """Returns the plan with this id. Raises `Gone` for a programme that is not there, or not
    this partnership's."""
    found = next((c for c in await choices(db, partnership_id, worksheet) if c.id == id), None)
    if found is None:
        raise Gone(NO_PROGRAMME)
    return found


async def keep(database: Database, session_id: uuid.UUID, name: str, sign_in: SignIn) -> None:
    """Saves a session's plan, without the skipped steps and with its groups, as a programme of the
    partnership. One of the same name is replaced.

    Raises `ValueError` with a sentence when the name does not fit or every step is skipped.
    """
    name = text.clean(name, 80)

    async def job(db: AsyncSession) -> None:
        session = await db.get_one(Session, session_id)
        steps = [
            _step(activity)
            for activity in session.activities
            if not activity.skipped and not rounds.first_key(activity)
        ]
        if not steps:
            raise ValueError("Je slaat nu alle stappen over. Zet er eerst een weer aan.")
        known = await db.scalar(
            select(Programme).where(
                Programme.partnership_id == session.partnership_id,
                Programme.worksheet == session.worksheet,
                Programme.name == name,
            )
        )
        programme = known or Programme(
            partnership_id=session.partnership_id, worksheet=session.worksheet, name=name
        )
        programme.steps, programme.groups, programme.created_by = steps, session.groups, sign_in.account_id
        db.add(programme)
        if await changes(db):
            writing.note_of_session(db, session, sign_in.account_id, What.PROGRAMME_SAVED, name)

    await database.write(job)


async def rename(database: Database, member: Membership, programme_id: uuid.UUID, name: str) -> str:
    """Gives a programme of the member's partnership another name. Returns the id of its worksheet.

    Raises `Gone` when it is not there, and `ValueError` with a sentence for a name that does not fit or that
    another programme of the worksheet has.
    """
    name = text.clean(name, 80)

    async def job(db: AsyncSession) -> str:
        programme = await _own(db, member, programme_id)
        same = select(Programme.id).where(
            Programme.partnership_id == member.partnership_id,
            Programme.worksheet == programme.worksheet,
            Programme.name == name,
            Programme.id != programme.id,
        )
        if await db.scalar(same):
            raise ValueError("Jullie hebben al een programma met deze naam. Kies een andere.")
        if programme.name != name:
            programme.name = name
            writing.note(db, member, What.PROGRAMME_RENAMED, name)
        return programme.worksheet

    return await database.write(job)


async def remove(database: Database, member: Membership, programme_id: uuid.UUID) -> str:
    """Deletes a programme of the member's partnership; sessions that were made with it stay. Returns the id
    of its worksheet. Raises `Gone`."""

    async def job(db: AsyncSession) -> str:
        programme = await _own(db, member, programme_id)
        writing.note(db, member, What.PROGRAMME_REMOVED, programme.name)
        await db.delete(programme)
        return programme.worksheet

    return await database.write(job)


async def _own(db: AsyncSession, member: Membership, programme_id: uuid.UUID) -> Programme:
    own = Programme.id == programme_id, Programme.partnership_id == member.partnership_id
    programme = await db.scalar(select(Programme).where(*own))
    if programme is None:
        raise Gone(NO_PROGRAMME)
    return programme


def _step(activity: Activity) -> dict[str, Any]:
    step: dict[str, Any] = {
        "key": activity.key,
        "kind": activity.kind,
        "title": activity.title,
        "question": activity.question,
        "help": activity.help,
        "audience": activity.audience,
        "minutes": activity.minutes,
        "settings": activity.settings,
        "saves": activity.saves,
    }
    return step | {name: words for name in ("youth", "spoken") if (words := getattr(activity, name))}
