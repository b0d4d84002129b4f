"""What must go by itself: links between cards and phones after a day, unconfirmed cards after a month,
a dossier after the days in which it could be kept.

The numbers are settings; docs/privacy.md names them and a test compares.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import logging
import uuid
from collections.abc import AsyncGenerator, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, Delete, Select, Update, delete, exists, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import erasures
from workshop.db import Database
from workshop.live import links
from workshop.models import (
    Acknowledged,
    Activity,
    Cluster,
    Contribution,
    Invitation,
    Lookback,
    Participant,
    Session,
    SignIn,
    now,
)
from workshop.safety import forgetting, tombstones
from workshop.settings import Settings
from workshop.traces import place

log = logging.getLogger(__name__)

Sessions = Select[Any] | Sequence[uuid.UUID]
"""Ids of sessions, or what selects them."""

ROUND_SECONDS = 600
ROUNDS_A_DAY = 24 * 3600 // ROUND_SECONDS


class Gone(NamedTuple):
    """What went in one round."""

    counts: dict[str, int]
    left_the_files: bool


@contextlib.asynccontextmanager
async def rounds(database: Database, settings: Settings) -> AsyncGenerator[None, None]:
    """Makes a round at start and every ten minutes."""
    task = asyncio.create_task(_for_ever(database, settings), name="retention")
    try:
        yield
    finally:
        await forgetting.end(task)


async def purge(database: Database, settings: Settings) -> Gone:
    """One round. Returns how many of each sort went, for `workshop purge`, and whether their words have left
    the files too."""

    async def job(db: AsyncSession) -> dict[str, int]:
        return {
            "dossiers verwijderd": await erasures.carry_out(db, now().date()),
            "sessies losgemaakt": await _cut_old_links(db, settings),
            "telefoons vergeten": await _forget_phones(db, settings),
            "kaarten verwijderd": await _delete_unconfirmed(db, settings),
            "aanmeldingen verlopen": await _delete_expired(db),
            "terugblikken geleegd": await _empty_lookbacks(db),
        }

    counts = await database.write(job)
    await forgetting.tell(database, settings.tombstones)
    if counts["dossiers verwijderd"]:
        forgotten = await forgetting.settle(database, whole=True)
    elif any(counts.values()):
        forgotten = await forgetting.wipe(database)
    else:
        # Each round on SQLite: a round that found somebody reading has left it to this one.
        forgotten = not database.is_sqlite or await database.forget()
    if not forgotten:
        log.info("what was deleted leaves the files of the database in a later round")
    return Gone(counts, forgotten)


async def with_cards(db: AsyncSession, sessions: Sessions) -> set[uuid.UUID]:
    """Of these sessions those that still have something that `delete_cards` deletes."""
    with_some = select(Activity.session_id).where(
        Activity.session_id.in_(sessions),
        exists().where(Contribution.activity_id == Activity.id)
        | exists().where(Cluster.activity_id == Activity.id),
    )
    reviewed = select(Session.id).where(Session.id.in_(sessions), Session.review.is_not(None))
    return {*await db.scalars(with_some), *await db.scalars(reviewed)}


async def delete_cards(db: AsyncSession, sessions: Sessions) -> int:
    """What phones sent to these sessions, what it was put together under, what was counted, and an unfinished
    review. Returns how many contributions went."""
    activities = select(Activity.id).where(Activity.session_id.in_(sessions))
    await db.execute(delete(Cluster).where(Cluster.activity_id.in_(activities)))
    await db.execute(update(Session).where(Session.id.in_(sessions)).values(review=null()))
    counted = update(Activity).where(Activity.session_id.in_(sessions), Activity.told.is_not(None))
    await db.execute(counted.values(told=null()))
    return await _rows(db, delete(Contribution).where(Contribution.activity_id.in_(activities)))


async def _for_ever(database: Database, settings: Settings) -> None:
    for number in itertools.count():
        try:
            await forgetting.to_its_end(purge(database, settings))
            if number % ROUNDS_A_DAY == 0:
                await forgetting.to_its_end(forgetting.settle(database))
        except Exception as error:  # the round must come back, whatever went wrong in this one
            log.error("the retention round failed: %s", place(error))
        await asyncio.sleep(ROUND_SECONDS)


async def _cut_old_links(db: AsyncSession, settings: Settings) -> int:
    """A day after a session was opened its phones are forgotten, also when nobody ended it."""
    before = now() - dt.timedelta(hours=settings.admission_hours)
    old = (
        await db.scalars(select(Session).where(Session.ended_at.is_(None), Session.created_at < before))
    ).all()
    for session in old:
        await links.close(db, session, settings.group_minimum, now())
        session.revision += 1
    return len(old)


async def _forget_phones(db: AsyncSession, settings: Settings) -> int:
    """Until now the page of a phone said thank you. Nothing can be sent any more, so what was accepted need
    not be known either."""
    before = now() - dt.timedelta(hours=settings.admission_hours)
    opened = select(Session.id).where(Session.created_at < before)
    await db.execute(delete(Acknowledged).where(Acknowledged.session_id.in_(opened)))
    return await _rows(db, delete(Participant).where(Participant.session_id.in_(opened)))


async def _delete_unconfirmed(db: AsyncSession, settings: Settings) -> int:
    """Cards stay a month for the review; what the facilitator confirmed stands in the record by then.

    With them go the names of their clusters and an unfinished review, which hold words of cards too.
    """
    before = now() - dt.timedelta(days=settings.unconfirmed_days)
    old = select(Session.id).where(Session.ended_at < before)
    await tombstones.put(db, tombstones.CARDS, *await with_cards(db, old))
    return await delete_cards(db, old)


async def _delete_expired(db: AsyncSession) -> int:
    sign_ins = delete(SignIn).where(SignIn.expires_at < now())
    invitations = delete(Invitation).where(Invitation.expires_at < now(), Invitation.used_at.is_(None))
    return await _rows(db, sign_ins) + await _rows(db, invitations)


async def _empty_lookbacks(db: AsyncSession) -> int:
    """What people could read until today: its address and words go, that it was there stays."""
    over = update(Lookback).where(Lookback.until <= now(), Lookback.token.is_not(None))
    return await _rows(db, over.values(token=None, intro="", told="", notes={}, lines=[]))


async def _rows(db: AsyncSession, statement: Delete | Update) -> int:
    """How many rows it touched."""
    return cast("CursorResult[Any]", await db.execute(statement)).rowcount
