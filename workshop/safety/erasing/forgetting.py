"""What was erased is gone from the files too, not only from the tables. SQLite keeps words that went in three
places: its pages (`secure_delete` of db.py empties most of those), the log beside the file, and the full-text
index until its parts are merged.

`shortly` follows every tombstone by itself. Call `settle` after something large went, such as a dossier;
retention does so once a day on SQLite.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import tasks
from workshop.models import Acknowledged, Base, Cluster, Contribution, Discarded, Participant, Session
from workshop.safety.erasing import tombstones
from workshop.storage.database import Database
from workshop.traces import place

log = logging.getLogger(__name__)

MERGE = text("INSERT INTO search_words(search_words, rank) VALUES ('merge', :pages)")
CHANGES = text("SELECT total_changes()")
A_PART = 500
"""Pages to merge in one transaction: others that wait to write wait no longer than that takes."""
ROOMS = tuple(
    Base.metadata.tables[model.__tablename__]
    for model in (Session, Participant, Cluster, Contribution, Discarded, Acknowledged)
)
"""The tables with what phones sent."""
TRIES = 20
"""Of a whole dossier, a moment apart."""
SOON_SECONDS = 1.0
"""What several people take back together leaves the files at once."""
REST, LONG_REST = 9, 30
"""So many times as long as that took, nothing is taken out again: it keeps the disk busy. PostgreSQL holds up
who writes meanwhile."""


@contextlib.asynccontextmanager
async def shortly(database: Database, file: Path) -> AsyncGenerator[None, None]:
    """Writes each new tombstone to its file, and soon takes what was erased out of the files of the
    database."""
    try:
        async with tasks.beside(_for_ever(database, file), "forgetting"):
            yield
    finally:
        await tell(database, file)


async def tell(database: Database, file: Path) -> None:
    """Writes the new tombstones to their file. What cannot be written now is written at the next start: the
    database has it too."""
    news, database.erased = database.erased, []
    try:
        await asyncio.to_thread(tombstones.write, file, news)
    except OSError as error:
        log.error("tombstones could not be written to their file: %s", place(error))


async def wipe(database: Database) -> bool:
    """Takes what phones sent and what went again out of the files, with the order in which it came. False
    when somebody was in the way: do it again later."""
    return await database.rewrite(ROOMS)


async def settle(database: Database, whole: bool = False) -> bool:
    """Merges the full-text index in parts and takes what was deleted out of the files; with `whole` the words
    of a whole dossier. False when somebody was in the way: do it again later."""
    if database.is_sqlite:
        pages = -A_PART  # below zero begins: everything into one
        while await database.write(lambda db, pages=pages: _merge(db, pages)):
            pages = A_PART
    return await database.rewrite() if whole else await wipe(database)


async def settle_whole(database: Database) -> bool:
    """Settles with the words of a whole dossier, and again while somebody is in the way, such as PostgreSQL
    that cleans up after so many rows: no later round would know of it."""
    for _ in range(TRIES):
        if await settle(database, whole=True):
            return True
        await asyncio.sleep(SOON_SECONDS)
    return False


async def _for_ever(database: Database, file: Path) -> None:
    while True:
        await database.has_erased.wait()
        await asyncio.sleep(SOON_SECONDS)
        database.has_erased.clear()
        began = time.monotonic()
        done = await tasks.attempt("forgetting", partial(_tell_and_wipe, database, file))
        rest = (time.monotonic() - began) * (REST if database.is_sqlite else LONG_REST)
        if not done:
            database.has_erased.set()
        await asyncio.sleep(rest if done else max(rest, SOON_SECONDS * 5))


async def _tell_and_wipe(database: Database, file: Path) -> bool:
    await tell(database, file)
    return await wipe(database)


async def _merge(db: AsyncSession, pages: int) -> bool:
    """Whether there was something to do: even when not, SQLite counts the command itself as a change."""
    before = await db.scalar(CHANGES)
    await db.execute(MERGE, {"pages": pages})
    return (await db.scalar(CHANGES) or 0) - (before or 0) > 1
