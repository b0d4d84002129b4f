"""Tells webhooks what changed, signed by Standard Webhooks, in rounds of the background.

The queue is the record itself: what happened after `told_until` was not told yet. So a change costs nothing
more than it did, nothing is lost when the process stops, and the same change has the same id each time.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import uuid
from typing import NamedTuple

import httpx
import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks import Webhook as Signer

from workshop import tasks
from workshop.models import Action, ActionChange, Session, Webhook, now
from workshop.settings import Settings
from workshop.storage import locks
from workshop.storage.database import Database
from workshop.webhooks import reach

ROUND_SECONDS = 20
SETTLED = dt.timedelta(seconds=5)
"""How long a change must be there: one that was written earlier may be committed later."""
SECONDS = 10
"""How long one delivery may take, from the name of the host to the status."""
MOST_AT_ONCE = 50
"""Changes that one round tells a webhook."""
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=1)
PATIENCE = dt.timedelta(days=1)
"""How long a webhook may fail before it is paused."""


class WebhookEvent(NamedTuple):
    """What happened: never what anybody wrote."""

    id: uuid.UUID
    at: dt.datetime
    type: str
    about: dict[str, uuid.UUID]


def rounds(database: Database, settings: Settings) -> contextlib.AbstractAsyncContextManager[None]:
    """Makes a round in the background every twenty seconds."""
    return tasks.rounds("webhook", ROUND_SECONDS, lambda: deliver(database, settings, now()))


async def deliver(database: Database, settings: Settings, at: dt.datetime) -> None:
    """Makes one round, unless another process is making one. Webhooks do not wait for each other."""
    async with database.read() as db:  # held until the round is over
        if await locks.is_mine(db, "webhooks"):
            due = select(Webhook).where(Webhook.paused_at.is_(None), Webhook.next_at <= at)
            await asyncio.gather(*(_tell(database, settings, hook, at) for hook in await db.scalars(due)))


async def events(db: AsyncSession, hook: Webhook, until: dt.datetime) -> list[WebhookEvent]:
    """Reads what a webhook did not hear yet, the oldest first."""
    dossier = hook.partnership_id
    changes = (
        select(ActionChange.id, ActionChange.at, ActionChange.action_id)
        .join(Action, ActionChange.action_id == Action.id)
        .where(Action.partnership_id == dossier, ActionChange.at > hook.told_until, ActionChange.at <= until)
        .order_by(ActionChange.at, ActionChange.id)
        .limit(MOST_AT_ONCE)
    )
    saved = (
        select(Session.id, Session.saved_at)
        .where(
            Session.partnership_id == dossier, Session.saved_at > hook.told_until, Session.saved_at <= until
        )
        .order_by(Session.saved_at, Session.id)
        .limit(MOST_AT_ONCE)
    )
    found = [
        WebhookEvent(row.id, row.at, "action.changed", {"dossier": dossier, "action": row.action_id})
        for row in await db.execute(changes)
    ]
    found += [
        WebhookEvent(row.id, row.saved_at, "session.saved", {"dossier": dossier, "session": row.id})
        for row in await db.execute(saved)
    ]
    return sorted(found, key=lambda event: event.at)[:MOST_AT_ONCE]


async def _tell(database: Database, settings: Settings, hook: Webhook, at: dt.datetime) -> None:
    async with database.read() as db:
        waiting = await events(db, hook, at - SETTLED)
    if not waiting:
        return
    told, trouble = hook.told_until, ""
    async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
        for event in waiting:
            trouble = await _post(client, settings, hook, event)
            if trouble:
                break
            told = event.at
    values = {"told_until": told, **(_failed(hook, trouble, at) if trouble else _heard(at))}
    await database.write(lambda db: db.execute(update(Webhook).where(Webhook.id == hook.id).values(values)))


async def _post(client: httpx.AsyncClient, settings: Settings, hook: Webhook, event: WebhookEvent) -> str:
    """Tells one event. Returns what went wrong: a status, or nothing of the error but its kind."""
    told = {"type": event.type, "timestamp": event.at.astimezone(dt.UTC), "data": event.about}
    body = msgspec.json.encode(told).decode()
    url, stamp = httpx.URL(hook.address), dt.datetime.now(dt.UTC)
    headers = {
        "host": url.netloc.decode(),
        "content-type": "application/json",
        "webhook-id": event.id.hex,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Signer(hook.secret).sign(event.id.hex, stamp, body),
    }
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        async with asyncio.timeout(SECONDS):
            number = await reach.resolved(url.host, port, private=settings.webhooks_private == "on")
            sent = client.stream(
                "POST",
                url.copy_with(host=number),
                content=body,
                headers=headers,
                extensions={"sni_hostname": url.host},
            )
            async with sent as answer:
                return "" if answer.is_success else str(answer.status_code)
    except (TimeoutError, httpx.TimeoutException):
        return "te laat"
    except (httpx.HTTPError, OSError):
        return "geen verbinding"


def _heard(at: dt.datetime) -> dict[str, object]:
    return {"failing_since": None, "attempts": 0, "trouble": "", "next_at": at}


def _failed(hook: Webhook, trouble: str, at: dt.datetime) -> dict[str, object]:
    since = hook.failing_since or at
    wait = min(FIRST_WAIT * 2 ** min(hook.attempts, 10), LONGEST_WAIT)
    return {
        "failing_since": since,
        "attempts": hook.attempts + 1,
        "trouble": trouble,
        "next_at": at + wait,
        "paused_at": at if at - since >= PATIENCE else None,
    }
