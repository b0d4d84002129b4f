"""Starting on a database that is not as we left it, and starting together."""

import asyncio
import sqlite3

import httpx
import pytest
from sqlalchemy import text

from tests.people import a_participant, a_session, activity, both_databases
from tests.processes import PATIENCE, TOGETHER, free_port, postgres_of_our_own, redis_of_our_own, serving
from tests.servers import empty
from workshop import backup, migrations
from workshop.accounts import invitations
from workshop.app import make_services, running
from workshop.codes import new_id
from workshop.retention import returning
from workshop.safety.erasing import tombstones
from workshop.settings import TOMBSTONES, Settings
from workshop.storage.database import Database, DatabaseError


async def at(url, *statements):
    database = Database(url)
    async with database.engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await database.stop()


@both_databases
@pytest.mark.parametrize(
    ("revision", "says"),
    [("9999", "van een nieuwere versie"), ("0012b_van_iemand_anders", "stand 0012b_van_iemand_and")],
)
async def test_a_database_of_another_version_says_which_and_what_to_do(
    workshop,
    database_url,
    revision,
    says,
):
    before = migrations._newest()
    await at(database_url, f"UPDATE alembic_version SET version_num = '{revision}'")
    try:
        code, _, err = await workshop("db", "upgrade")
        assert code == 2
        assert says in err
        assert "antwoordt niet" not in err
        assert err.count("\n") == 1
    finally:
        await at(database_url, f"UPDATE alembic_version SET version_num = '{before}'")


async def test_a_database_of_something_else_is_named_as_that_and_left_alone(
    workshop,
    environment,
    tmp_path,
):
    file = tmp_path / "anders.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE account (id INTEGER, saldo INTEGER)")
    environment("WORKSHOP_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    code, _, err = await workshop("db", "upgrade")
    assert code == 2
    assert err.startswith("De tabellen in deze database passen niet bij Kompas Live")
    assert "antwoordt niet" not in err
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("account",)]


async def test_a_backup_of_a_newer_version_is_refused_before_anything_is_put_back(
    database, settings, tmp_path
):
    await backup.backup(database, tmp_path / "kopie", settings.tombstones)
    with sqlite3.connect(tmp_path / "kopie") as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    await database.stop()
    with pytest.raises(DatabaseError, match="nieuwere versie"):
        await backup.restore(database, tmp_path / "kopie", settings.tombstones, replace=True, group_minimum=5)
    assert await migrations.is_newest(database)


async def test_the_address_for_the_first_account_of_each_process_that_starts_works(services):
    first = await invitations.first_account_token(services.db, services.settings.invitation_days)
    second = await invitations.first_account_token(services.db, services.settings.invitation_days)
    for token in (first, second):
        assert (await invitations.look(services.db, token)).partnership is None


async def test_two_that_start_at_one_moment_take_out_the_same_and_both_come_up(postgres, tmp_path):
    file = tmp_path / TOMBSTONES
    file.write_text("".join(f"2026-11-01 card {new_id().hex}\n" for _ in range(5)))
    empty(postgres)
    each = [Database(postgres) for _ in range(2)]
    for one in each:
        await one.start()
    await asyncio.gather(*(returning.agree(one, 5, file) for one in each))
    async with each[0].read() as db:
        assert len(await tombstones.stored(db)) == 5
    for one in each:
        await one.stop()


class TestTogether:
    pytestmark = TOGETHER

    async def test_processes_that_start_together_with_something_to_take_out_all_come_up(self, tmp_path):
        with postgres_of_our_own() as url, redis_of_our_own() as redis:
            shared = {"database_url": url, "redis_url": redis.url, "host": "127.0.0.1"}
            file = tmp_path / TOMBSTONES
            here = Settings(**shared, tombstones_file=str(file))
            database = Database(url)
            await migrations.upgrade(database)
            await database.stop()
            services = make_services(here)
            async with running(services):
                session = await a_session(services, step="zorgen-kansen")
                phone, ids = await a_participant(services, session), [new_id() for _ in range(5)]
                form = {"column": ["zorg"], "text": ["zqmerel"]}
                step = activity(session, "zorgen-kansen").id
                for id in ids:
                    await services.room.contribute(session.id, phone.id, step, id, form)
            file.write_text("".join(f"2026-11-01 card {id.hex}\n" for id in ids))
            each = []
            for _ in range(2):
                port = free_port()
                origin = f"http://127.0.0.1:{port}"
                each.append(Settings(**shared, tombstones_file=str(file), port=port, base_url=origin))
            with serving(each[0]) as one, serving(each[1]) as two:
                async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.timeout(PATIENCE):
                    for process, settings in ((one, each[0]), (two, each[1])):
                        while not await is_ready(client, settings.origin):
                            assert process.poll() is None, "it died"
                            await asyncio.sleep(0.1)
            database = Database(url)
            async with database.read() as db:
                assert await db.scalar(text("SELECT count(*) FROM contribution")) == 0
            await database.stop()


async def is_ready(client, origin):
    try:
        return (await client.get(f"{origin}/readyz")).status_code == 200
    except httpx.HTTPError:
        return False
