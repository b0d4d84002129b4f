"""A restore while somebody has the database open says no, and does nothing."""

import asyncio

import pytest
from sqlalchemy import func, select

from tests.people import a_participant, a_session, both_databases
from workshop import backup, migrations
from workshop.app import make_services, running
from workshop.backup import BackupError
from workshop.codes import new_id
from workshop.models import Contribution, Partnership
from workshop.storage.database import Database


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(backup, "PATIENCE_SECONDS", 0.2)


async def a_card(services, session, phone):
    form = {"column": ["zorg"], "text": ["Er wordt weinig over gepraat"]}
    return await services.room.contribute(session.id, phone.id, session.activity_id, new_id(), form)


async def cards(database):
    async with database.read() as db:
        return await db.scalar(select(func.count()).select_from(Contribution))


async def put_back(settings, file, replace=True):
    database = Database(settings.database_url)
    try:
        return await backup.restore(
            database, file, settings.tombstones, replace=replace, group_minimum=settings.group_minimum
        )
    finally:
        await database.stop()


@both_databases
async def test_while_the_app_runs_nothing_is_put_back_and_it_goes_on(settings, tmp_path):
    services = make_services(settings)
    async with running(services):
        session = await a_session(services, step="zorgen-kansen")
        phone = await a_participant(services, session)
        await a_card(services, session, phone)
        await backup.backup(services.db, tmp_path / "kopie", settings.tombstones)
        await a_card(services, session, phone)
        with pytest.raises(BackupError, match="Stop Kompas Live"):
            await put_back(settings, tmp_path / "kopie")
        assert await cards(services.db) == 2
        await a_card(services, session, phone)
        assert await cards(services.db) == 3
    await put_back(settings, tmp_path / "kopie")
    assert await cards(services.db) == 1
    await services.db.stop()


@both_databases
async def test_who_starts_while_it_is_put_back_waits_and_writes_in_what_was_put_back(
    settings, database_url, tmp_path, monkeypatch
):
    database = Database(database_url)
    await database.start()
    await backup.backup(database, tmp_path / "kopie", settings.tombstones)
    await database.stop()
    begun, other, started = asyncio.Event(), Database(database_url), []
    loop = asyncio.get_running_loop()
    work = "_copy_pages" if database.is_sqlite else "_run"
    does = getattr(backup, work)

    def with_company(*given):
        loop.call_soon_threadsafe(begun.set)
        assert not started
        return does(*given)

    async def start():
        await begun.wait()
        await migrations.upgrade(other)
        await other.start()
        await other.write(add)
        started.append(True)

    async def add(db):
        db.add(Partnership(name="Pas gestart"))

    monkeypatch.setattr(backup, work, with_company)
    starting = asyncio.create_task(start())
    await put_back(settings, tmp_path / "kopie")
    await starting
    async with other.read() as db:
        assert list(await db.scalars(select(Partnership.name))) == ["Pas gestart"]
    await other.stop()
