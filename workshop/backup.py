"""Backup to one file and back again: SQLite by its online backup, PostgreSQL by its own tools.

Both work while people take part. A backup holds everything: sealed with a key (workshop/sealing.py), the file
alone tells nothing. A fingerprint of what it holds is written beside each backup, as `NAME.controle`.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, StaticPool, create_engine, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from workshop import migrations, sealing
from workshop.models import Base
from workshop.retention import returning
from workshop.safety.erasing import tombstones
from workshop.settings import TOMBSTONES
from workshop.storage import fingerprint
from workshop.storage.database import Database
from workshop.storage.fingerprint import Fingerprint

NAME = "kompas-"
"""How the file names begin of backups that we name ourselves."""
TOLD = ".controle"
SQLITE_FILE = b"SQLite format 3\0"
POSTGRES_FILE = b"PGDMP"
PATIENCE_SECONDS = 5.0
"""How long a restore waits until nobody else has the database open."""
IN_USE = (
    "Er is niets teruggezet: de database is nog in gebruik. Stop Kompas Live, en elk ander programma dat de "
    "database open heeft. Probeer het dan weer."
)
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
)
"""Counts the connections to this database except our own; PostgreSQL's own cleaning (autovacuum) has no
user."""


class BackupError(RuntimeError):
    """The backup could not be made or put back; the text says why and what to do."""


class Restored(NamedTuple):
    holds: Fingerprint
    """What the backup held, as counted in the database that it was put into."""
    erased: Counter[str]
    """How many of each kind of tombstone were taken out again."""


async def backup(database: Database, file: Path, erased: Path, key: str = "") -> Fingerprint:
    """Writes the whole database to `file`, sealed when there is a public `key`; that file is either whole or
    not there. Writes beside it what was erased until now, of which `erased` has the list. Returns the
    fingerprint of what it holds. Raises `BackupError` and `SealError`."""
    with _written_beside(file) as beside, _plain(beside, erased.parent, key) as plain:
        found = await _written(database, plain)
        if key:
            await asyncio.to_thread(sealing.seal, plain, beside, key)
    try:
        tombstones.write(file.parent / TOMBSTONES, tombstones.read(erased).values())
        _told_beside(file).write_text(f"{found}\n")
    except OSError:
        raise BackupError(f"In de map {file.parent} kan niet bewaard worden wat er gewist is.") from None
    return found


def named(folder: Path, key: str, at: dt.datetime) -> Path:
    """Returns the file name of a backup of this moment, in a folder."""
    return folder / f"{NAME}{at:%Y-%m-%d-%H%M%S}{'.age' if key else ''}"


def keep_newest(folder: Path, count: int) -> list[Path]:
    """Deletes backups that `named` named, but for the newest `count`. Returns what was deleted."""
    there = sorted(file for file in folder.glob(f"{NAME}[0-9]*") if file.suffix != TOLD)
    older = there[:-count]
    for file in older:
        _told_beside(file).unlink(missing_ok=True)
        file.unlink()
    return older


async def restore(
    database: Database,
    file: Path,
    erased: Path,
    *,
    replace: bool = False,
    key: Path | None = None,
    group_minimum: int,
) -> Restored:
    """Puts a backup in the place of the database, migrates it to the newest version, and takes out of it what
    was erased since: according to `erased`, to the list beside the backup, and to the database that was here.
    `key` is the file with the secret half, for a backup that is sealed. Raises `BackupError` and `SealError`.

    With `replace`, what the database holds is lost; without it a database that holds anything is refused.
    """
    with _opened(file, key, erased.parent) as plain:
        return await _restore(database, plain, file, erased, replace, group_minimum)


async def _restore(
    database: Database, plain: Path, file: Path, erased: Path, replace: bool, group_minimum: int
) -> Restored:
    _check_file(plain, file, database)
    if not replace and not await is_empty(database):
        raise BackupError(
            "De database is niet leeg. Gebruik --vervang als alles wat er nu in staat, weg mag."
        )
    try:
        if await migrations.is_newest(database):
            await database.start()
            await returning.agree(database, group_minimum, erased)
        holds = await put_in_place(database, plain)
        if (told := _told_beside(file)).exists() and told.read_text().strip() != str(holds):
            raise BackupError(
                f"Er is teruggezet, maar niet alles klopt: er staan nu {holds}, en volgens {told} hoort dat "
                "anders te zijn. Neem een andere reservekopie."
            )
        await migrations.upgrade(database)
        await database.start()
        found = await returning.agree(database, group_minimum, erased, file.parent / TOMBSTONES)
    except OSError as error:
        raise BackupError(
            f"Wat er gewist is, kan niet bewaard worden in {erased} ({type(error).__name__}). "
            "Kijk WORKSHOP_TOMBSTONES_FILE na."
        ) from None
    return Restored(holds, found)


async def put_in_place(database: Database, file: Path) -> Fingerprint:
    """Puts a backup in the place of the database; returns the fingerprint of what that holds now. Raises
    `BackupError` and changes nothing while anything else has it open."""
    await database.engine.dispose()
    if database.is_sqlite:
        return await asyncio.to_thread(_put_sqlite, file, Path(database.url.database or ""))
    async with _alone(database) as connection:
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
        return await connection.run_sync(fingerprint.of)


@contextlib.asynccontextmanager
async def _alone(database: Database) -> AsyncGenerator[AsyncConnection, None]:
    """Waits until nobody else is connected to PostgreSQL; a process that starts meanwhile waits for its turn
    with the migrations. Raises `BackupError` after `PATIENCE_SECONDS`."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT", workshop_patient=True)
        await connection.execute(select(func.pg_advisory_lock(migrations.LOCK)))
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while (await connection.execute(OTHERS)).scalar_one():
                if time.monotonic() > until:
                    raise BackupError(IN_USE)
                await asyncio.sleep(0.05)
            yield connection
        finally:
            await connection.execute(select(func.pg_advisory_unlock(migrations.LOCK)))


