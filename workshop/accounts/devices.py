"""Browsers in which somebody signed in before: strangers who guess at a password do not lock them out.

Such a browser keeps a random number, sealed, with a hash that fits one account only. We keep nothing of it.
"""

from __future__ import annotations

import uuid

from workshop import codes
from workshop.accounts import seals
from workshop.storage.database import Database

DAYS = 365
PURPOSE = "device"


async def remembered(database: Database, account_id: uuid.UUID) -> str:
    """Returns what the browser of this account keeps from now on, for `DAYS`."""
    number = codes.new_token()
    return await seals.seal(database, PURPOSE, number=number, fits=_hash(number, account_id))


async def known(database: Database, token: str, account_id: uuid.UUID | None) -> str:
    """Returns the number of a browser that this account signed in with; empty for any other browser."""
    notes = await seals.opened(database, token, PURPOSE, DAYS * 24 * 3600)
    if notes is None or account_id is None or notes["fits"] != _hash(notes["number"], account_id):
        return ""
    return notes["number"]


def _hash(number: str, account_id: uuid.UUID) -> str:
    return codes.token_hash(f"{number} {account_id}")
