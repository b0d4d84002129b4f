"""Phones that came in, sent nothing and are not there: when a room is full, they make place for others."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import bindparam, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Base, Contribution, Discarded, Participant

PARTICIPANT = Base.metadata.tables[Participant.__tablename__]
FORGET = delete(PARTICIPANT).where(PARTICIPANT.c.id == bindparam("row"))
SENT = or_(*(exists().where(kept.participant_id == Participant.id) for kept in (Contribution, Discarded)))
"""Whether a phone has anything that a step holds, or that a desk can bring back."""


async def find(db: AsyncSession, session_id: uuid.UUID, there: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those of a session; `there` are the phones that are connected."""
    silent = select(Participant.id).where(Participant.session_id == session_id, ~SENT)
    return [id for id in await db.scalars(silent) if id not in there]


async def forget(db: AsyncSession, session_id: uuid.UUID, there: Collection[uuid.UUID]) -> int:
    """Forgets them, and returns how many. Who is still somewhere with such a phone, comes in again."""
    if found := await find(db, session_id, there):
        await (await db.connection()).execute(FORGET, [{"row": id} for id in found])
    return len(found)
