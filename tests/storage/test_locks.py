"""What one process at a time may have, on PostgreSQL: two databases here are two processes."""

import asyncio
import contextlib
import uuid

import pytest
import pytest_asyncio
from sqlalchemy import func, select, text, update

from workshop import days
from workshop.models import Partnership, Session
from workshop.retention import expiry, returning
from workshop.safety.erasing import tombstones
from workshop.safety.erasing.tombstones import TombstoneLine
from workshop.settings import Settings
from workshop.storage import locks
from workshop.storage.database import Database

SECONDS = 30


@pytest_asyncio.fixture
async def two(postgres):
    async with contextlib.AsyncExitStack() as stack:
        found = [Database(postgres), Database(postgres)]
        for database in found:
            await database.start()
            stack.push_async_callback(database.stop)
        yield found


async def a_room(database):
    async def make(db):
        dossier = Partnership(name="Veilig Voorbeeldstad")
        db.add(dossier)
        await db.flush()
        session = Session(partnership_id=dossier.id, worksheet="1-A", title="Beginnen")
        db.add(session)
        await db.flush()
        return session

    return await database.write(make)


async def test_two_that_wait_for_each_other_both_get_done(two):
    tried, both_begun = [], asyncio.Barrier(2)

    def take(first, then):
        async def work(db):
            await db.execute(select(func.pg_advisory_xact_lock(first)))
            tried.append(first)
            if len(tried) <= 2:
                await both_begun.wait()
            await db.execute(select(func.pg_advisory_xact_lock(then)))
            return first

        return work

    here, there = two
    async with asyncio.timeout(SECONDS):
        done = await asyncio.gather(here.write(take(11, 12)), there.write(take(12, 11)))
    assert (done, len(tried)) == ([11, 12], 3)


async def test_a_room_that_is_busy_does_not_hold_up_its_dossier(two):
    here, there = two
    session = await a_room(here)

    async def change(db):
        await db.execute(text("SET LOCAL lock_timeout = '1s'"))
        own = update(Partnership).where(Partnership.id == session.partnership_id)
        return (await db.execute(own.values(place="Voorbeeldstad"))).rowcount

    async def lead(db):
        assert await locks.session(db, session.id)
        return await there.write(change)

    assert await here.write(lead, session.id) == 1


async def test_work_that_another_process_does_is_left_to_it(two):
    here, there = two

    async def work(db):
        return await locks.is_mine(db, "rondje"), await there.write(lambda db: locks.is_mine(db, "rondje"))

    assert await here.write(work) == (True, False)
    assert await there.write(lambda db: locks.is_mine(db, "rondje"))
    assert await here.write(lambda db: locks.is_mine(db, "rondje"))


@pytest.fixture
def together(monkeypatch):
    """Makes both processes read what is stored before one of them writes, if they can."""
    barrier, read = asyncio.Barrier(2), tombstones.stored

    async def stored(db):
        found = await read(db)
        with contextlib.suppress(TimeoutError, asyncio.BrokenBarrierError):
            async with asyncio.timeout(1):
                await barrier.wait()
        return found

    monkeypatch.setattr(tombstones, "stored", stored)


async def test_processes_that_start_together_agree_on_what_was_erased(two, together, tmp_path):
    file, line = tmp_path / "gewist.txt", TombstoneLine(days.today(), tombstones.CARD, uuid.uuid4())
    tombstones.write(file, [line])
    await asyncio.gather(*(returning.agree(database, 5, file) for database in two))
    async with two[0].read() as db:
        assert line.key in await tombstones.stored(db)


async def test_a_round_that_another_process_makes_is_left_to_it(two, tmp_path):
    here, there = two
    settings = Settings(tombstones_file=str(tmp_path / "gewist.txt"))

    async def in_a_round(db):
        assert await locks.is_mine(db, "retention")
        return await expiry.purge(there, settings)

    assert (await here.write(in_a_round)).counts == {}
    assert (await expiry.purge(there, settings)).counts.keys() > {"sessies losgemaakt"}


async def test_where_one_process_writes_all_work_is_its_own(database):
    assert await database.write(lambda db: locks.is_mine(db, "rondje"))
    await database.write(lambda db: locks.wait(db, "rondje"))


async def test_what_waits_for_one_session_is_committed_at_once(two):
    here, _ = two
    sessions = [await a_room(here), await a_room(here)]
    before = here.commits
    async with asyncio.timeout(SECONDS):
        await asyncio.gather(
            *(here.write(lambda db, s=s: locks.session(db, s.id), s.id) for s in sessions * 10)
        )
    # The first one that came may have been taken alone.
    assert here.commits - before <= 3
