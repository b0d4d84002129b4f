"""Backup to one file and back again: SQLite by its online backup, PostgreSQL by its own tools.

Both work while people take part. A backup holds everything, so keep it as safe as the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Generator
from pathlib import Path

from sqlalchemy import URL, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from workshop import migrations
from workshop.db import Database
from workshop.models import Base
from workshop.safety import returning, tombstones
from workshop.settings import TOMBSTONES

SQLITE_FILE = b"SQLite format 3\0"
POSTGRES_FILE = b"PGDMP"


class BackupError(RuntimeError):
    """The backup could not be made or put back; the text says why and what to do."""


async def backup(database: Database, file: Path, erased: Path) -> None:
    """Writes the whole database to `file`; that file is either whole or not there. What was erased until now,
    of which `erased` tells, is told beside it too. Raises `BackupError`."""
    with _written_beside(file) as beside:
        if database.is_sqlite:
            await asyncio.to_thread(_copy_sqlite, Path(database.url.database or ""), beside)
        else:
            # In a thread: pg_dump waits for locks that this process may hold.
            await asyncio.to_thread(
                _run, "pg_dump", database.url, "--format=custom", "--no-owner", f"--file={beside}"
            )
    try:
        tombstones.write(file.parent / TOMBSTONES, tombstones.read(erased).values())
    except OSError:
        raise BackupError(f"In de map {file.parent} kan niet bewaard worden wat er gewist is.") from None


async def restore(
    database: Database, file: Path, erased: Path, *, replace: bool = False, group_minimum: int
) -> Counter[str]:
    """Puts a backup in the place of the database, migrates it to now, and takes out of it what was erased
    since: according to `erased`, to what stands beside the backup, and to the database that was here.
    Returns how many of each sort that were. Raises `BackupError`.

    With `replace`, what the database holds is lost; without it a database that holds anything is refused.
    """
    _check_file(file, database)
    if not replace and not await is_empty(database):
        raise BackupError(
            "De database is niet leeg. Gebruik --vervang als alles wat er nu in staat, weg mag."
        )
    try:
        if await migrations.is_newest(database):
            await database.start()
            await returning.agree(database, group_minimum, erased)
        await put_in_place(database, file)
        await migrations.upgrade(database)
        await database.start()
        found = await returning.agree(database, group_minimum, erased, file.parent / TOMBSTONES)
    except OSError as error:
        raise BackupError(
            f"Wat er gewist is, kan niet bewaard worden in {erased} ({type(error).__name__}). "
            "Kijk WORKSHOP_TOMBSTONES_FILE na."
        ) from None
    return found


async def put_in_place(database: Database, file: Path) -> None:
    if database.is_sqlite:
        await database.engine.dispose()
        await asyncio.to_thread(_copy_sqlite, file, Path(database.url.database or ""))
    else:
        await asyncio.to_thread(
            _run,
            "pg_restore",
            database.url,
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            str(file),
        )


async def is_empty(database: Database) -> bool:
    """Whether no table of ours holds a row."""
    async with database.engine.connect() as connection:
        there = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        return not [
            name for name in Base.metadata.tables if name in there and await _has_row(connection, name)
        ]


async def _has_row(connection: AsyncConnection, table: str) -> bool:
    found = await connection.execute(select(1).select_from(Base.metadata.tables[table]).limit(1))
    return found.first() is not None


def _check_file(file: Path, database: Database) -> None:
    try:
        with file.open("rb") as opened:
            start = opened.read(len(SQLITE_FILE))
    except OSError:
        raise BackupError(f"Het bestand {file} is er niet, of mag niet gelezen worden.") from None
    if not start.startswith(SQLITE_FILE if database.is_sqlite else POSTGRES_FILE):
        kind = "SQLite" if database.is_sqlite else "PostgreSQL"
        raise BackupError(f"{file} is geen reservekopie van een {kind}-database.")
    if database.is_sqlite:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            _check_sqlite(source, file)


def _check_sqlite(source: sqlite3.Connection, file: Path) -> None:
    try:
        whole = source.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ours = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    except sqlite3.DatabaseError:
        whole, ours = False, (1,)
    if not whole:
        raise BackupError(f"{file} is beschadigd. Neem een andere reservekopie.")
    if ours == (0,):
        raise BackupError(f"{file} is geen reservekopie van Kompas Live.")


def _copy_sqlite(source: Path, target: Path) -> None:
    """Page by page, so that what another process writes meanwhile is wholly in it or not at all."""
    if not source.exists():
        raise BackupError(f"Er is nog geen database in {source}. Begin met: workshop db upgrade")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=15)) as reading,
            contextlib.closing(sqlite3.connect(target, timeout=15)) as writing,
        ):
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    except sqlite3.OperationalError:
        raise BackupError(
            f"{target} kan nu niet geschreven worden. Stop Kompas Live en probeer het weer."
        ) from None


@contextlib.contextmanager
def _written_beside(file: Path) -> Generator[Path, None, None]:
    """A new file that takes the place of `file` when all went well. Only its owner may read it."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError:
        raise BackupError(f"De map {file.parent} is er niet, of daar mag niet geschreven worden.") from None
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def _run(program: str, url: URL, *arguments: str) -> None:
    """A tool of PostgreSQL. The password goes by the environment: arguments show in the list of processes."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"Het programma {program} ontbreekt. Installeer het: apt-get install postgresql-client"
        )
    address = url.set(drivername="postgresql", password=None).render_as_string()
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(
        [found, f"--dbname={address}", *arguments],
        env=os.environ | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["geen uitleg"])[0]
        raise BackupError(f"{program} lukte niet: {why}")
