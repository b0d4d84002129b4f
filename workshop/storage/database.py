"""The database: many readers, and one writer that commits for everybody.

`Database.write(work)` is the only way to change a row. The writer takes all work that waits, does each piece
inside its own savepoint, commits once, and only then answers. A piece that raises undoes only itself. Where
more processes write, one transaction has the work of one session only: it never holds the lock of one session
while it waits for another. To tell others about a change, wait until `write` has returned: then it is true.
While the database is away, or locked by somebody else, work waits as long as its caller does, and at most
`PATIENCE_SECONDS`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Table, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, UOWTransaction
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.pool import AsyncAdaptedQueuePool

from workshop import tasks
from workshop.models import Base
from workshop.storage import postgres, rewriting, search_index, sqlite

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

BATCH = 200
BUSY_MS = 5_000
PATIENCE_MS = 50
"""How long a checkpoint of SQLite waits for readers."""
LOOKS, LOOKS_EVERY = 30, 0.1
ALL_SINCE = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot()) >= CAST(:now AS xid8) AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
        AND age(backend_xmin) > age(CAST(CAST(:now AS xid8) AS xid)))
""")
"""Whether everybody who writes, in any database of this PostgreSQL, began after that transaction, and nobody
sees this database as it was before it: PostgreSQL keeps deleted rows for both."""
LOCK_MS = 1000
"""How long PostgreSQL waits for the lock of a whole table. With less it would never get one while autovacuum
cleans that table up."""
PATIENCE_SECONDS = 10.0
"""After this time, work that could not be done fails with the error."""
AGAIN_SECONDS = 0.2
AWAY = (OperationalError, InterfaceError, NoConnection)
"""What the driver or the pool raises when the database cannot be reached, is locked, or cannot keep more."""
IN_THE_WAY = ("40P01", "23505")
"""Codes with which PostgreSQL says that two transactions waited for each other and it ended this one, and
that another process made the same row a moment earlier."""
EVERY_TREE = [table.name for table in Base.metadata.sorted_tables if len(table.primary_key) == 1] + [
    rewriting.WORDS
]
"""All tables and indexes of SQLite that hold words. Tombstones hold none."""
ERASED = "tombstones"
"""Key in the `info` of a session that writes: what its work erased."""


class DatabaseError(RuntimeError):
    """The database cannot be used as it is; the text says what to do."""


TOUCHED, TOLD = "touched", "told"
"""Keys in the `info` of a session that writes: names of the tables that its work touched, and of those about
which the caller tells others itself."""


class Writing(SyncSession):
    """A session that changes rows. The search index follows in the same transaction, and afterwards it is
    known which tables were touched."""


def _note_rows(flushed: SyncSession, _context: UOWTransaction) -> None:
    rows = {*flushed.new, *filter(flushed.is_modified, flushed.dirty), *flushed.deleted}
    flushed.info.setdefault(TOUCHED, set()).update(row.__tablename__ for row in rows)


def _note_statement(statement: ORMExecuteState) -> None:
    table = getattr(statement.statement, "table", None)
    if table is not None and not statement.is_select:
        statement.session.info.setdefault(TOUCHED, set()).add(table.name)


event.listen(Writing, "after_flush", search_index.keep)
event.listen(Writing, "after_flush", _note_rows)
event.listen(Writing, "do_orm_execute", _note_statement)


async def changes(db: AsyncSession) -> bool:
    """Says whether this piece of work changed anything until now: what changed nothing is not logged."""
    await db.flush()
    return bool(db.info.get(TOUCHED))


class Job(NamedTuple):
    work: Work[Any]
    done: asyncio.Future[Any]
    session_id: uuid.UUID | None
    asked_at: float
    tried: bool = False

    @property
    def is_wanted(self) -> bool:
        """Whether the caller still waits."""
        return not self.done.done()


