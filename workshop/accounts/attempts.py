"""What a browser began and must finish within minutes, such as a sign-in. Only the browser that began it can,
and once.

For an account it is a row, which is deleted when something of the account changes. For a stranger it is in
the cookie itself, sealed: strangers may begin as often as they like, and fill no table. Only one that was
used becomes a row.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.accounts import seals
from workshop.models import Attempt, now
from workshop.storage.database import Database

MINUTES = 10

PASSKEY, ELSEWHERE = "passkey", "elsewhere"
"""Purposes of attempts by strangers."""
SECOND_STEP, NEW_PASSKEY = "second step", "new passkey"
USED = "used"


class Expired(Exception):
    """This browser began nothing, or took too long."""

    def __init__(self) -> None:
        super().__init__("Dit duurde te lang, of je deed het al. Begin opnieuw.")


async def begin(db: AsyncSession, purpose: str, account_id: uuid.UUID, **notes: Any) -> str:
    """Begins an attempt of an account, in the writer's transaction; returns the token for the browser's
    cookie."""
    token = codes.new_token()
    await _add(db, token, purpose=purpose, account_id=account_id, notes=notes)
    return token


async def begin_as_stranger(database: Database, purpose: str, **notes: str) -> str:
    """Begins an attempt of a stranger, which is stored nowhere; returns the token for the browser's
    cookie."""
    return await seals.seal(database, purpose, once=codes.new_token(), **notes)


async def is_open(database: Database, token: str, purpose: str) -> bool:
    """Says whether an account began this, and it can still be finished."""
    async with database.read() as db:
        return await _find(db, token, purpose) is not None


async def take(database: Database, token: str, purpose: str) -> Attempt:
    """Returns the attempt. That of an account can be taken once, that of a stranger until `use_up`. Raises
    `Expired`."""
    taken = await (_opened if purpose in (PASSKEY, ELSEWHERE) else _taken)(database, token, purpose)
    if taken is None:
        raise Expired
    return taken


async def use_up(db: AsyncSession, attempt: Attempt) -> None:
    """Uses up an attempt of a stranger, in the transaction that signs somebody in. Raises `Expired` for one
    that signed somebody in before."""
    if attempt.account_id is None:
        try:
            await _add(db, attempt.notes["once"], purpose=USED)
        except IntegrityError:
            raise Expired from None


async def _opened(database: Database, token: str, purpose: str) -> Attempt | None:
    notes = await seals.opened(database, token, purpose, MINUTES * 60)
    return None if notes is None else Attempt(purpose=purpose, account_id=None, notes=notes)


async def _taken(database: Database, token: str, purpose: str) -> Attempt | None:
    async def end(db: AsyncSession) -> Attempt | None:
        found = await _find(db, token, purpose)
        if found:
            await db.delete(found)
        return found

    return await database.write(end)


async def _add(db: AsyncSession, token: str, **what: Any) -> None:
    await db.execute(delete(Attempt).where(Attempt.expires_at <= now()))
    expires_at = now() + dt.timedelta(minutes=MINUTES)
    db.add(Attempt(token_hash=codes.token_hash(token), expires_at=expires_at, **what))
    await db.flush()


async def _find(db: AsyncSession, token: str, purpose: str) -> Attempt | None:
    wanted = (Attempt.token_hash == codes.token_hash(token[:64]), Attempt.purpose == purpose)
    return await db.scalar(select(Attempt).where(*wanted, Attempt.expires_at > now()).with_for_update())
