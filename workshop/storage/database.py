"""The database: many readers, and one writer that commits for everybody.

`Database.write(work)` is the only way to change a row. The writer takes whatever work waits, does each
piece inside its own savepoint, commits once, and only then answers. A piece that raises undoes only
itself. Where more processes write, one transaction has the work of one session only: it never holds the lock
of one while it waits for another. Whoever wants to tell others about a change does so after `write` has
returned: then it is true. While the database is away, or locked by somebody else, work waits as long as who
asked for it, and at most `PATIENCE_SECONDS`.
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
"""How long a checkpoint of SQLite waits for who reads."""
LOOKS, LOOKS_EVERY = 30, 0.1
EARLIER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND greatest(age(backend_xmin), age(backend_xid)) > age(CAST(CAST(:now AS text) AS xid))"
)
"""Who looks at this database as it was before that transaction, or writes since before it."""
LOCK_MS = 1000
"""How long PostgreSQL waits for a whole table; less would never get one from who cleans it up."""
PATIENCE_SECONDS = 10.0
"""After so long, work that could not be done is given back with the error."""
AGAIN_SECONDS = 0.2
AWAY = (OperationalError, InterfaceError, NoConnection)
"""What the driver or the pool raises when the database cannot be reached, is locked, or cannot keep more."""
IN_THE_WAY = ("40P01", "23505")
"""How PostgreSQL says that two transactions waited for each other and it ended this one, and that another
process made the same row a moment earlier."""
EVERY_TREE = [table.name for table in Base.metadata.sorted_tables if len(table.primary_key) == 1] + [
    rewriting.WORDS
]
"""Of SQLite: all that holds words. Tombstones hold none."""
ERASED = "tombstones"
"""In the `info` of a session that writes: what its work erased."""


class DatabaseError(RuntimeError):
    """The database cannot be used as it is; the text says what to do."""


TOUCHED, TOLD = "touched", "told"
"""In the `info` of a session that writes: names of the tables that its work touched, and of those about which
who asked for the work tells others itself."""


class Writing(SyncSession):
    """A session that changes rows: what a search finds follows in the same transaction, and which tables it
    touched is known afterwards."""


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
    """Whether this piece of work changed anything until now: what did not is no deed for the log."""
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
        """Whether who asked for it still waits."""
        return not self.done.done()


class Database:
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
        """Of the writer, and of a step that writes a table again."""
        self._stops = False
        self._forgetting = asyncio.Lock()
        self.erased: list[Any] = []
        """What was committed as erased, for who takes it out of the files (safety/erasing/forgetting.py)."""
        self.has_erased = asyncio.Event()
        self.after_commit: Callable[[set[str]], None] = lambda tables: None
        """Hears which tables were touched, but for those of which the work tells itself."""
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
        self._stops = False
        self._writer = asyncio.create_task(self._write_for_ever(), name="writer")

    async def stop(self) -> None:
        """Does what waits first, unless the database is away."""
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
        """A session to read with; what it loads may be used after it is closed."""
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as db:
            yield db

    async def write(self, work: Work[T], session_id: uuid.UUID | None = None) -> T:
        """Does `work` in the writer's transaction and returns its result once that is committed.

        `session_id` is the session whose lock `work` takes: give it wherever there is one. Raises what `work`
        raises, and one of `AWAY` when it was not done; where the database went in the middle of a commit,
        nobody knows. `work` must not call `write` itself: it would wait for its own end. It may be done more
        than once, when another process was in the way or the database away: nothing outside the transaction
        may remember the first time. What nobody waits for any more is not begun.
        """
        job = Job(work, asyncio.get_running_loop().create_future(), session_id, time.monotonic())
        self._jobs.put_nowait(job)
        return await job.done

    async def forget(self) -> bool:
        """Takes what was deleted out of the files too. False when somebody is still reading older pages of
        SQLite's log: try again later. (On SQLite `secure_delete` wiped the pages, but the log keeps a copy.)
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
        """Writes these tables again, in the order of their random ids; without any the whole database. Then
        nothing is left of rows that went, nor of the order in which rows came. False as `forget` says it.

        On SQLite others write meanwhile (again.py): who is told to stop in the middle, leaves a table that is
        whole. PostgreSQL leaves bytes in its pages, and a row keeps its place: it locks one table at a time.
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
        """By turns with the writer, which has at least half of the time."""
        pace = rewriting.Pace()
        steps = rewriting.steps(self.url.database or "", tables, pace)
        try:
            more = True
            while more:
                async with self._turn:
                    began = time.monotonic()
                    more = await tasks.to_its_end(asyncio.to_thread(next, steps, False))
                    took = time.monotonic() - began
                # Else who writes next copies what this step wrote.
                pace.copied(await tasks.to_its_end(self._copy()))
                await asyncio.sleep(took)
        finally:
            steps.close()

    async def _copy(self) -> int:
        """Copies SQLite's log into its file while others write. Returns how many pages it had."""
        return (await self._checkpoint("PASSIVE"))[1]

    async def _is_copied(self) -> bool:
        """Copies it and empties it. False when somebody was in the way."""
        return (await self._checkpoint("TRUNCATE"))[0] == 0

    async def _checkpoint(self, mode: str) -> tuple[int, int]:
        """Whether SQLite was busy, and how many pages its log had."""
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
                    # What one could not do for want of a database, the others cannot do either.
                    away = self._postpone(together, away) if away else await self._commit(together)
                if away and not self._stops:
                    await asyncio.sleep(AGAIN_SECONDS)
            finally:
                for _ in jobs:
                    self._jobs.task_done()

    def _postpone(self, jobs: list[Job], error: Exception) -> Exception:
        """For work that was not done: it waits for the next time, or who asked for it hears why not."""
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
        """Which jobs are committed together. With one writer in all that is everything that waited. Of two
        processes the batches would lock their sessions in different orders, and wait for each other."""
        if self.is_sqlite:
            return [jobs] if jobs else []
        found: dict[uuid.UUID | int, list[Job]] = {}
        for number, job in enumerate(jobs):
            found.setdefault(job.session_id or number, []).append(job)
        return list(found.values())

    async def _commit(self, jobs: list[Job]) -> Exception | None:
        """Does it all in one transaction. Returns the error where the database was away: nothing was done."""
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
    """Waits until nobody looks at PostgreSQL as it was before now: what was deleted since somebody began is
    copied along when a table is written again. False when that takes long."""
    async with connection.begin():
        now = (
            await connection.execute(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)"))
        ).scalar_one()
    for _ in range(LOOKS):
        async with connection.begin():
            if not (await connection.execute(EARLIER, {"now": now})).scalar_one():
                return True
        await asyncio.sleep(LOOKS_EVERY)
    return False


async def _attempt(
    connection: AsyncConnection, work: Work[T]
) -> tuple[T | None, Exception | None, dict[str, Any]]:
    """Does one piece of work: its result, or what it raised, and what its session noted."""
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