class Database:
    """Engine, readers and the one writer of a database. Its URL decides between SQLite and PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_async_engine(
            self.url,
            poolclass=AsyncAdaptedQueuePool,
            pool_timeout=PATIENCE_SECONDS,
            pool_pre_ping=not self.is_sqlite,
            connect_args={"async_creator_fn": sqlite.connect} if self.is_sqlite else postgres.OPTIONS,
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine.sync_engine, "begin", postgres.begin)
            event.listen(self.engine.sync_engine, "checkin", postgres.check_in)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        """Held by the writer, and by a step that rewrites a table."""
        self._stops = False
        self._forgetting = asyncio.Lock()
        self.erased: list[Any] = []
        """What was committed as erased, until safety/erasing/forgetting.py takes it out of the files."""
        self.has_erased = asyncio.Event()
        self.after_commit: Callable[[set[str]], None] = lambda tables: None
        """Called with the tables that were touched, except those about which the work itself tells others."""
        self.writes = 0
        self.commits = 0

    @property
    def waiting(self) -> int:
        """Number of pieces of work that no transaction has taken yet."""
        return self._jobs.qsize()

    async def start(self) -> None:
        """Checks the database and starts the writer, unless it runs. Raises `DatabaseError`."""
        if self._writer:
            return
        if self.is_sqlite:
            await self._check_durability()
        self._stops = False
        self._writer = asyncio.create_task(self._write_for_ever(), name="writer")

    async def stop(self) -> None:
        """Stops the writer. It first does what waits, unless the database is away."""
        if self._writer:
            self._stops = True
            await self._jobs.join()
            self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
            self._writer = None
        await self.engine.dispose()

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession, None]:
        """Yields a session to read with; what it loads may be used after it is closed."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as db:
            yield db

    async def write(self, work: Work[T], session_id: uuid.UUID | None = None) -> T:
        """Does `work` in the writer's transaction and returns its result once that is committed.

        `session_id` is the session whose lock `work` takes: give it wherever there is one. `work` must not
        call `write` itself: it would wait for its own end. It may be called more than once, when another
        process was in the way or the database away: keep nothing of the first time outside the transaction.
        Work for which nobody waits any more is not begun.

        Raises what `work` raises, and one of `AWAY` when it was not done; where the database went away in the
        middle of a commit, nobody knows.
        """
        job = Job(work, asyncio.get_running_loop().create_future(), session_id, time.monotonic())
        self._jobs.put_nowait(job)
        return await job.done

    async def forget(self) -> bool:
        """Takes what was deleted out of the files too. Returns False when somebody still reads older pages of
        SQLite's log: try again later.

        On SQLite `secure_delete` wiped the pages, but the log keeps a copy.
        """
        # SQLite refuses a checkpoint beside another one at once, however patient the connection is.
        async with self._forgetting:
            if not self.is_sqlite:
                async with self.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await connection.execute(text("VACUUM"))
                return True
            await tasks.to_its_end(self._copy())  # most of it
            async with self._turn:
                return await tasks.to_its_end(self._is_copied())

    async def rewrite(self, tables: Sequence[Table] = ()) -> bool:
        """Rewrites these tables in the order of their random ids; without any, the whole database. After that
        nothing is left of deleted rows, nor of the order in which rows came. Returns False as `forget` does.

        On SQLite others write meanwhile (rewriting.py): if it is stopped halfway, every table is
        whole. PostgreSQL leaves bytes in its pages, and a row keeps its place, so there one table at
        a time is locked.
        """
        if self.is_sqlite:
            async with self._forgetting:
                await self._rewrite_in_steps([table.name for table in tables] or EVERY_TREE)
            return await self.forget()
        async with self._forgetting:
            return await tasks.to_its_end(self._cluster(tables or Base.metadata.sorted_tables))

    async def _cluster(self, tables: Sequence[Table]) -> bool:
        async with self.engine.connect() as connection:
            await connection.execution_options(workshop_patient=True)
            if not await _is_alone_with_the_past(connection):
                return False
            try:
                for table in tables:
                    async with connection.begin():
                        await connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_MS}"))
                        await connection.execute(text(f'CLUSTER "{table.name}" USING pk_{table.name}'))
            except OperationalError:  # somebody else holds a table for longer than others may wait
                return False
        return True

    async def _rewrite_in_steps(self, tables: Sequence[str]) -> None:
        """Rewrites tables by turns with the writer, which has at least half of the time."""
        pace = rewriting.StepPace()
        steps = rewriting.steps(self.url.database or "", tables, pace)
        try:
            more = True
            while more:
                async with self._turn:
                    began = time.monotonic()
                    more = await tasks.to_its_end(asyncio.to_thread(next, steps, False))
                    took = time.monotonic() - began
                # Else the next to write has to copy what this step wrote.
                pace.copied(await tasks.to_its_end(self._copy()))
                await asyncio.sleep(took)
        finally:
            steps.close()

    async def _copy(self) -> int:
        """Copies SQLite's log into its file while others write. Returns how many pages it had."""
        return (await self._checkpoint("PASSIVE"))[1]

    async def _is_copied(self) -> bool:
        """Copies SQLite's log into its file and empties it. Returns False when somebody was in the way."""
        return (await self._checkpoint("TRUNCATE"))[0] == 0

    async def _checkpoint(self, mode: str) -> tuple[int, int]:
        """Returns whether SQLite was busy, and how many pages its log had."""
        async with self.engine.connect() as connection:
            await connection.execution_options(workshop_begins=False)
            # A checkpoint that waits for a reader holds up everybody who writes.
            await connection.execute(text(f"PRAGMA busy_timeout={PATIENCE_MS}"))
            row = (await connection.execute(text(f"PRAGMA wal_checkpoint({mode})"))).one()
            await connection.execute(text(f"PRAGMA busy_timeout={BUSY_MS}"))
            busy, pages, _ = row
            return busy, pages

    async def _write_for_ever(self) -> None:
        while True:
            jobs = [await self._jobs.get()]
            while not self._jobs.empty() and len(jobs) < BATCH:
                jobs.append(self._jobs.get_nowait())
            away: Exception | None = None
            try:
                for together in self._transactions([job for job in jobs if job.is_wanted]):
                    # Once the database was away for one of them, it is away for the others too.
                    away = self._postpone(together, away) if away else await self._commit(together)
                if away and not self._stops:
                    await asyncio.sleep(AGAIN_SECONDS)
            finally:
                for _ in jobs:
                    self._jobs.task_done()

    def _postpone(self, jobs: list[Job], error: Exception) -> Exception:
        """Puts work that was not done back in the queue, or gives its caller the error when it
        waited too long."""
        since = time.monotonic() - PATIENCE_SECONDS
        for job in jobs:
            if not job.is_wanted:
                continue
            if self._stops or job.asked_at < since:
                job.done.set_exception(error)
            else:
                self._jobs.put_nowait(job)
        return error

    def _transactions(self, jobs: list[Job]) -> list[list[Job]]:
        """Returns which jobs are committed together. With one writer in all, that is everything
        that waited. The batches of two processes would lock their sessions in different orders, and
        wait for each other."""
        if self.is_sqlite:
            return [jobs] if jobs else []
        found: dict[uuid.UUID | int, list[Job]] = {}
        for number, job in enumerate(jobs):
            found.setdefault(job.session_id or number, []).append(job)
        return list(found.values())

    async def _commit(self, jobs: list[Job]) -> Exception | None:
        """Does these jobs in one transaction. Returns the error when the database was away: then
        nothing was done."""
        outcomes: list[tuple[Job, Any, Exception | None]] = []
        erased: list[Any] = []
        touched: set[str] = set()
        asked_to_commit = False
        try:
            async with self._turn, self.engine.connect() as connection:
                await connection.execution_options(workshop_writes=True)
                async with connection.begin():
                    for job in jobs:
                        result, error, info = await _attempt(connection, job.work)
                        if connection.invalidated and error:
                            raise error
                        outcomes.append((job, result, error))
                        erased += info.get(ERASED, [])
                        touched |= info.get(TOUCHED, set()) - info.get(TOLD, set())
                    asked_to_commit = True
            self.commits += 1
            self.writes += len(jobs)
            self._tell_erased(erased)
            self.after_commit(touched)
        except AWAY as error:
            if not asked_to_commit:
                return self._postpone(jobs, error)
            outcomes = [(job, None, error) for job in jobs]
        except Exception as error:
            outcomes = [(job, None, error) for job in jobs]
        for job, result, error in outcomes:
            if not job.is_wanted:
                continue
            if _in_the_way(error) and not job.tried:
                self._jobs.put_nowait(job._replace(tried=True))
            elif error:
                job.done.set_exception(error)
            else:
                job.done.set_result(result)
        return None

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


async def _is_alone_with_the_past(connection: AsyncConnection) -> bool:
    """Waits until nobody makes PostgreSQL keep what was deleted before now: rewriting a table would copy it.
    Returns False when that takes long."""
    async with connection.begin():
        now = (await connection.execute(text("SELECT CAST(pg_current_xact_id() AS text)"))).scalar_one()
    for _ in range(LOOKS):
        async with connection.begin():
            if (await connection.execute(ALL_SINCE, {"now": now})).scalar_one():
                return True
        await asyncio.sleep(LOOKS_EVERY)
    return False


async def _attempt(
    connection: AsyncConnection, work: Work[T]
) -> tuple[T | None, Exception | None, dict[str, Any]]:
    """Does one piece of work. Returns its result, or the error that it raised, and what its session noted."""
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
            return None, error, {}
        return result, None, dict(db.info)


def _in_the_way(error: Exception | None) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in IN_THE_WAY


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
