"""The database is locked, silent or gone: who sends hears so in time, and nothing is lost or kept twice."""

import asyncio
import contextlib
import sqlite3

import pytest
import pytest_asyncio
from sqlalchemy import delete, select

from tests.faults.proxy import Proxy
from workshop.models import Partnership
from workshop.storage import database as databases
from workshop.storage import postgres as connections
from workshop.storage.database import AWAY, Database

SECONDS = 20


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(databases, "BUSY_MS", 100)
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", 0.8)
    monkeypatch.setattr(databases, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(connections, "SILENT_SECONDS", 2.0)


def adding(name):
    async def work(db):
        db.add(Partnership(name=name))

    return work


async def names(database):
    async with database.read() as db:
        return list(await db.scalars(select(Partnership.name).order_by(Partnership.name)))


@contextlib.contextmanager
def locked(url):
    """By another program."""
    other = sqlite3.connect(url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest_asyncio.fixture
async def far(postgres, monkeypatch):
    """PostgreSQL behind a network that can break: (database, network)."""
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", SECONDS)
    monkeypatch.setitem(connections.OPTIONS, "connect_timeout", 2)
    async with Proxy(5432) as between:
        database = Database(postgres.replace(":5432", f":{between.port}"))
        await database.start()
        await database.write(lambda db: db.execute(delete(Partnership)))
        yield database, between
        await database.stop()


async def test_what_waits_for_a_lock_is_kept_once_it_is_free(database):
    with locked(database.url):
        waits = [asyncio.create_task(database.write(adding(str(n)))) for n in range(3)]
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in waits)
    await asyncio.gather(*waits)
    assert await names(database) == ["0", "1", "2"]


async def test_who_waited_long_enough_hears_that_it_is_not_kept_and_it_is_not(database):
    with locked(database.url):
        async with asyncio.timeout(SECONDS):
            with pytest.raises(AWAY):
                await database.write(adding("te lang"))
    await database.write(adding("daarna"))
    assert await names(database) == ["daarna"]


async def test_what_nobody_waits_for_any_more_is_not_done(database):
    with locked(database.url):
        leaves = asyncio.create_task(database.write(adding("weggegaan")))
        await asyncio.sleep(0.2)
        leaves.cancel()
        stays = asyncio.create_task(database.write(adding("gebleven")))
        await asyncio.sleep(0.2)
    await stays
    assert await names(database) == ["gebleven"]


async def test_it_stops_though_the_database_is_locked(database):
    with locked(database.url):
        waits = [asyncio.create_task(database.write(adding(str(n)))) for n in range(3)]
        await asyncio.sleep(0)
        async with asyncio.timeout(SECONDS):
            await database.stop()
        outcomes = await asyncio.gather(*waits, return_exceptions=True)
    assert all(isinstance(outcome, AWAY) for outcome in outcomes)


async def test_a_postgresql_that_says_nothing_is_given_up_and_what_waits_is_kept_when_it_is_back(far):
    database, between = far
    with between.silent():
        waits = asyncio.create_task(database.write(adding("onderweg")))
        with pytest.raises(AWAY):
            await names(database)
    await waits
    assert await names(database) == ["onderweg"]


async def test_connections_that_a_network_forgot_are_replaced(far):
    database, between = far
    await names(database)
    assert between.forget()
    async with asyncio.timeout(SECONDS):
        await database.write(adding("over een nieuwe"))
        assert await names(database) == ["over een nieuwe"]


async def test_a_connection_that_breaks_in_the_middle_of_the_work_is_not_the_end_of_it(far):
    database, between = far
    times = []

    async def work(db):
        times.append(True)
        await db.execute(select(1))
        if len(times) == 1:
            between.cut()
            await asyncio.sleep(0.05)
        db.add(Partnership(name="een keer"))
        await db.flush()

    await database.write(work)
    assert await names(database) == ["een keer"]
    assert len(times) == 2


async def test_a_statement_that_may_take_long_may(far):
    database, _ = far
    async with database.engine.connect() as connection:
        await connection.execution_options(workshop_patient=True)
        assert (await connection.exec_driver_sql("SELECT 1 FROM pg_sleep(2.5)")).scalar_one() == 1
    with pytest.raises(AWAY):
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1 FROM pg_sleep(2.5)")
