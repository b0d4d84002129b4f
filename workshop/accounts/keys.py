"""Keys of machines: each reads one dossier, and changes nothing."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, days, text
from workshop.accounts import holdings, roles
from workshop.brake import MINUTE, Brake
from workshop.log import writing
from workshop.log.what import What
from workshop.models import ApiKey, Membership
from workshop.storage.database import Database

LONGEST_NAME, MOST = 80, 20
TOO_MANY = f"Er zijn al {MOST} sleutels. Trek er eerst een in."


PACE = Brake("api", MINUTE)
"""Counts the requests of each key."""


async def make(database: Database, actor: Membership, name: str, *, token: str = "") -> str:
    """Makes a key and returns its token, which is shown once and not kept. One with this `token` is made
    once.

    Raises `ValueError` with a sentence, and `PermissionDeniedException` when the right is gone.
    """
    if not text.tidy(name):
        raise ValueError("Geef de sleutel een naam, zoals het systeem dat hem gebruikt.")
    name = text.clean(name, LONGEST_NAME)
    token = token or codes.new_token()

    async def store(db: AsyncSession) -> None:
        await holdings.permit(db, actor.partnership_id, actor.account_id, roles.OWN)
        if await db.scalar(select(ApiKey.id).where(ApiKey.token_hash == codes.token_hash(token))):
            return
        own = select(func.count()).where(ApiKey.partnership_id == actor.partnership_id)
        if (await db.scalar(own) or 0) >= MOST:
            raise ValueError(TOO_MANY)
        db.add(
            ApiKey(
                partnership_id=actor.partnership_id,
                name=name,
                token_hash=codes.token_hash(token),
                created_by=actor.account_id,
            )
        )
        writing.note(db, actor, What.API_KEY_MADE, name)

    await database.write(store)
    return token


async def revoke(database: Database, actor: Membership, key_id: uuid.UUID) -> bool:
    """Revokes a key, which opens nothing from then on. Returns False when there is no such key."""

    async def end(db: AsyncSession) -> bool:
        found = await db.scalar(
            select(ApiKey).where(ApiKey.id == key_id, ApiKey.partnership_id == actor.partnership_id)
        )
        if found is None:
            return False
        writing.note(db, actor, What.API_KEY_REVOKED, found.name)
        await db.delete(found)
        return True

    return await database.write(end)


async def listed(database: Database, partnership_id: uuid.UUID) -> list[ApiKey]:
    """Lists the keys of a dossier, by name."""
    async with database.read() as db:
        rows = await db.scalars(select(ApiKey).where(ApiKey.partnership_id == partnership_id))
        return sorted(rows, key=lambda key: key.name.casefold())


async def find(database: Database, token: str) -> ApiKey | None:
    """Returns the key that has this token, or None. Its first use on a day is noted, with that day only."""
    wanted = ApiKey.token_hash == codes.token_hash(token[:64])
    async with database.read() as db:
        key = await db.scalar(select(ApiKey).where(wanted))
    if key is not None and key.used_on != days.today():
        used = update(ApiKey).where(ApiKey.id == key.id).values(used_on=days.today())
        await database.write(lambda db: db.execute(used))
    return key
