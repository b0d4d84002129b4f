"""A filled database of an older version is upgraded: at once, and after a process was killed in the middle.

`tests/upgrades` holds what the code of those versions made (the dossier of `workshop demo`), by the newest
migration that it had; its README says how to add one.
"""

import asyncio
import contextlib
import datetime as dt
import json
import lzma
import signal
import sqlite3
import sys
import uuid
from pathlib import Path

import httpx
import msgspec
import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, make_url, select, text

from tests.people import signed_in
from tests.servers import POSTGRES, postgres_of_our_own, without
from tests.test_migrations import differences
from workshop import migrations
from workshop.accounts import roles
from workshop.app import make_app, make_services, running
from workshop.items import Item, was_chosen
from workshop.log.what import sentence
from workshop.models import Account, Membership, Partnership
from workshop.settings import TOMBSTONES, Settings
from workshop.storage.database import Database

FOLDER = Path(__file__).with_name("upgrades")
OLDER = sorted(file.name.partition(".")[0] for file in FOLDER.glob("*.sqlite.xz"))
A_WORD = "jongerenraad"
"""Stands in the dossier of the demonstration."""
TODAY = {
    "slaat een sessie op": "bewaart een sessie",
    "neemt het stuur": "neemt de regie over",
    "spreekt een moment van terugkijken af": "kiest een terugkijkdag",
}
"""What the log said in the oldest of these databases -> what it says today."""
LOGGED = (
    ("neemt het stuur", "Een sessie"),
    ("maakt een uitnodiging", "coördinator"),
    ("maakt een uitnodiging", "lezer"),
    ("maakt iemand begeleider", "Kevin"),
    ("spreekt een moment van terugkijken af", "werkblad 1-A"),
    ("wil het dossier verwijderen", "2026-11-24"),
    ("sluit de sessie na 24 uur", "Een sessie"),
    ("begint een nieuwe ronde", "zonder werkblad"),
    ("other", "een sleutel van later"),
    ("zingt een lied", "voor de groep"),
)
"""More than the demonstration does: what it said, and about what."""

KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from workshop import migrations
from workshop.storage.database import Database

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(migrations.upgrade(Database(sys.argv[1])))
"""
"""A process that dies before its n-th statement."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def older(request, tmp_path):
    """`await older(revision)`: the URL of a filled database of that version."""
    with contextlib.ExitStack() as made:

        async def make(revision):
            file = tmp_path / f"{revision}.sqlite"
            file.write_bytes(lzma.decompress((FOLDER / f"{revision}.sqlite.xz").read_bytes()))
            _while_phones_take_part(file)
            _with_a_long_log(file)
            if request.param == "sqlite":
                return f"sqlite+aiosqlite:///{file}"
            if not POSTGRES:
                without("PostgreSQL")
            url = made.enter_context(postgres_of_our_own())
            await _at(url, revision)
            _copy(f"sqlite:///{file}", url)
            return url

        yield make


@pytest.mark.parametrize("revision", OLDER)
async def test_an_older_version_is_upgraded_with_everything_that_it_had(older, revision, tmp_path):
    url = await older(revision)
    before = rows_of(url)
    database = Database(url)
    await migrations.upgrade(database)
    await database.stop()
    assert_has_everything(url, before)
    await assert_has_the_newest_tables(url)
    await assert_can_be_read_and_searched(url, tmp_path)


@pytest.mark.programs
async def test_an_upgrade_that_was_killed_in_the_middle_is_begun_again(older):
    url = await older(OLDER[0])
    before = rows_of(url)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, url, "40")
    assert await process.wait() == -signal.SIGKILL
    assert rows_of(url) == before
    database = Database(url)
    await migrations.upgrade(database)
    await database.stop()
    assert_has_everything(url, before)
    await assert_has_the_newest_tables(url)


# --- what is looked at ----------------------------------------------------------------------------


