"""What is deleted by itself: links between cards and phones after a day, unconfirmed cards after a month, a
dossier after the days in which it could be kept.

The numbers are settings; docs/privacy.md names them and a test compares.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import logging
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Update,
    delete,
    exists,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, tasks
from workshop.accounts import erasures
from workshop.live import endings
from workshop.models import (
    Acknowledged,
    Activity,
    Ahead,
    Base,
    Cluster,
    Contribution,
    Discarded,
    Invitation,
    Lookback,
    Participant,
    Session,
    SignIn,
    now,
)
from workshop.safety.erasing import forgetting, tombstones
from workshop.settings import Settings
from workshop.storage import locks, slices
from workshop.storage.database import Database

log = logging.getLogger(__name__)

ACKNOWLEDGED, PARTICIPANT, CONTRIBUTION = (
    Base.metadata.tables[model.__tablename__] for model in (Acknowledged, Participant, Contribution)
)

Sessions = Select[Any] | Sequence[uuid.UUID]
"""Ids of sessions, or what selects them."""

START_SECONDS = 60
"""The first round waits: it keeps the database busy, and visitors who waited for the start go first."""
ROUND_SECONDS = 600
ROUNDS_A_DAY = 24 * 3600 // ROUND_SECONDS


class Erased(NamedTuple):
    """What one round deleted: how many of each kind, and whether the words have left the files of the
    database."""

    counts: dict[str, int]
    left_the_files: bool


def rounds(database: Database, settings: Settings) -> contextlib.AbstractAsyncContextManager[None]:
    """Makes a round in the background, a minute after the start and then every ten minutes."""
    numbers = itertools.count()

    async def purge_and_settle() -> None:
        number = next(numbers)
        await tasks.to_its_end(purge(database, settings))
        if number % ROUNDS_A_DAY == 0:
            await tasks.to_its_end(forgetting.settle(database))

    return tasks.rounds("retention", ROUND_SECONDS, purge_and_settle, first_after=START_SECONDS)


async def purge(database: Database, settings: Settings) -> Erased:
    """Makes one round. Returns how many of each kind it deleted (`{"kaarten verwijderd": 12, …}`, for
    `workshop purge`), and whether their words have left the files of the database too. Counts nothing when
    another process is making a round."""

    async with database.read() as db:  # held until the round is over
        counts = await _round(database, settings) if await locks.is_mine(db, "retention") else {}
    await forgetting.tell(database, settings.tombstones)
    if counts.get("dossiers verwijderd"):
        forgotten = await forgetting.settle_whole(database)
    elif any(counts.values()):
        forgotten = await forgetting.wipe(database)
    else:
        # Each round on SQLite: a round that found somebody reading has left it to this one.
        forgotten = not database.is_sqlite or await database.forget()
    if not forgotten:
        log.info("what was deleted leaves the files of the database in a later round")
    return Erased(counts, forgotten)


async def with_cards(db: AsyncSession, sessions: Sessions) -> set[uuid.UUID]:
    """Returns those of these sessions that still have something that `delete_cards` deletes."""
    with_some = select(Activity.session_id).where(
        Activity.session_id.in_(sessions),
        exists().where(Contribution.activity_id == Activity.id)
        | exists().where(Cluster.activity_id == Activity.id),
    )
    reviewed = select(Session.id).where(Session.id.in_(sessions), Session.review.is_not(None))
    unsaved = select(Session.id).where(Session.id.in_(sessions), Session.saved_at.is_(None))
    noted = select(Activity.session_id).where(Activity.session_id.in_(unsaved), Activity.jotted != "")
    concluded = select(Activity.session_id).where(
        Activity.session_id.in_(sessions), Activity.conclusion != ""
    )
    return {id for found in (with_some, reviewed, noted, concluded) for id in await db.scalars(found)}


async def delete_cards(db: AsyncSession, sessions: Sessions) -> int:
    """Deletes what phones sent to these sessions, the clusters of it, what was counted, an unfinished review,
    conclusions, and notes that no review kept. Returns how many contributions it deleted."""
    activities = select(Activity.id).where(Activity.session_id.in_(sessions))
    await db.execute(delete(Cluster).where(Cluster.activity_id.in_(activities)))
    await db.execute(update(Session).where(Session.id.in_(sessions)).values(review=null()))
    counted = update(Activity).where(Activity.session_id.in_(sessions), Activity.disclosed.is_not(None))
    await db.execute(counted.values(disclosed=null()))
    unsaved = select(Session.id).where(Session.id.in_(sessions), Session.saved_at.is_(None))
    noted = update(Activity).where(Activity.session_id.in_(unsaved), Activity.jotted != "")
    await db.execute(noted.values(jotted=""))
    concluded = update(Activity).where(Activity.session_id.in_(sessions), Activity.conclusion != "")
    await db.execute(concluded.values(conclusion=""))
    await db.execute(delete(Discarded).where(Discarded.session_id.in_(sessions)))
    return await _rows(db, delete(Contribution).where(Contribution.activity_id.in_(activities)))


async def _round(database: Database, settings: Settings) -> dict[str, int]:
    return {
        "dossiers verwijderd": await erasures.carry_out(database, days.today()),
        "sessies losgemaakt": (await database.write(lambda db: endings.settle(db, settings, now()))).cut,
        "telefoons vergeten": await _forget_phones(database, settings),
        "kaarten verwijderd": await _delete_unconfirmed(database, settings),
        "aanmeldingen verlopen": await database.write(_delete_expired),
        "terugblikken geleegd": await database.write(_empty_lookbacks),
    }


async def _forget_phones(database: Database, settings: Settings) -> int:
    """Deletes the phones of sessions whose admission time is over: until now the page of such a phone said
    thank you. Nothing can be sent any more, so the ids that were accepted go too. Returns how many phones."""
    before = now() - dt.timedelta(hours=settings.admission_hours)
    opened = select(Session.id).where(or_(Session.opened_at <= before, _waits_since(before)))
    await slices.delete_rows(database, ACKNOWLEDGED, ACKNOWLEDGED.c.session_id.in_(opened))
    return await slices.delete_rows(database, PARTICIPANT, PARTICIPANT.c.session_id.in_(opened))


async def _delete_unconfirmed(database: Database, settings: Settings) -> int:
    """Deletes cards that stayed a month for the review; what the facilitator confirmed is in the record by
    then. Those from before a meeting that never began go as long after they were taken in.

    With them go the names of their clusters and an unfinished review, which hold words of cards too. Returns
    how many contributions it deleted.
    """
    before = now() - dt.timedelta(days=settings.unconfirmed_days)
    old = select(Session.id).where(or_(Session.ended_at < before, _waits_since(before)))

    async def begin(db: AsyncSession) -> None:
        await tombstones.put(db, tombstones.CARDS, *await with_cards(db, old))

    await database.write(begin)
    cards = CONTRIBUTION.c.activity_id.in_(select(Activity.id).where(Activity.session_id.in_(old)))
    went = await slices.delete_rows(database, CONTRIBUTION, cards)
    return went + await database.write(lambda db: delete_cards(db, old))


def _waits_since(moment: dt.datetime) -> ColumnElement[bool]:
    """Says that a session is still only prepared, and that people could answer ahead until this moment."""
    closed = exists().where(Ahead.session_id == Session.id, Ahead.closed_at < moment)
    return Session.opened_at.is_(None) & Session.ended_at.is_(None) & closed


async def _delete_expired(db: AsyncSession) -> int:
    sign_ins = delete(SignIn).where(SignIn.expires_at < now())
    invitations = delete(Invitation).where(Invitation.expires_at < now(), Invitation.used_at.is_(None))
    return await _rows(db, sign_ins) + await _rows(db, invitations)


async def _empty_lookbacks(db: AsyncSession) -> int:
    """Removes the address and the words of lookbacks whose time is over; that there was one stays."""
    over = update(Lookback).where(Lookback.until <= now(), Lookback.token.is_not(None))
    return await _rows(db, over.values(token=None, intro="", told="", notes={}, lines=[]))


async def _rows(db: AsyncSession, statement: Delete | Update) -> int:
    """Executes a statement; returns how many rows it touched."""
    return cast("CursorResult[Any]", await db.execute(statement)).rowcount
