"""Takes what was erased out of the files too, not only out of the tables. SQLite keeps deleted words in three
places: its pages (`secure_delete` of storage/database.py empties most of those), the log beside the file, and
the full-text index until its parts are merged.

`shortly` follows every tombstone by itself. Call `settle` after something large was deleted, such as a
dossier; retention does so once a day on SQLite.
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
from workshop.traces import trace_of

log = logging.getLogger(__name__)

MERGE = text("INSERT INTO search_words(search_words, rank) VALUES ('merge', :pages)")
CHANGES = text("SELECT total_changes()")
A_PART = 500
"""Pages to merge in one transaction: others wait to write for as long as that takes."""
ROOMS = tuple(
    Base.metadata.tables[model.__tablename__]
    for model in (Session, Participant, Cluster, Contribution, Discarded, Acknowledged)
)
"""The tables with what phones sent."""
TRIES = 20
"""How often a whole dossier is tried, `SOON_SECONDS` apart."""
SOON_SECONDS = 1.0
"""What several people take back within this time leaves the files at once."""
REST, LONG_REST = 9, 30
"""How many times as long as taking out took, nothing is taken out again: it keeps the disk busy. PostgreSQL
(`LONG_REST`) makes those who write meanwhile wait."""


@contextlib.asynccontextmanager
async def shortly(database: Database, file: Path) -> AsyncGenerator[None, None]:
    """Writes each new tombstone to its file, and soon takes what was erased out of the files
    of the database."""
    try:
        async with tasks.beside(_for_ever(database, file), "forgetting"):
            yield
    finally:
        await tell(database, file)


async def tell(database: Database, file: Path) -> None:
    """Writes the new tombstones to their file. Those that cannot be written now are written at the next
    start: the database has them too."""
    news, database.erased = database.erased, []
    try:
        await asyncio.to_thread(tombstones.write, file, news)
    except OSError as error:
        log.error("tombstones could not be written to their file: %s", trace_of(error))


async def wipe(database: Database) -> bool:
    """Takes what phones sent and what was deleted of it out of the files, with the order in which it came.
    Returns False when somebody was in the way: try again later."""
    return await database.rewrite(ROOMS)


async def settle(database: Database, whole: bool = False) -> bool:
    """Merges the full-text index in parts and takes what was deleted out of the files; with `whole` the words
    of a whole dossier. Returns False when somebody was in the way: try again later."""
    if database.is_sqlite:
        pages = -A_PART  # below zero begins: everything into one
        while await database.write(lambda db, pages=pages: _merge(db, pages)):
            pages = A_PART
    return await database.rewrite() if whole else await wipe(database)


async def settle_whole(database: Database) -> bool:
    """Settles with the words of a whole dossier. Tries again while somebody is in the way, such as PostgreSQL
    that cleans up after so many rows: no later round would know of it. Returns False when it gave up."""
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
    """Merges pages of the full-text index. Returns whether there were any: SQLite counts the command
    itself as one change."""
    before = await db.scalar(CHANGES)
    await db.execute(MERGE, {"pages": pages})
    return (await db.scalar(CHANGES) or 0) - (before or 0) > 1
