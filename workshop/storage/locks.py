"""Rows and work that one process at a time may have. SQLite has one writer, so there nobody has to wait."""

from __future__ import annotations

import asyncio
import uuid
import zlib

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.models import Session

AGAIN_SECONDS = 0.1


async def session(db: AsyncSession, session_id: uuid.UUID) -> Session | None:
    """Reads a session that nobody else changes until the commit; None when it is not there.

    Only its own row is locked, and its dossier is not read: a lock on that would make every room of a dossier
    wait for every other.
    """
    return await db.get(
        Session, session_id, with_for_update={"of": Session}, options=[lazyload(Session.partnership)]
    )


async def wait(db: AsyncSession, name: str) -> None:
    """Waits until no other process does the work of this name, and keeps it until the commit."""
    while True:  # asked again and again: no statement may take as long as that work does
        if await is_mine(db, name):
            return
        await asyncio.sleep(AGAIN_SECONDS)


async def is_mine(db: AsyncSession, name: str) -> bool:
    """Takes the work of this name until the commit; False when another process is doing it."""
    return not _has_locks(db) or bool(await db.scalar(select(func.pg_try_advisory_xact_lock(_number(name)))))


def _has_locks(db: AsyncSession) -> bool:
    return db.get_bind().dialect.name == "postgresql"


def _number(name: str) -> int:
    """Returns the number of a lock for PostgreSQL: the same in every process."""
    return zlib.crc32(f"workshop {name}".encode())
