"""The writer: commits for everybody, answers afterwards, and one that fails undoes only itself."""

import asyncio

import pytest
from sqlalchemy import func, select, text

from tests.people import one_database
from workshop import migrations
from workshop.db import Database, DatabaseError
from workshop.models import Partnership


def adding(name):
    async def work(db):
        db.add(Partnership(name=name))

    return work


async def names(database):
    async with Database(str(database.url.render_as_string(hide_password=False))).read() as db:
        return sorted(await db.scalars(select(Partnership.name)))


async def test_what_is_answered_is_committed(database):
    await database.write(adding("Ede"))
    assert await names(database) == ["Ede"]


async def test_a_write_returns_what_its_work_returns(database):
    async def work(db):
        return await db.scalar(select(func.count()).select_from(Partnership))

    assert await database.write(work) == 0


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


async def test_a_statement_that_the_database_refuses_undoes_only_itself(database):
    async def refused(db):
        await db.execute(text("INSERT INTO membership (id) VALUES ('0')"))

    outcomes = await asyncio.gather(
        database.write(refused), database.write(adding("na")), return_exceptions=True
    )
    assert isinstance(outcomes[0], Exception)
    assert await names(database) == ["na"]


async def test_fifty_writes_at_once_all_count_in_fewer_commits(database):
    before = database.commits
    await asyncio.gather(*(database.write(adding(f"nummer {n:02}")) for n in range(50)))
    assert len(await names(database)) == 50
    assert database.commits - before < 50
    assert database.writes == 50


async def test_a_read_and_increase_in_the_writer_loses_none(database):
    await database.write(adding("0"))

    async def increase(db):
        row = await db.scalar(select(Partnership))
        row.name = str(int(row.name) + 1)

    await asyncio.gather(*(database.write(increase) for _ in range(50)))
    assert await names(database) == ["50"]


async def test_who_stops_waiting_does_not_stop_the_writer(database):
    impatient = asyncio.create_task(database.write(adding("weg")))
    await asyncio.sleep(0)
    impatient.cancel()
    await database.write(adding("na"))
    assert "na" in await names(database)


async def test_stopping_first_finishes_what_was_asked(database_url):
    database = Database(database_url)
    await database.start()
    asked = [asyncio.create_task(database.write(adding(str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    await database.stop()
    await asyncio.gather(*asked)
    assert len(await names(database)) == 5


async def test_a_migrated_database_is_the_newest_and_migrating_again_changes_nothing(database):
    assert await migrations.is_newest(database)
    await migrations.upgrade(database)
    assert await migrations.is_newest(database)


async def test_the_models_say_nothing_that_the_migrations_do_not(database):
    async with database.engine.connect() as connection:
        await connection.run_sync(lambda sync: migrations.command.check(migrations.config(sync)))


@one_database
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
