"""A database that somebody put in place by hand: the start says what is wrong, before anything is mixed."""

import shutil
import sqlite3
from pathlib import Path

import pytest
import pytest_asyncio

from tests.people import a_participant, a_session
from workshop import backup, migrations
from workshop.app import make_services, running
from workshop.codes import new_id
from workshop.storage.database import Database, DatabaseError

WITH_LOG = ("", "-wal", "-shm")


@pytest_asyncio.fixture
async def killed(settings, tmp_path):
    """The files of an installation that was killed while people took part, and a backup from before."""
    services = make_services(settings)
    file, folder = Path(services.db.url.database), tmp_path / "gedood"
    folder.mkdir()
    async with running(services):
        session = await a_session(services, step="zorgen-kansen")
        phone = await a_participant(services, session)
        await backup.backup(services.db, folder / "kopie", settings.tombstones)
        for number in range(5):
            form = {"column": ["zorg"], "text": [f"Kaart {number}"]}
            await services.room.contribute(session.id, phone.id, session.activity_id, new_id(), form)
        for suffix in WITH_LOG:
            shutil.copy(f"{file}{suffix}", f"{folder / 'workshop.sqlite'}{suffix}")
    return folder / "workshop.sqlite"


async def start(file):
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        await migrations.upgrade(database)
        async with database.engine.connect() as connection:
            return (await connection.exec_driver_sql("SELECT count(*) FROM contribution")).scalar_one()
    finally:
        await database.stop()


def bytes_of(file):
    return [Path(f"{file}{suffix}").read_bytes() for suffix in ("", "-wal")]


def put_aside(file):
    """As the sentence says."""
    elsewhere = file.parent / "weg"
    elsewhere.mkdir()
    for suffix in WITH_LOG:
        Path(f"{file}{suffix}").rename(elsewhere / f"{file.name}{suffix}")


async def test_one_that_was_killed_starts_with_all_that_was_kept(killed):
    assert await start(killed) == 5


async def test_a_backup_beside_the_log_of_another_database_is_refused_and_nothing_is_mixed(killed):
    shutil.copy(killed.with_name("kopie"), killed)
    before = bytes_of(killed)
    with pytest.raises(DatabaseError, match=r"sqlite-wal van een andere database.*workshop restore"):
        await start(killed)
    assert bytes_of(killed) == before
    put_aside(killed)
    database = Database(f"sqlite+aiosqlite:///{killed}")
    await backup.restore(database, killed.with_name("kopie"), killed.parent / "lijst", group_minimum=5)
    await database.stop()
    assert await start(killed) == 0


@pytest.mark.parametrize("damage", ["torn", "overwritten", "a letter"])
async def test_one_that_is_damaged_says_so_and_what_to_do(killed, damage):
    file = killed.with_name("kopie")
    whole = file.read_bytes()
    damaged = {
        "torn": whole[: len(whole) // 2],
        "overwritten": whole[:4096] + b"\xff" * 8192 + whole[12288:],
        "a letter": b"Beste collega,",
    }
    file.write_bytes(damaged[damage])
    with pytest.raises(DatabaseError, match=r"beschadigd.*Verplaats .*workshop restore"):
        await start(file)


async def test_the_main_file_alone_of_one_that_was_running_is_warned_for(tmp_path, caplog):
    running_one = sqlite3.connect(tmp_path / "aan.sqlite", isolation_level=None)
    running_one.execute("PRAGMA journal_mode=WAL")
    running_one.execute("CREATE TABLE alles (id)")
    shutil.copy(tmp_path / "aan.sqlite", tmp_path / "kopie.sqlite")
    running_one.close()
    assert await start(tmp_path / "kopie.sqlite") == 0
    assert "alleen het hoofdbestand gekopieerd" in caplog.text


async def test_a_fresh_installation_is_not_warned(tmp_path, caplog):
    assert await start(tmp_path / "nieuw.sqlite") == 0
    assert not caplog.records
