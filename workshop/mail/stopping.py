"""The secret in each letter with which its reader stops them in one press, without signing in."""

from __future__ import annotations

import uuid

from sqlalchemy import update

from workshop.accounts import seals
from workshop.models import Account
from workshop.storage.database import Database

PURPOSE, DAYS = "mail", 365


async def token(database: Database, account_id: uuid.UUID) -> str:
    """Returns the secret of one account: sealed, so that we keep nothing of it."""
    return await seals.seal(database, PURPOSE, account=account_id.hex)


async def account_of(database: Database, token: str) -> uuid.UUID | None:
    """Returns the account of a secret; None for one that is not ours, or older than `DAYS`."""
    notes = await seals.opened(database, token[:400], PURPOSE, DAYS * 24 * 3600)
    return uuid.UUID(notes["account"]) if notes else None


async def choose(database: Database, account_id: uuid.UUID, wants: bool) -> None:
    """Notes whether this account wants mail. The same again changes nothing."""
    chosen = update(Account).where(Account.id == account_id).values(wants_mail=wants)
    await database.write(lambda db: db.execute(chosen))
