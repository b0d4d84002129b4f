"""A dossier that moves house is the same dossier; what is no good archive changes nothing."""

import datetime as dt
import json
import shutil
import uuid

import msgspec
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from sqlalchemy import func, select

from tests.exports.generated import dossiers
from workshop.db import Database
from workshop.demo import history
from workshop.exports import archive, arriving, leaving
from workshop.models import Account, Answer, AnswerVersion, Base, Partnership, ThemeMarks, Writer
from workshop.settings import Settings

DEMO_DAY = dt.date(2026, 11, 24)


@pytest_asyncio.fixture
async def elsewhere(migrated_file, tmp_path):
    """Another installation: an empty SQLite database, with one account."""
    file = tmp_path / "elders.sqlite"
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite+aiosqlite:///{file}")
    await database.start()
    yield database
    await database.stop()


async def els(database):
    """An account in this installation."""

    async def store(db):
        account = Account(email=f"{uuid.uuid4()}@elders.nl", name="Els", password_hash="x")
        db.add(account)
        await db.flush()
        return account.id

    return await database.write(store)


async def read(database, id):
    async with database.read() as db:
        return await leaving.read(db, id)


def told(dossier):
    """All that a dossier says, with names for people, and without the deed of taking it over."""
    said = msgspec.to_builtins(dossier)
    deeds = [deed for deed in said["deeds"] if deed["verb"] != arriving.TAKES_OVER]
    names = said.pop("people")

    def spelled(value, key=""):
        if key in ("by", "created_by", "ended_by", "saved_by"):
            return names[value] if isinstance(value, int) else value
        if isinstance(value, dict):
            return {name: spelled(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [spelled(inner) for inner in value]
        return value

    whole = spelled(said | {"deeds": deeds})
    for part in ("sessions", "answers", "marks", "actions", "programmes", "reminders", "deeds"):
        whole[part].sort(key=json.dumps)
    for action in whole["actions"]:
        action["changes"].sort(key=json.dumps)
    return whole


async def contents(database):
    async with database.read() as db:
        return {
            table.name: await db.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


async def columns(database, model, owner):
    """Every column of every row of a dossier, ids and owners aside."""
    left_out = {"id", "answer_id", "account_id", "created_by", "join_token", "screen_token"}
    names = [column.name for column in model.__table__.columns if column.name not in left_out]
    async with database.read() as db:
        rows = await db.scalars(select(model).where(owner))
        return sorted(json.dumps([getattr(row, name) for name in names], default=str) for row in rows)


# --- there and back -------------------------------------------------------------------------------


@given(dossier=dossiers())
@examples(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
async def test_any_dossier_that_is_packed_unpacked_and_stored_says_the_same(database, library, dossier):
    packed = archive.pack(dossier, library, Settings())
    assert archive.unpack(packed, library) == dossier
    id = await archive.take_over(database, library, packed, await els(database))
    assert told(await read(database, id)) == told(dossier)


async def test_the_dossier_of_the_demonstration_moves_house_and_back_and_is_equal(
    services, settings, elsewhere
):
    """From PostgreSQL to SQLite and back too: `services` is either."""
    made = await history.make(services, DEMO_DAY)
    before = await read(services.db, made.partnership_id)
    assert len(before.sessions) > 3
    assert before.answers
    assert before.actions
    assert before.marks
    file = await archive.export(services.db, services.library, settings, made.partnership_id)
    id = await archive.take_over(elsewhere, services.library, file, await els(elsewhere))
    assert id == made.partnership_id
    assert told(await read(elsewhere, id)) == told(before)
    for model in (Answer, ThemeMarks):
        owner = model.partnership_id == id
        assert await columns(elsewhere, model, owner) == await columns(services.db, model, owner)
    back = await archive.export(elsewhere, services.library, settings, id)
    await gone(services.db, id)
    await archive.take_over(services.db, services.library, back, await els(services.db))
    assert told(await read(services.db, id)) == told(before)


async def gone(database, id):
    async def job(db):
        await db.delete(await db.get_one(Partnership, id))

    await database.write(job)


async def test_history_keeps_the_names_of_who_wrote_and_nothing_else_of_them(services, settings, elsewhere):
    made = await history.make(services, DEMO_DAY)
    file = await archive.export(services.db, services.library, settings, made.partnership_id)
    await archive.take_over(elsewhere, services.library, file, await els(elsewhere))
    async with elsewhere.read() as db:
        versions = list(await db.scalars(select(AnswerVersion)))
        names = {version.account.name for version in versions if version.account}
        strangers = list(await db.scalars(select(Account).join(Writer, Writer.account_id == Account.id)))
    assert "Samira" in " ".join(names)
    assert {account.email.rpartition("@")[2] for account in strangers} == {arriving.NOBODY}
    assert {account.password_hash for account in strangers} == {""}
