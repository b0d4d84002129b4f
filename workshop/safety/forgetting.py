"""What was erased is gone from the files too, not only from the tables. SQLite keeps words that went in three
places: free pages (`secure_delete` of db.py empties those), the log beside the file, and the full-text index
until its parts are merged. PostgreSQL cleans up by itself (autovacuum).

Call `settle` after something large went, such as a dossier; retention does so once a day.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.db import BUSY_MS, Database

MERGE = text("INSERT INTO search_words(search_words, rank) VALUES ('merge', :pages)")
CHANGES = text("SELECT total_changes()")
PATIENCE_MS = 500
A_PART = 500
"""Pages to merge in one transaction: others that wait to write wait no longer than that takes."""


async def settle(database: Database) -> None:
    """Merges the full-text index in parts, and then empties the log as far as nobody reads from it."""
    if not database.is_sqlite:
        return
    pages = -A_PART  # below zero begins: everything into one
    while await database.write(lambda db, pages=pages: _merge(db, pages)):
        pages = A_PART
    async with database.engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        # Who reads for long keeps the log; people in a session do not wait for that.
        await plain.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE_MS}")
        await plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        await plain.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


async def _merge(db: AsyncSession, pages: int) -> bool:
    """Whether there was something to do: even when not, SQLite counts the command itself as a change."""
    before = await db.scalar(CHANGES)
    await db.execute(MERGE, {"pages": pages})
    return (await db.scalar(CHANGES) or 0) - (before or 0) > 1
