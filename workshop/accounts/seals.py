"""What a browser keeps for us, and can neither read nor make: sealed with a key of this installation."""

from __future__ import annotations

from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import SealKey
from workshop.storage.database import Database


async def seal(database: Database, purpose: str, **notes: str) -> str:
    """Returns the notes as the value of a cookie: letters, digits, `-` and `_`."""
    key = Fernet(await _key(database))
    return key.encrypt(msgspec.json.encode(notes | {"purpose": purpose})).decode().rstrip("=")


async def opened(database: Database, token: str, purpose: str, seconds: int) -> dict[str, Any] | None:
    """Returns the notes in a cookie; None for one that is not ours, has another purpose or is older than
    `seconds`."""
    async with database.read() as db:
        made = await db.scalar(select(SealKey.key))
    if made is None:  # nothing was ever sealed here
        return None
    key = Fernet(made)
    try:
        notes = msgspec.json.decode(key.decrypt(token + "=" * (-len(token) % 4), ttl=seconds))
    except InvalidToken:
        return None
    return notes if notes.pop("purpose") == purpose else None


async def _key(database: Database) -> str:
    async with database.read() as db:
        found = await db.scalar(select(SealKey.key))
    try:
        return found or await database.write(_made)
    except IntegrityError:  # another process made it at the same moment
        return await _key(database)


async def _made(db: AsyncSession) -> str:
    if found := await db.scalar(select(SealKey.key)):
        return found
    db.add(made := SealKey(key=Fernet.generate_key().decode()))
    return made.key
