"""Phones that came in, sent nothing and are not connected: when a room is full, they make
place for others."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import bindparam, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Base, Contribution, Discarded, Participant

PARTICIPANT = Base.metadata.tables[Participant.__tablename__]
FORGET = delete(PARTICIPANT).where(PARTICIPANT.c.id == bindparam("row"))
SENT = or_(*(exists().where(kept.participant_id == Participant.id) for kept in (Contribution, Discarded)))
"""Whether a phone sent anything that a step holds or that a desk can bring back."""


async def find(db: AsyncSession, session_id: uuid.UUID, there: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Reads the idle phones of a session; `there` are the phones that are connected."""
    silent = select(Participant.id).where(Participant.session_id == session_id, ~SENT)
    return [id for id in await db.scalars(silent) if id not in there]


async def forget(db: AsyncSession, session_id: uuid.UUID, there: Collection[uuid.UUID]) -> int:
    """Deletes the idle phones of a session. Returns how many. Somebody who still holds such a
    phone joins again."""
    if found := await find(db, session_id, there):
        await (await db.connection()).execute(FORGET, [{"row": id} for id in found])
    return len(found)
