"""Which addresses hear of a dossier: made and removed by a coordinator, and tried again after trouble."""

from __future__ import annotations

import base64
import secrets
import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import holdings, roles
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership, Webhook, now
from workshop.settings import Settings
from workshop.storage.database import Database
from workshop.webhooks import reach

MOST = 5
TOO_MANY = f"Er zijn al {MOST} webhooks. Haal er eerst een weg."


def new_secret() -> str:
    """Returns a secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


async def make(
    database: Database, settings: Settings, actor: Membership, typed: str, *, id: uuid.UUID
) -> Webhook:
    """Makes a webhook, with a secret that is shown once. One with this `id` is made once. Raises `ValueError`
    with a sentence, and `PermissionDeniedException` when the right is gone."""
    address = reach.checked(typed, private=settings.webhooks_private == "on")

    async def store(db: AsyncSession) -> Webhook:
        await holdings.permit(db, actor.partnership_id, actor.account_id, roles.OWN)
        if known := await _own(db, actor, id):
            return known
        own = select(func.count()).where(Webhook.partnership_id == actor.partnership_id)
        if (await db.scalar(own) or 0) >= MOST:
            raise ValueError(TOO_MANY)
        made = Webhook(
            id=id,
            partnership_id=actor.partnership_id,
            address=address,
            secret=new_secret(),
            created_by=actor.account_id,
        )
        db.add(made)
        writing.note(db, actor, What.WEBHOOK_MADE)
        return made

    return await database.write(store)


async def remove(database: Database, actor: Membership, webhook_id: uuid.UUID) -> bool:
    """Removes a webhook, which hears nothing from then on. Returns False when there is no such webhook."""

    async def end(db: AsyncSession) -> bool:
        found = await _own(db, actor, webhook_id)
        if found is None:
            return False
        writing.note(db, actor, What.WEBHOOK_REMOVED)
        await db.delete(found)
        return True

    return await database.write(end)


async def again(database: Database, actor: Membership, webhook_id: uuid.UUID) -> bool:
    """Tries a webhook again, from what it did not hear. Returns False when there is no such webhook."""

    async def start(db: AsyncSession) -> bool:
        found = await _own(db, actor, webhook_id)
        if found is None:
            return False
        if found.trouble:
            found.paused_at = found.failing_since = None
            found.trouble, found.attempts, found.next_at = "", 0, now()
        return True

    return await database.write(start)


async def listed(database: Database, partnership_id: uuid.UUID) -> list[Webhook]:
    """Lists the webhooks of a dossier, the oldest first."""
    query = select(Webhook).where(Webhook.partnership_id == partnership_id)
    async with database.read() as db:
        return list(await db.scalars(query.order_by(Webhook.created_at, Webhook.id)))


async def _own(db: AsyncSession, actor: Membership, webhook_id: uuid.UUID) -> Webhook | None:
    mine = (Webhook.id == webhook_id, Webhook.partnership_id == actor.partnership_id)
    return await db.scalar(select(Webhook).where(*mine))
