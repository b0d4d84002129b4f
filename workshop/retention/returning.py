"""Takes out of the database again what a backup brought back: one restored by `workshop restore`, or put in
place by hand.

Each start calls `agree` too. Afterwards the file with tombstones and the table name the same.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import erasures
from workshop.live import links
from workshop.models import Activity, Ahead, Cluster, Contribution, Discarded, Participant, Session
from workshop.retention import expiry
from workshop.safety.erasing import forgetting, tombstones
from workshop.safety.erasing.tombstones import (
    AHEAD,
    CARD,
    CARDS,
    CLUSTER,
    DOSSIER,
    LINKS,
    SESSION,
    TombstoneLine,
)
from workshop.storage import locks
from workshop.storage.database import Database

log = logging.getLogger(__name__)

A_SLICE = 500
NAMES = {
    CARD: ("bijdrage die was weggehaald of overschreven", "bijdragen die waren weggehaald of overschreven"),
    CLUSTER: ("naam van een stapel kaarten", "namen van stapels kaarten"),
    CARDS: (
        "sessie waarvan de kaarten al verwijderd waren",
        "sessies waarvan de kaarten al verwijderd waren",
    ),
    LINKS: ("sessie die al losgemaakt was van telefoons", "sessies die al losgemaakt waren van telefoons"),
    AHEAD: ("vraag die vooraf al gesloten was", "vragen die vooraf al gesloten waren"),
    SESSION: ("sessie die verwijderd was", "sessies die verwijderd waren"),
    DOSSIER: ("dossier dat verwijderd was", "dossiers die verwijderd waren"),
}
"""Kind of tombstone -> what one of them is called, and what more of them are."""


async def agree(database: Database, group_minimum: int, file: Path, *others: Path) -> Counter[str]:
    """Takes out of the database what a tombstone in these files names and its own table did not know, and
    makes the table and `file` name the same from then on. Returns how many of each kind were in the database
    again. Raises `OSError` when a file cannot be read or written."""
    known = tombstones.read(*others, file)

    async def job(db: AsyncSession) -> tuple[Counter[str], list[TombstoneLine]]:
        await locks.wait(db, "returning")  # processes that start together find the same
        stored = await tombstones.stored(db)
        news = [line for key, line in known.items() if key not in stored or stored[key].sort != line.sort]
        found = await _take_out(db, news, group_minimum)
        for line in news:
            await tombstones.store(db, line)
        return found, [line for key, line in stored.items() if key not in known]

    found, unknown = await database.write(job)
    if any(found.values()) and not await forgetting.settle_whole(database):
        log.error("what a backup brought back could not leave the files yet: workshop purge")
    tombstones.write(file, [*known.values(), *unknown])
    return found


def told(found: Counter[str]) -> str:
    """Says what was taken out again, as a Dutch sentence; returns an empty text when there was nothing."""
    parts = [f"{count} {NAMES[sort][count != 1]}" for sort, count in found.items() if count]
    return f"Opnieuw weggehaald: {', '.join(parts)}." if parts else ""


async def _take_out(db: AsyncSession, lines: Iterable[TombstoneLine], group_minimum: int) -> Counter[str]:
    wanted: dict[str, list[TombstoneLine]] = {}
    for line in lines:
        wanted.setdefault(line.sort, []).append(line)
    found: Counter[str] = Counter()
    for sort, erase in (
        (DOSSIER, _dossiers),
        (SESSION, _sessions),
        (CARDS, _cards),
        (AHEAD, lambda db, some: _ahead(db, some, group_minimum)),
        (LINKS, lambda db, some: _links(db, some, group_minimum)),
        (CLUSTER, _clusters),
        (CARD, _words),
    ):
        own = wanted.get(sort, [])
        for start in range(0, len(own), A_SLICE):
            found[sort] += await erase(db, own[start : start + A_SLICE])
    return found


async def _dossiers(db: AsyncSession, lines: Sequence[TombstoneLine]) -> int:
    return await erasures.delete_dossiers(db, _ids(lines))


async def _sessions(db: AsyncSession, lines: Sequence[TombstoneLine]) -> int:
    deleted = delete(Session).where(Session.id.in_(_ids(lines))).returning(Session.id)
    return len((await db.scalars(deleted)).all())


async def _cards(db: AsyncSession, lines: Sequence[TombstoneLine]) -> int:
    """Deletes, of sessions whose cards were deleted before, the cards, their clusters and the review."""
    here = _ids(lines)
    some = await expiry.with_cards(db, here)
    await expiry.delete_cards(db, here)
    return len(some)


async def _links(db: AsyncSession, lines: Sequence[TombstoneLine], group_minimum: int) -> int:
    """Ends sessions that had ended once more, on the day on which they did; cuts their links with phones."""
    days = {line.id: line.on for line in lines}
    activities = select(Activity.id).where(Activity.session_id.in_(days))
    linked = await _sessions_with(
        db,
        select(Contribution.activity_id).where(
            Contribution.activity_id.in_(activities), Contribution.participant_id.is_not(None)
        ),
    )
    rows = await db.scalars(
        select(Session).where(Session.id.in_(days), Session.id.in_(linked) | Session.cut_at.is_(None))
    )
    sessions = list(rows)
    for session in sessions:
        noon = dt.datetime.combine(days[session.id], dt.time(12), dt.UTC)
        await links.close(db, session, group_minimum, noon)
        await db.execute(delete(Participant).where(Participant.session_id == session.id))
    return len(sessions)


async def _ahead(db: AsyncSession, lines: Sequence[TombstoneLine], group_minimum: int) -> int:
    """Closes once more what people could answer before a meeting, on the day on which it closed."""
    days = {line.id: line.on for line in lines}
    still_open = Ahead.id.in_(days), Ahead.closed_at.is_(None)
    sessions = list(await db.scalars(select(Session).join(Ahead).where(*still_open)))
    for session in sessions:
        if session.ahead:
            noon = dt.datetime.combine(days[session.ahead.id], dt.time(12), dt.UTC)
            await links.close_ahead(db, session, group_minimum, noon)
    return len(sessions)


async def _clusters(db: AsyncSession, lines: Sequence[TombstoneLine]) -> int:
    words = func.coalesce(Cluster.words_id, Cluster.id).in_(_ids(lines))
    await db.execute(delete(Discarded).where(Discarded.words_id.in_(_ids(lines))))
    return len((await db.scalars(delete(Cluster).where(words).returning(Cluster.id))).all())


async def _words(db: AsyncSession, lines: Sequence[TombstoneLine]) -> int:
    """Deletes the contributions, and the reviews that may have quoted them."""
    words = func.coalesce(Contribution.words_id, Contribution.id).in_(_ids(lines))
    some = await _sessions_with(db, select(Contribution.activity_id).where(words))
    await db.execute(update(Session).where(Session.id.in_(some)).values(review=null()))
    put_away = delete(Discarded).where(Discarded.words_id.in_(_ids(lines))).returning(Discarded.id)
    standing = delete(Contribution).where(words).returning(Contribution.id)
    return len({*await db.scalars(put_away), *await db.scalars(standing)})


async def _sessions_with(db: AsyncSession, activities: Select[Any]) -> set[uuid.UUID]:
    return set(await db.scalars(select(Activity.session_id).where(Activity.id.in_(activities))))


def _ids(lines: Sequence[TombstoneLine]) -> list[uuid.UUID]:
    return [line.id for line in lines]
