"""What was erased is gone from the files too, not only from the tables. SQLite keeps words that went in three
places: free pages (`secure_delete` of db.py empties those), the log beside the file, and the full-text index
until its parts are merged.

Call `settle` after something large went, such as a dossier; retention does so once a day on SQLite. On
PostgreSQL autovacuum cleans up small things by itself.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.db import Database

MERGE = text("INSERT INTO search_words(search_words, rank) VALUES ('merge', :pages)")
CHANGES = text("SELECT total_changes()")
A_PART = 500
"""Pages to merge in one transaction: others that wait to write wait no longer than that takes."""


async def settle(database: Database) -> bool:
    """Merges the full-text index in parts and takes what was deleted out of the files. False when somebody is
    still reading from the log: `Database.forget` in a later round does that part."""
    if database.is_sqlite:
        pages = -A_PART  # below zero begins: everything into one
        while await database.write(lambda db, pages=pages: _merge(db, pages)):
            pages = A_PART
    return await database.forget()


async def _merge(db: AsyncSession, pages: int) -> bool:
    """Whether there was something to do: even when not, SQLite counts the command itself as a change."""
    before = await db.scalar(CHANGES)
    await db.execute(MERGE, {"pages": pages})
    return (await db.scalar(CHANGES) or 0) - (before or 0) > 1
