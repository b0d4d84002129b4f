"""The end of a whole dossier: asked for by a coordinator, and kept by one until the day comes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import text
from workshop.db import Database
from workshop.models import Account, Deed, Erasure, Membership, Partnership, Writer, now
from workshop.safety import tombstones

WRONG_NAME = "Dit is niet de naam van het dossier. Typ hem over zoals hij hierboven staat."


async def ask(database: Database, actor: Membership, typed: str, days: int) -> dt.date:
    """The day on which the dossier goes. Asked again, the first day stays.

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
                on=now().date() + dt.timedelta(days=days),
                asked_by=actor.account_id,
            )
            db.add_all([found, _deed(actor, "wil het dossier verwijderen", found.on.isoformat())])
        return found.on

    return await database.write(store)


async def keep(database: Database, actor: Membership) -> None:
    """The dossier stays. Nothing happens when nobody wanted to delete it."""

    async def end(db: AsyncSession) -> None:
        found = await db.get(Erasure, actor.partnership_id)
        if found is not None:
            await db.delete(found)
            db.add(_deed(actor, "bewaart het dossier toch", ""))

    await database.write(end)


async def carry_out(db: AsyncSession, today: dt.date) -> int:
    """Deletes every dossier whose day has come, with all rows that are its own. Returns how many."""
    going = select(Erasure.partnership_id).where(Erasure.on <= today)
    ids = list(await db.scalars(going))
    await tombstones.put(db, tombstones.DOSSIER, *ids)
    return await delete_dossiers(db, ids)


async def delete_dossiers(db: AsyncSession, ids: Sequence[uuid.UUID]) -> int:
    """Deletes these dossiers now, as far as they are here, with all rows that are their own. Returns how
    many."""
    writers = select(Writer.account_id).where(Writer.partnership_id.in_(ids))
    await db.execute(delete(Account).where(Account.id.in_(writers)))
    gone = await db.execute(delete(Partnership).where(Partnership.id.in_(ids)))
    return cast("CursorResult[Any]", gone).rowcount


def _deed(actor: Membership, verb: str, about: str) -> Deed:
    place = {"partnership_id": actor.partnership_id, "account_id": actor.account_id}
    return Deed(**place, verb=verb, about=about)
