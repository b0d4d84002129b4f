"""The end of a whole dossier: a coordinator asks for it, and any coordinator can keep the dossier until the
day comes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    ForeignKey,
    FromClause,
    delete,
    exists,
    false,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, text
from workshop.log import writing
from workshop.log.what import What
from workshop.models import (
    Account,
    ApiKey,
    Base,
    CalendarFeed,
    Erasure,
    Invitation,
    Lookback,
    Membership,
    OwnerAddress,
    Partnership,
    Webhook,
    Writer,
    now,
)
from workshop.safety.erasing import tombstones
from workshop.storage import slices
from workshop.storage.database import Database

WRONG_NAME = "Dit is niet de naam van het dossier. Typ hem over zoals hij hierboven staat."
ARRIVING = dt.date.max
"""The day of a dossier that is still being taken over from an archive (archive/arriving.py): nobody sees it,
and when that is never finished it is deleted again."""
GOING = dt.date.min
"""The day of a dossier that is being deleted: nobody can keep it any more."""
ARRIVES_WITHIN = dt.timedelta(hours=1)
WHOLE = ~exists().where(Erasure.partnership_id == Partnership.id, Erasure.on == ARRIVING)
"""Holds for dossiers that are here as a whole."""
DOORS = (Membership, Invitation, ApiKey, Webhook, CalendarFeed, OwnerAddress, Lookback)
"""Tables by which people and machines get into a dossier."""


async def ask(database: Database, actor: Membership, typed: str, wait: int) -> dt.date:
    """Sets the day on which the dossier will be deleted, `wait` days from now, and returns it. Asked again,
    the first day stays.

    Raises `ValueError` when `typed` is not its name.
    """
    if text.tidy(typed).casefold() != text.tidy(actor.partnership.name).casefold():
        raise ValueError(WRONG_NAME)

    async def store(db: AsyncSession) -> dt.date:
        await db.get(Partnership, actor.partnership_id, with_for_update=True)
        found = await db.get(Erasure, actor.partnership_id)
        if found is None:
            found = Erasure(
                partnership_id=actor.partnership_id,
                on=days.today() + dt.timedelta(days=wait),
                asked_by=actor.account_id,
            )
            db.add(found)
            writing.note(db, actor, What.ERASURE_ASKED, particulars={"on": found.on.isoformat()})
        return found.on

    return await database.write(store)


async def keep(database: Database, actor: Membership) -> None:
    """Keeps the dossier. Does nothing when nobody wanted to delete it, or when it is being deleted
    already."""

    async def end(db: AsyncSession) -> None:
        found = await db.get(Erasure, actor.partnership_id)
        if found is not None and found.on != GOING:
            await db.delete(found)
            writing.note(db, actor, What.ERASURE_CANCELLED)

    await database.write(end)


async def carry_out(database: Database, today: dt.date) -> int:
    """Deletes every dossier whose day has come, with all rows that are its own, and the rows of one that
    never arrived as a whole. Returns how many dossiers.

    Nobody gets in any more from the first transaction on. What a round does not finish, the next one does.
    """

    async def begin(db: AsyncSession) -> list[uuid.UUID]:
        due = list(await db.scalars(select(Erasure.partnership_id).where(Erasure.on <= today)))
        await tombstones.put(db, tombstones.DOSSIER, *due)
        await db.execute(update(Erasure).where(Erasure.partnership_id.in_(due)).values(on=GOING))
        for model in DOORS:
            await db.execute(delete(model).where(_within(model.__table__, due)))
        stranded = Erasure.on == ARRIVING, Erasure.asked_at < now() - ARRIVES_WITHIN
        return [*due, *await db.scalars(select(Erasure.partnership_id).where(*stranded))]

    return sum([await _delete_in_slices(database, id) for id in await database.write(begin)])


async def is_whole(database: Database, partnership_id: uuid.UUID) -> bool:
    """Says whether this dossier is here, all of it."""
    async with database.read() as db:
        found = await db.scalar(select(Partnership.id).where(Partnership.id == partnership_id, WHOLE))
    return found is not None


async def discard(database: Database, partnership_id: uuid.UUID) -> None:
    """Deletes what came of a dossier that never arrived as a whole; does nothing to one that did."""
    async with database.read() as db:
        mark = await db.get(Erasure, partnership_id)
    if mark is not None and mark.on == ARRIVING:
        await _delete_in_slices(database, partnership_id)


async def delete_dossiers(db: AsyncSession, ids: Sequence[uuid.UUID]) -> int:
    """Deletes these dossiers now, as far as they are here, with all rows that are their own. Returns how
    many."""
    writers = select(Writer.account_id).where(Writer.partnership_id.in_(ids))
    await db.execute(delete(Account).where(Account.id.in_(writers)))
    gone = await db.execute(delete(Partnership).where(Partnership.id.in_(ids)))
    return cast("CursorResult[Any]", gone).rowcount


async def _delete_in_slices(database: Database, partnership_id: uuid.UUID) -> int:
    """Deletes one dossier, slice after slice. Returns how many there were: one, or none."""
    ids = [partnership_id]
    for table in TABLES:
        await slices.delete_rows(database, table, _within(table, ids))
    people = select(Writer.account_id).where(Writer.partnership_id.in_(ids))
    await slices.delete_rows(database, Base.metadata.tables[Account.__tablename__], Account.id.in_(people))

    async def end(db: AsyncSession) -> int:
        sorts = tombstones.DOSSIER, tombstones.RETURNED
        if any([await tombstones.stands(db, sort, partnership_id) for sort in sorts]):
            await tombstones.put(db, tombstones.DOSSIER, partnership_id)  # also one that was coming back
        return await delete_dossiers(db, ids)

    return await database.write(end)


def _within(table: FromClause, ids: Sequence[uuid.UUID]) -> ColumnElement[bool]:
    """Returns the condition for rows of a table that belong to these dossiers."""
    key = _owner(table)
    if key is None:
        return false()
    around = key.column.table
    owners = ids if _is_dossier(around) else select(key.column).where(_within(around, ids))
    return key.parent.in_(owners)


def _owner(table: FromClause) -> ForeignKey | None:
    """Returns the foreign key by which rows of a table belong to a dossier, the shortest way; None for other
    tables."""
    keys = [key for key in table.foreign_keys if key.ondelete == "CASCADE"]
    direct = [key for key in keys if _is_dossier(key.column.table)]
    return next((key for key in direct or keys if direct or _owner(key.column.table) is not None), None)


def _is_dossier(table: FromClause) -> bool:
    return table is Partnership.__table__


TABLES = [
    table
    for table in reversed(Base.metadata.sorted_tables)
    if _owner(table) is not None and table.name not in (Erasure.__tablename__, Writer.__tablename__)
]
"""Tables of dossiers, in the order in which rows are deleted: before those that they refer to. The two left
out are deleted with the dossier itself: until then a next round knows what it must delete."""
