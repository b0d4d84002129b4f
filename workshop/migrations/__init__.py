"""Schema migrations; `upgrade` brings any database to the newest one."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from workshop.storage import rewriting, search_index, sqlite_files
from workshop.storage.database import Database, DatabaseError
from workshop.traces import trace_of

FOLDER = Path(__file__).parent
LOCK = 0x6B6F6D706173
"""Number of PostgreSQL's lock. Any number will do, if every process uses the same one."""
OURS = re.compile(r"\d{4}")


async def upgrade(database: Database) -> None:
    """Runs every migration that this database has not had yet. Processes that start together take turns.

    Raises `DatabaseError`, with nothing changed, for a database that these migrations do not fit.
    """
    await _check(database)
    await _run(database)


async def keep_newest(database: Database) -> None:
    """Runs them as `upgrade` does, for a start that mostly finds nothing to do: reading every migration takes
    longer than the rest of it."""
    await _check(database)
    if not await is_newest(database):
        await _run(database)


async def _check(database: Database) -> None:
    """Checks the files of SQLite before anything opens them. Raises `DatabaseError`."""
    if database.is_sqlite:
        await asyncio.to_thread(sqlite_files.check, Path(database.url.database or ""))


async def _run(database: Database) -> None:
    async with database.engine.connect() as connection:
        await connection.execution_options(workshop_writes=True, workshop_patient=True)
        if database.is_sqlite:
            await _follow_keys(connection, False)
        try:
            async with connection.begin():
                if not database.is_sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                await connection.run_sync(_upgrade)
        finally:
            if database.is_sqlite:
                await _follow_keys(connection, True)


async def _follow_keys(connection: AsyncConnection, follow: bool) -> None:
    """Switches SQLite's foreign keys on or off. There a table that changes is made again, and the old one
    dropped: with its keys on, that would delete what hangs on its rows, or cut phones from what they sent."""
    await connection.execution_options(workshop_begins=False)  # within a transaction it does nothing
    await connection.execute(text(f"PRAGMA foreign_keys={'ON' if follow else 'OFF'}"))
    await connection.commit()
    await connection.execution_options(workshop_begins=True)


async def is_newest(database: Database) -> bool:
    async with database.engine.connect() as connection:
        here = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return here == _newest()


def check_known(revision: str | None) -> None:
    """Raises `DatabaseError` for a revision that these migrations cannot bring up to date; None, no
    revision, is fine."""
    if revision is None or revision in _revisions():
        return
    if OURS.fullmatch(revision) and revision > (_newest() or ""):
        raise DatabaseError(
            f"Deze database is van een nieuwere versie van Kompas Live ({revision}; deze versie kent "
            f"{_newest()}). Start die nieuwere versie, of zet een reservekopie van ervoor terug."
        )
    raise DatabaseError(
        f"Deze database is niet van deze Kompas Live: stand {revision[:20]} is onbekend. Kijk "
        "WORKSHOP_DATABASE_URL na, of start de versie die de database maakte."
    )


def is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """Says whether the models describe this table, column or index. The full-text index is the database's
    own, and differs per database."""
    return not (kind in ("table", "column", "index") and name and name.startswith("search_words"))


def config(connection: Connection | Any) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.attributes["connection"] = connection
    return alembic


@cache
def _newest() -> str | None:
    """Returns the newest revision, read once: reading every migration takes longer than the
    rest of a start."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


@cache
def _revisions() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions())


def _upgrade(connection: Connection) -> None:
    check_known(MigrationContext.configure(connection).get_current_revision())
    if connection.dialect.name == "sqlite":
        rewriting.tidy(connection)
    try:
        command.upgrade(config(connection), "head")
        if search_index.is_missing(connection):
            search_index.rebuild(connection)
    except DBAPIError as error:
        if not _is_of_structure(error):
            raise
        raise DatabaseError(
            "De tabellen in deze database passen niet bij Kompas Live: er staat iets anders in, of er is met "
            f"de hand iets veranderd ({trace_of(error)}). Er is niets gewijzigd. Kies in "
            "WORKSHOP_DATABASE_URL een lege database, of zet een reservekopie terug."
        ) from None


def _is_of_structure(error: DBAPIError) -> bool:
    """Says whether a table or column is not what migrations expect. Else the database is
    away, locked or full."""
    return isinstance(error, ProgrammingError) or (
        getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    )
