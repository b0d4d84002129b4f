"""The files of a database as a thief reads them: which words are in them, whatever the tables say."""

import asyncio
from pathlib import Path

from sqlalchemy import text

FOLDER = "(SELECT 'base/' || oid FROM pg_database WHERE datname = current_database())"
SEARCH = text(f"""
    SELECT count(*) FROM pg_ls_dir({FOLDER}) AS file
    WHERE position(convert_to(:word, 'UTF8') IN
        coalesce(pg_read_binary_file({FOLDER} || '/' || file, 0, 1000000000, true), ''::bytea)) > 0
""")


async def words_in(database, words):
    """Those of these words that are somewhere in the files of the database; words in small letters. On
    PostgreSQL the files of the tables: its own log is of the whole server (docs/operating.md)."""
    if database.is_sqlite:
        file = Path(database.url.database)
        content = b"".join(path.read_bytes().lower() for path in file.parent.glob(f"{file.name}*"))
        return sorted(word for word in words if word.encode() in content)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("CHECKPOINT"))
        return sorted([word for word in words if await connection.scalar(SEARCH, {"word": word})])


async def gone(database, words):
    """Waits until none of these words is left."""
    while await words_in(database, words):
        await asyncio.sleep(0.1)
