"""Keys of machines: each reads one dossier, and changes nothing."""

from __future__ import annotations

import time
import uuid
from collections import deque

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, text
from workshop.db import Database
from workshop.models import ApiKey, Deed, Membership, Partnership, now

LONGEST_NAME, MOST = 80, 20
TOO_MANY = f"Er zijn al {MOST} sleutels. Trek er eerst een in."


class TooManyRequests(Exception):
    """This key asked more than it may in a minute."""


class Pace:
    """What each key asked in the last minute, in this process. A request that is refused does not count,
    so memory is bounded by the limit; keys that are quiet are forgotten."""

    SECONDS = 60.0

    def __init__(self) -> None:
        self._asked: dict[uuid.UUID, deque[float]] = {}

    def count(self, key_id: uuid.UUID, most: int) -> None:
        """Raises `TooManyRequests`."""
        long_ago = time.monotonic() - self.SECONDS
        for other in [id for id, asked in self._asked.items() if asked[-1] < long_ago]:
            del self._asked[other]
        asked = self._asked.setdefault(key_id, deque())
        while asked and asked[0] < long_ago:
            asked.popleft()
        if len(asked) >= most:
            raise TooManyRequests
        asked.append(time.monotonic())


PACE = Pace()


async def make(database: Database, actor: Membership, name: str) -> str:
    """The token of a new key; it is shown once, not kept. Raises `ValueError` with a sentence."""
    if not text.tidy(name):
        raise ValueError("Geef de sleutel een naam, zoals het systeem dat hem gebruikt.")
    name = text.clean(name, LONGEST_NAME)
    token = codes.new_token()

    async def store(db: AsyncSession) -> None:
        await db.get(Partnership, actor.partnership_id, with_for_update=True)
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
        db.add(_deed(actor, "maakt een API-sleutel", name))

    await database.write(store)
    return token


async def revoke(database: Database, actor: Membership, key_id: uuid.UUID) -> bool:
    """Whether there was such a key. It opens nothing any more."""

    async def end(db: AsyncSession) -> bool:
        found = await db.scalar(
            select(ApiKey).where(ApiKey.id == key_id, ApiKey.partnership_id == actor.partnership_id)
        )
        if found is None:
            return False
        db.add(_deed(actor, "trekt een API-sleutel in", found.name))
        await db.delete(found)
        return True

    return await database.write(end)


async def listed(database: Database, partnership_id: uuid.UUID) -> list[ApiKey]:
    """By name."""
    async with database.read() as db:
        rows = await db.scalars(select(ApiKey).where(ApiKey.partnership_id == partnership_id))
        return sorted(rows, key=lambda key: key.name.casefold())


async def find(database: Database, token: str) -> ApiKey | None:
    """The key that has this token. What it reads for the first time on a day, is noted by that day only."""
    wanted = ApiKey.token_hash == codes.token_hash(token[:64])
    async with database.read() as db:
        key = await db.scalar(select(ApiKey).where(wanted))
    if key is not None and key.used_on != now().date():
        used = update(ApiKey).where(ApiKey.id == key.id).values(used_on=now().date())
        await database.write(lambda db: db.execute(used))
    return key


def _deed(actor: Membership, verb: str, about: str) -> Deed:
    place = {"partnership_id": actor.partnership_id, "account_id": actor.account_id}
    return Deed(**place, verb=verb, about=about)
