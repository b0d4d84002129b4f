"""What a browser began and must finish within minutes. Only the browser that began it can, and once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.db import Database
from workshop.models import Attempt, now

MINUTES = 10
MOST_OPEN = 2000
"""Of the whole installation: strangers may begin too, and must not fill the database."""

PASSKEY, SECOND_STEP, NEW_PASSKEY, ELSEWHERE = "passkey", "second step", "new passkey", "elsewhere"


class Expired(Exception):
    """Nothing is halfway in this browser, or no longer."""

    def __init__(self) -> None:
        super().__init__("Dit duurde te lang, of je deed het al. Begin opnieuw.")


class TooManyOpen(Exception):
    def __init__(self) -> None:
        super().__init__("Er loggen nu heel veel mensen tegelijk in. Probeer het over een paar minuten.")


async def begin(db: AsyncSession, purpose: str, account_id: uuid.UUID | None = None, **notes: Any) -> str:
    """The token for the browser's cookie, in the writer's transaction. Raises `TooManyOpen` for strangers."""
    await db.execute(delete(Attempt).where(Attempt.expires_at <= now()))
    if account_id is None:
        strangers = select(func.count()).select_from(Attempt).where(Attempt.account_id.is_(None))
        if (await db.scalar(strangers) or 0) >= MOST_OPEN:
            raise TooManyOpen
    token = codes.new_token()
    expires_at = now() + dt.timedelta(minutes=MINUTES)
    kept = {"purpose": purpose, "account_id": account_id, "notes": notes, "expires_at": expires_at}
    db.add(Attempt(token_hash=codes.token_hash(token), **kept))
    return token


async def is_open(database: Database, token: str, purpose: str) -> bool:
    async with database.read() as db:
        return await _find(db, token, purpose) is not None


async def take(database: Database, token: str, purpose: str) -> Attempt:
    """The attempt, which nobody can take again. Raises `Expired`."""

    async def end(db: AsyncSession) -> Attempt | None:
        found = await _find(db, token, purpose)
        if found:
            await db.delete(found)
        return found

    taken = await database.write(end)
    if taken is None:
        raise Expired
    return taken


async def _find(db: AsyncSession, token: str, purpose: str) -> Attempt | None:
    wanted = (Attempt.token_hash == codes.token_hash(token[:64]), Attempt.purpose == purpose)
    return await db.scalar(select(Attempt).where(*wanted, Attempt.expires_at > now()).with_for_update())