def rows_of(url):
    """Table -> key -> column -> value."""
    engine = create_engine(_synchronous(url))
    tables = MetaData()
    tables.reflect(engine)
    found = {}
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            if table.name.startswith("search_"):
                continue  # made from the rest
            found[table.name] = {
                tuple(row[column.name] for column in table.primary_key): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
    engine.dispose()
    return found


def assert_has_everything(url, before):
    """Every row that was there, with what it held."""
    after = rows_of(url)
    assert before["contribution"]
    assert before["answer_version"]
    for table, rows in before.items():
        if table == "alembic_version":
            continue
        more = after[table].keys() - rows.keys()
        assert after[table].keys() - more == rows.keys(), table
        assert not more or table in ("answer", "answer_version", "action_change"), table
        for key, row in rows.items():
            here = after[table][key]
            if table == "deed":
                here, row = here | _said(here), row | {"verb": TODAY.get(row["verb"], row["verb"])}
            if "looks_back" in row:
                shows = {"shows": "earlier" if row["looks_back"] else ""}
                row = {name: row[name] for name in row if name != "looks_back"} | shows
            if "items" in row.get("body", ()):
                here, row = here | {"body": _read(here["body"])}, row | {"body": _read(row["body"])}
            if here.get("status") == "moment":
                assert _is_a_line(after, here)
                row = row | {"status": "moment"}
            assert {name: here[name] for name in row if name in here} == row, table
    if url.startswith("sqlite"):
        engine = create_engine(_synchronous(url))
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        engine.dispose()


def _said(line):
    """Returns a line of the log as it read before it had a key, in the words of today."""
    said = sentence(line["what"], line["particulars"], roles.NAMES)
    verb, _, about = said.partition(": ")
    return {"verb": verb, "about": line["about"] or about}


def _is_a_line(after, row):
    """Says whether what was an action is a line of an answer now. Takes its row, or one of its changes."""
    id = str(row.get("action_id", row["id"])).replace("-", "")
    return any(id in [line["id"] for line in answer["body"]["items"]] for answer in after["answer"].values())


def _read(body):
    """Returns an answer as it reads today; before, `chosen` stood on every line that was ticked."""
    lines = [msgspec.convert(line, Item) for line in body["items"]]
    return body | {"items": [msgspec.structs.replace(line, chosen=was_chosen(line)) for line in lines]}


async def assert_has_the_newest_tables(url):
    database = Database(url)
    assert await migrations.is_newest(database)
    assert await differences(database) == []
    await database.stop()


async def assert_can_be_read_and_searched(url, folder):
    settings = Settings(database_url=url, tombstones_file=str(folder / TOMBSTONES))
    services = make_services(settings)
    async with (
        running(services),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(make_app(settings, services)), base_url=settings.origin
        ) as client,
    ):
        async with services.db.read() as db:
            dossier = await db.scalar(select(Partnership).order_by(Partnership.created_at))
            account = await db.scalar(
                select(Account).join(Membership).where(Membership.partnership_id == dossier.id)
            )
        await signed_in(client, services, account)
        home = await client.get(f"/dossiers/{dossier.id}")
        assert home.status_code == 200
        assert dossier.name in home.text
        found = await client.get(f"/dossiers/{dossier.id}/zoeken", params={"q": A_WORD})
        assert found.status_code == 200
        assert "<mark>" in found.text


# --- databases ------------------------------------------------------------------------------------


async def _at(url, revision):
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(migrations.config(sync), revision))
    await database.stop()


def _while_phones_take_part(file):
    """What phones sent is known as theirs, as in the middle of a session."""
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        db.execute(
            "UPDATE OR IGNORE contribution SET participant_id = (SELECT participant.id FROM participant "
            "JOIN activity USING (session_id) WHERE activity.id = activity_id LIMIT 1)"
        )
        sent = db.execute("SELECT count(*) FROM contribution WHERE participant_id IS NOT NULL").fetchone()[0]
        assert sent


def _with_a_long_log(file):
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        line = "INSERT INTO deed (id, verb, about, at) VALUES (?, ?, ?, '2026-11-24 10:00:00.000000')"
        db.executemany(line, [(uuid.uuid4().hex, *said) for said in LOGGED])


def _copy(source, target):
    """Every row, as the other database writes it."""
    tables, there = MetaData(), create_engine(_synchronous(target))
    tables.reflect(there)
    here = create_engine(source)
    with here.connect() as old, there.begin() as new:
        for table in tables.sorted_tables:
            if table.name == "alembic_version" or table.name.startswith("search_"):
                continue
            rows = [dict(row) for row in old.execute(text(f'SELECT * FROM "{table.name}"')).mappings()]
            for row in rows:
                for name, value in row.items():
                    row[name] = _as(table.columns[name].type.python_type, value)
            if rows:
                new.execute(table.insert(), rows)
    here.dispose()
    there.dispose()


def _as(python_type, value):
    if value is None:
        return None
    if python_type is uuid.UUID:
        return uuid.UUID(value)
    if python_type is dt.datetime:
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC)
    if python_type is dt.date:
        return dt.date.fromisoformat(value)
    if python_type in (dict, object):  # what JSON is called differs
        return json.loads(value)
    return python_type(value)


def _synchronous(url):
    return make_url(url.replace("+aiosqlite", ""))
