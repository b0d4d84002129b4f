"""The database: many readers, and one writer that commits for everybody.

`Database.write(work)` is the only way to change a row. The writer takes whatever work waits, does each
piece inside its own savepoint, commits once, and only then answers. A piece that raises undoes only
itself. Whoever wants to tell others about a change does so after `write` has returned: then it is true.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, MetaData, Table, delete, event, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.schema import CreateTable, DropTable

from workshop import index
from workshop.models import SearchEntry

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

BATCH = 200
BUSY_MS = 15_000
PATIENCE_MS = 200
ERASED = "tombstones"
"""In the `info` of a session that writes: what its work erased."""


class DatabaseError(RuntimeError):
    """The database cannot be used as it is; the text says what to do."""


class Writing(SyncSession):
    """A session that changes rows: what a search finds follows in the same transaction."""


event.listen(Writing, "after_flush", index.keep)


class Job(NamedTuple):
    work: Work[Any]
    done: asyncio.Future[Any]


class Database:
    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_async_engine(
            self.url, poolclass=AsyncAdaptedQueuePool, pool_pre_ping=not self.is_sqlite
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._forgetting = asyncio.Lock()
        self._rewriting: asyncio.Task[None] | None = None
        self.erased: list[Any] = []
        """What was committed as erased, for who takes it out of the files (safety/forgetting.py)."""
        self.has_erased = asyncio.Event()
        self.writes = 0
        self.commits = 0

    @property
    def waiting(self) -> int:
        """Pieces of work that no transaction has taken yet."""
        return self._jobs.qsize()

    async def start(self) -> None:
        """Checks the database and starts the writer, unless it was started. Raises `DatabaseError`."""
        if self._writer:
            return
        if self.is_sqlite:
            await self._check_durability()
        self._writer = asyncio.create_task(self._write_for_ever(), name="writer")

    async def stop(self) -> None:
        if self._writer:
            await self._jobs.join()
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
            self._writer = None
        if self._rewriting:
            await asyncio.wait([self._rewriting])
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession, None]:
        """A session to read with; what it loads may be used after it is closed."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as db:
            yield db

    async def write(self, work: Work[T]) -> T:
        """Does `work` in the writer's transaction and returns its result once that is committed.

        Raises what `work` raises. `work` must not call `write` itself: it would wait for its own end.
        """
        job = Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put_nowait(job)
        return await job.done

    async def forget(self) -> bool:
        """Takes what was deleted out of the files too. False when somebody is still reading older pages of
        SQLite's log: try again later. (On SQLite `secure_delete` wiped the pages, but the log keeps a copy.)
        """
        # SQLite refuses a checkpoint beside another one at once, however patient the connection is.
        async with self._forgetting, self.engine.connect() as connection:
            if self.is_sqlite:
                await connection.execution_options(workshop_begins=False)
                # A checkpoint that waits for a reader holds up everybody who writes.
                await connection.execute(text(f"PRAGMA busy_timeout={PATIENCE_MS}"))
                row = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
                await connection.execute(text(f"PRAGMA busy_timeout={BUSY_MS}"))
                return row[0] == 0  # whether it was busy
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM"))
        return True

    async def rewrite(self, tables: Sequence[Table] = ()) -> bool:
        """Writes these tables again, in the order of their random ids; without any the whole database. Then
        nothing is left of rows that went, nor of the order in which rows came. False as `forget` says it.

        Deleting is not enough. When a page of SQLite's tree splits, a copy of rows that moved stays in its
        unused part, and `secure_delete` never comes there. PostgreSQL leaves bytes in its pages too, and a
        row keeps its place.
        """
        if self.is_sqlite:
            async with self._forgetting:
                # Who is told to stop in the middle of it, leaves the thread at work: `stop` waits for it.
                work = asyncio.to_thread(_rewrite_sqlite, self.url.database or "", tables)
                self._rewriting = asyncio.create_task(work)
                await asyncio.shield(self._rewriting)
            return await self.forget()
        async with self._forgetting, self.engine.connect() as connection:
            try:
                for table in tables or SearchEntry.metadata.sorted_tables:
                    async with connection.begin():
                        await connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS * 5}"))
                        await connection.execute(text(f'CLUSTER "{table.name}" USING pk_{table.name}'))
            except OperationalError:  # somebody else holds a table for longer than others may wait
                return False
        return True

    async def _write_for_ever(self) -> None:
        while True:
            jobs = [await self._jobs.get()]
            while not self._jobs.empty() and len(jobs) < BATCH:
                jobs.append(self._jobs.get_nowait())
            try:
                await self._commit(jobs)
            finally:
                for _ in jobs:
                    self._jobs.task_done()

    async def _commit(self, jobs: list[Job]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        erased: list[Any] = []
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(workshop_writes=True)
                async with connection.begin():
                    for job in jobs:
                        result, error, gone = await _attempt(connection, job.work)
                        outcomes.append((job.done, result, error))
                        erased += gone
            self.commits += 1
            self.writes += len(jobs)
            self._tell_erased(erased)
        except Exception as error:
            outcomes = [(job.done, None, error) for job in jobs]
        for done, result, error in outcomes:
            if done.done():
                continue
            if error:
                done.set_exception(error)
            else:
                done.set_result(result)

    def _tell_erased(self, erased: list[Any]) -> None:
        if erased:
            self.erased += erased
            self.has_erased.set()

    async def _check_durability(self) -> None:
        async with self.engine.connect() as connection:
            synchronous = (await connection.execute(text("PRAGMA synchronous"))).scalar_one()
            journal = (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()
        if (synchronous, journal) != (2, "wal"):
            raise DatabaseError(
                "SQLite bewaart hier niet veilig (synchronous=FULL en WAL nodig). "
                "Zet de database op een gewone schijf."
            )


async def _attempt(
    connection: AsyncConnection, work: Work[T]
) -> tuple[T | None, Exception | None, list[Any]]:
    async with AsyncSession(
        connection,
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
        sync_session_class=Writing,
    ) as db:
        try:
            result = await work(db)
            await db.commit()
        except Exception as error:
            await db.rollback()
            return None, error, []
        return result, None, db.info.get(ERASED, [])


def _rewrite_sqlite(file: str, tables: Sequence[Table]) -> None:
    """In one thread and without the event loop in between: whoever wants to write waits for this."""
    with contextlib.closing(
        sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None)
    ) as connection:
        _prepare_sqlite(connection, None)
        if not tables:
            connection.execute("VACUUM")
            return
        # Rows of other tables must not go with the rows that are put back at once.
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA temp_store=MEMORY")  # a temporary file would hold the words
        statements = [statement for table in tables for statement in _again(table)]
        connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            connection.execute(statement)
        connection.execute("COMMIT")


def _again(table: Table) -> list[str]:
    """The statements that write a table again, in the order of its ids."""
    names = [column.name for column in table.columns]
    copies = [Column(column.name, column.type) for column in table.columns]
    again = Table("again", MetaData(), *copies, prefixes=["TEMPORARY"])
    put_aside, put_back = select(table), select(again).order_by(again.c.id)
    statements = (
        CreateTable(again),
        insert(again).from_select(names, put_aside, include_defaults=False),
        delete(table),
        insert(table).from_select(names, put_back, include_defaults=False),
        DropTable(again),
    )
    written = [str(statement.compile(dialect=sqlite.dialect())) for statement in statements]
    return [*written, f'REINDEX "{table.name}"']


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins; the driver's own BEGIN breaks savepoints
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("workshop_begins", True):
        return  # a checkpoint works outside a transaction only
    writes = options.get("workshop_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
