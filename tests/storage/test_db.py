"""The writer: commits for everybody, answers afterwards, and one that fails undoes only itself."""

import asyncio
import uuid

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tests.people import both_databases
from workshop import migrations
from workshop.models import Partnership
from workshop.storage.database import Database, DatabaseError
from workshop.storage.sqlite import SqliteConnection


def adding(name):
    async def work(db):
        db.add(Partnership(name=name))

    return work


async def names(database):
    async with Database(str(database.url.render_as_string(hide_password=False))).read() as db:
        return sorted(await db.scalars(select(Partnership.name)))


@both_databases
async def test_what_is_answered_is_committed(database):
    await database.write(adding("Ede"))
    assert await names(database) == ["Ede"]


@both_databases
async def test_a_write_returns_what_its_work_returns(database):
    async def work(db):
        return await db.scalar(select(func.count()).select_from(Partnership))

    assert await database.write(work) == 0


async def test_a_statement_goes_to_the_thread_of_sqlite_once_with_its_rows(database, monkeypatch):
    trips = []
    there = SqliteConnection._execute

    def counted(self, work, *values):
        trips.append(work)
        return there(self, work, *values)

    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        monkeypatch.setattr(SqliteConnection, "_execute", counted)
        rows = await connection.execute(text("SELECT 1 AS one UNION SELECT 2"))
        assert (list(rows.keys()), list(rows.scalars())) == (["one"], [1, 2])
        assert len(trips) == 1
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT * FROM nergens"))
        assert await connection.scalar(text("SELECT 3")) == 3


@both_databases
async def test_one_that_fails_in_a_batch_undoes_only_itself(database):
    async def failing(db):
        db.add(Partnership(name="half"))
        await db.flush()
        raise ValueError("daarom")

    outcomes = await asyncio.gather(
        database.write(adding("voor")),
        database.write(failing),
        database.write(adding("na")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None)]
    assert await names(database) == ["na", "voor"]


@both_databases
async def test_a_statement_that_the_database_refuses_undoes_only_itself(database):
    async def refused(db):
        await db.execute(text("INSERT INTO membership (id) VALUES ('0')"))

    outcomes = await asyncio.gather(
        database.write(refused), database.write(adding("na")), return_exceptions=True
    )
    assert isinstance(outcomes[0], Exception)
    assert await names(database) == ["na"]


@both_databases
async def test_fifty_writes_to_one_session_at_once_all_count_in_fewer_commits(database):
    before, session_id = database.commits, uuid.uuid4()
    await asyncio.gather(*(database.write(adding(f"nummer {n:02}"), session_id) for n in range(50)))
    assert len(await names(database)) == 50
    assert database.commits - before < 50
    assert database.writes == 50


@both_databases
async def test_a_read_and_increase_in_the_writer_loses_none(database):
    await database.write(adding("0"))

    async def increase(db):
        row = await db.scalar(select(Partnership))
        row.name = str(int(row.name) + 1)

    await asyncio.gather(*(database.write(increase) for _ in range(50)))
    assert await names(database) == ["50"]


@both_databases
async def test_who_stops_waiting_does_not_stop_the_writer(database):
    impatient = asyncio.create_task(database.write(adding("weg")))
    await asyncio.sleep(0)
    impatient.cancel()
    await database.write(adding("na"))
    assert "na" in await names(database)


@both_databases
async def test_stopping_first_finishes_what_was_asked(database_url):
    database = Database(database_url)
    await database.start()
    asked = [asyncio.create_task(database.write(adding(str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    await database.stop()
    await asyncio.gather(*asked)
    assert len(await names(database)) == 5


@both_databases
async def test_a_migrated_database_is_the_newest_and_migrating_again_changes_nothing(database):
    assert await migrations.is_newest(database)
    await migrations.upgrade(database)
    assert await migrations.is_newest(database)


@both_databases
async def test_the_models_say_nothing_that_the_migrations_do_not(database):
    async with database.engine.connect() as connection:
        await connection.run_sync(lambda sync: migrations.command.check(migrations.config(sync)))


async def test_sqlite_syncs_every_commit_and_overwrites_what_is_deleted(database):
    async with database.engine.connect() as connection:
        settings = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


async def test_a_database_that_cannot_keep_what_it_says_does_not_start():
    database = Database("sqlite+aiosqlite://")
    with pytest.raises(DatabaseError, match="bewaart hier niet veilig"):
        await database.start()
    await database.stop()


@both_databases
async def test_who_made_the_same_row_a_moment_earlier_is_found_the_second_time(database, database_url):
    """The same form, sent to two processes at once: each looks before the other has committed."""
    other = Database(database_url)
    await other.start()
    id, looked = uuid.uuid4(), 0

    async def once(db):
        nonlocal looked
        if await db.get(Partnership, id):
            return "was er al"
        looked += 1
        while not database.is_sqlite and looked < 2:  # SQLite lets one in at a time
            await asyncio.sleep(0)
        db.add(Partnership(id=id, name="een"))
        await db.flush()
        return "gemaakt"

    made = await asyncio.gather(database.write(once), other.write(once))
    await other.stop()
    assert sorted(made) == ["gemaakt", "was er al"]
    assert await names(database) == ["een"]