async def is_empty(database: Database) -> bool:
    """Says whether no table of ours holds a row."""
    async with database.engine.connect() as connection:
        there = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
        return not [
            name for name in Base.metadata.tables if name in there and await _has_row(connection, name)
        ]


async def _has_row(connection: AsyncConnection, table: str) -> bool:
    found = await connection.execute(select(1).select_from(Base.metadata.tables[table]).limit(1))
    return found.first() is not None


async def _written(database: Database, plain: Path) -> Fingerprint:
    """Writes what the database holds at this moment, whatever is sent meanwhile; returns its fingerprint."""
    if database.is_sqlite:
        await asyncio.to_thread(_copy_sqlite, Path(database.url.database or ""), plain)
        with contextlib.closing(sqlite3.connect(plain)) as copy:
            return _fingerprint(copy)
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        snapshot = (await connection.execute(select(func.pg_export_snapshot()))).scalar_one()
        # In a thread: pg_dump waits for locks that this process may hold.
        chosen = "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={plain}"
        await asyncio.to_thread(_run, "pg_dump", database.url, *chosen)
        return await connection.run_sync(fingerprint.of)


def _fingerprint(connection: sqlite3.Connection) -> Fingerprint:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as through:
        return fingerprint.of(through)


@contextlib.contextmanager
def _plain(beside: Path, folder: Path, key: str) -> Generator[Path, None, None]:
    """Yields the file that the backup is written to before it is sealed: in a folder as safe as the
    database."""
    if not key:
        yield beside
        return
    with _folder_in(folder) as inside:
        yield inside / "kopie"


@contextlib.contextmanager
def _opened(file: Path, key: Path | None, folder: Path) -> Generator[Path, None, None]:
    """Yields the backup as a plain file; unseals it first, into a folder as safe as the database."""
    try:
        sealed = sealing.is_sealed(file)
    except OSError:
        raise BackupError(f"Het bestand {file} is er niet, of mag niet gelezen worden.") from None
    if not sealed:
        yield file
        return
    with _folder_in(folder) as inside:
        sealing.unseal(file, key, inside / "kopie")
        yield inside / "kopie"


@contextlib.contextmanager
def _folder_in(folder: Path) -> Generator[Path, None, None]:
    """Makes a folder that only its owner reads, and removes it afterwards. Raises `BackupError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=".kopie-", dir=folder)
    except OSError:
        raise BackupError(f"In de map {folder} mag niet geschreven worden.") from None
    with made as name:
        yield Path(name)


def _told_beside(file: Path) -> Path:
    return file.with_name(file.name + TOLD)


def _check_file(plain: Path, file: Path, database: Database) -> None:
    """Raises `BackupError` for a file that is no whole backup of this kind of database. `file` is its name in
    the message."""
    with plain.open("rb") as opened:
        start = opened.read(len(SQLITE_FILE))
    if not start.startswith(SQLITE_FILE if database.is_sqlite else POSTGRES_FILE):
        kind = "SQLite" if database.is_sqlite else "PostgreSQL"
        raise BackupError(f"{file} is geen reservekopie van een {kind}-database.")
    if database.is_sqlite:
        with contextlib.closing(sqlite3.connect(f"file:{plain}?mode=ro", uri=True)) as source:
            _check_sqlite(source, file)


def _check_sqlite(source: sqlite3.Connection, file: Path) -> None:
    try:
        whole = source.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ours = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        revision = source.execute("SELECT version_num FROM alembic_version").fetchone() if ours[0] else None
    except sqlite3.DatabaseError:
        whole, ours, revision = False, (1,), None
    if not whole:
        raise BackupError(f"{file} is beschadigd. Neem een andere reservekopie.")
    if ours == (0,):
        raise BackupError(f"{file} is geen reservekopie van Kompas Live.")
    migrations.check_known(revision[0] if revision else None)


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copies page by page, so that what another process writes meanwhile is wholly in it or not at all."""
    if not source.exists():
        raise BackupError(f"Er is nog geen database in {source}. Begin met: workshop db upgrade")
    with contextlib.closing(sqlite3.connect(target)) as writing:
        _copy_pages(source, writing, target)
        writing.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _put_sqlite(source: Path, target: Path) -> Fingerprint:
    """Copies into a database that nobody else has open, from before its first page until after the last.
    Raises `BackupError` when somebody has."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(
        sqlite3.connect(target, timeout=PATIENCE_SECONDS, isolation_level=None)
    ) as writing:
        try:
            writing.execute("PRAGMA locking_mode=EXCLUSIVE")
            writing.execute("PRAGMA journal_mode=DELETE")  # refused while somebody has it open
            writing.execute("BEGIN EXCLUSIVE")
            writing.execute("COMMIT")  # the lock stays until this connection closes
        except sqlite3.OperationalError:
            raise BackupError(IN_USE) from None
        _copy_pages(source, writing, target)
        writing.execute("PRAGMA journal_mode=DELETE")
        return _fingerprint(writing)


def _copy_pages(source: Path, writing: sqlite3.Connection, target: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(source, timeout=15)) as reading:
            reading.backup(writing)
    except sqlite3.OperationalError:
        raise BackupError(
            f"{target} kan niet geschreven worden. Kijk of daar geschreven mag worden en of er ruimte is."
        ) from None


@contextlib.contextmanager
def _written_beside(file: Path) -> Generator[Path, None, None]:
    """Makes a new file, readable by its owner only, that takes the place of `file` when all went well."""
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
    """Runs a tool of PostgreSQL. The password goes by the environment: arguments show in the list of
    processes. Raises `BackupError` with the first line of what the tool says."""
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
