"""A table is written again while others write: nothing is lost, doubled or left behind, wherever it ends."""

import asyncio
import contextlib
import itertools
import re
import signal
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import delete, select, text, update

from tests.people import a_participant, a_session
from tests.record.conftest import a_dossier
from tests.safety import raw
from workshop import migrations
from workshop.codes import new_id
from workshop.items import Item
from workshop.models import Base, Contribution, Participant, Partnership
from workshop.record import answers, search
from workshop.safety.erasing import forgetting
from workshop.storage import rewriting
from workshop.storage.database import EVERY_TREE

WORDS_ARE_RIGHT = text("INSERT INTO search_words(search_words, rank) VALUES ('integrity-check', 1)")
"""Raises an error where the full-text index says another thing than its table."""
WRITTEN = re.compile(r"[\s\"']")
GONE = "zqijsvogel"
CARDS = 12
ROOMS = [table.name for table in forgetting.ROOMS]
DIES = """
import os, signal, sys
from workshop.storage import rewriting
rewriting.FEWEST = rewriting.MOST = rewriting.FIRST = 3
def dies(*_): os.kill(os.getpid(), signal.SIGKILL)
when, file, *tables = sys.argv[1:]
if when.isdigit():
    for number, _ in enumerate(rewriting.steps(file, tables)):
        if number == int(when):
            dies()
else:
    setattr(rewriting, when, dies)
    list(rewriting.steps(file, tables))
"""
MOMENTS = ["0", "2", "_change_names", "_removed", "5", "7"]
"""Steps after which a process is killed, or what it was about to do in the middle of one."""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    for name in ("FIRST", "FEWEST", "MOST"):
        monkeypatch.setattr(rewriting, name, 3)


async def a_room(services):
    """Cards of two phones, and words that went and may still stand in the files."""
    session = await a_session(services, step="zorgen-kansen")
    phones = [await a_participant(services, session) for _ in range(2)]
    cards = [card(session, f"Kaart {number}", phones[number % 2]) for number in range(CARDS)]
    gone = [card(session, f"{GONE} {number}") for number in range(CARDS)]
    for row in itertools.chain.from_iterable(zip(cards, gone, strict=True)):
        await put(services, row)
    ids = [row.id for row in gone]
    await services.db.write(lambda db: db.execute(delete(Contribution).where(Contribution.id.in_(ids))))
    return session, phones


def card(session, words, phone=None):
    return Contribution(
        id=new_id(),
        activity_id=session.activity_id,
        participant_id=phone and phone.id,
        slot=new_id().hex,
        body={"text": words},
    )


async def put(services, row):
    async def job(db):
        db.add(row)

    await services.db.write(job)


async def everything(database):
    """Every row of every table."""
    async with database.read() as db:
        return {
            table.name: sorted(map(str, (await db.execute(table.select())).all()))
            for table in Base.metadata.sorted_tables
        }


async def schema(database):
    """Each table, index and trigger, however it is written."""
    async with database.engine.connect() as connection:
        found = await connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_schema"))
        return sorted((*row[:3], WRITTEN.sub("", row.sql or "")) for row in found)


async def assert_sound(database):
    async with database.read() as db:
        assert (await db.execute(text("PRAGMA foreign_key_check"))).all() == []
        assert (await db.execute(text("PRAGMA integrity_check"))).scalar() == "ok"


async def words(database):
    async with database.read() as db:
        rows = await db.execute(select(Contribution.id, Contribution.body))
        return {id: body["text"] for id, body in rows}


async def written(database, dossier, field, words):
    items = [Item(id="a", text=words)]
    await database.write(lambda db: answers.write(db, dossier.id, field, items, account_id=None))


def steps(database, tables=ROOMS):
    return rewriting.steps(database.url.database, tables)


async def test_what_is_written_between_the_steps_is_kept_once_and_what_went_stays_away(services):
    session, phones = await a_room(services)
    wanted, count = await words(services.db), 0
    for count, _ in enumerate(steps(services.db), 1):
        stays, goes = card(session, f"Nieuw {count}"), card(session, GONE, phones[0])
        for row in (stays, goes):
            await put(services, row)
        old, changed, *_ = sorted(wanted, key=lambda id: hash((id, count)))
        wanted |= {stays.id: f"Nieuw {count}", changed: f"Anders {count}"}
        del wanted[old]

        gone = delete(Contribution).where(Contribution.id.in_((goes.id, old)))
        other = update(Contribution).where(Contribution.id == changed)
        for statement in (gone, other.values(body={"text": wanted[changed]})):
            await services.db.write(lambda db, statement=statement: db.execute(statement))
        assert await words(services.db) == wanted
    assert count > len(ROOMS) * 2 + 4, "some in more than one slice"
    await assert_sound(services.db)


async def test_a_phone_that_goes_between_the_steps_is_gone_from_its_cards(services):
    _, (goes, stays) = await a_room(services)
    for count, _ in enumerate(steps(services.db, ["contribution"])):
        if count == 2:
            await services.db.write(
                lambda db: db.execute(delete(Participant).where(Participant.id == goes.id))
            )
    async with services.db.read() as db:
        assert set(await db.scalars(select(Contribution.participant_id))) == {None, stays.id}
    await assert_sound(services.db)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_process_that_is_killed_leaves_a_table_that_is_whole_and_the_next_round_ends_it(
    services, moment
):
    session, _ = await a_room(services)
    before, made = await everything(services.db), await schema(services.db)
    killed(services.db, moment, ["contribution"])
    assert await schema(services.db) != made
    assert await everything(services.db) == before
    await put(services, card(session, "Erna"))
    before = await everything(services.db)
    assert await forgetting.wipe(services.db)
    assert await raw.words_in(services.db, [GONE, "kaart 3", "erna"]) == ["erna", "kaart 3"]
    assert await everything(services.db) == before
    await assert_sound(services.db)
    await migrations.upgrade(services.db)
    assert await schema(services.db) == made


@pytest.mark.parametrize("moment", MOMENTS)
async def test_what_a_killed_process_left_is_gone_before_anything_is_migrated(services, moment):
    await a_room(services)
    before, made = await everything(services.db), await schema(services.db)
    killed(services.db, moment, ["contribution"])
    await migrations.upgrade(services.db)
    assert await schema(services.db) == made
    assert await everything(services.db) == before
    await assert_sound(services.db)


async def test_every_table_and_what_a_search_finds_stay_whole_while_a_dossier_is_written(database):
    kept, gone = await a_dossier(database), await a_dossier(database)
    for number in range(CARDS):
        await written(database, kept, "1-A.zorgen", f"Blijft {number}")
        await written(database, gone, "1-A.zorgen", f"{GONE} {number}")
    await database.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == gone.id)))
    made = await schema(database)
    for count, _ in enumerate(steps(database, EVERY_TREE)):
        if count % 5 == 0:
            await written(database, kept, "1-A.kansen", f"Tussendoor {count}")
            async with database.read() as db:
                assert (await search.find(db, kept.id, f"tussendoor {count}")).total == 1
            await database.write(lambda db: db.execute(WORDS_ARE_RIGHT))
    assert await database.forget()
    assert await raw.words_in(database, [GONE, gone.id.hex]) == []
    await assert_sound(database)
    await migrations.upgrade(database)
    assert await schema(database) == made


@pytest.mark.parametrize("moment", ["0", "2", "_change_names", "5"])
async def test_a_search_finds_what_it_found_after_a_process_was_killed(database, moment):
    dossier = await a_dossier(database)
    for number in range(CARDS):
        await written(database, dossier, f"1-A.vraag{number}", f"Blijft {number}")
    made = await schema(database)
    killed(database, moment, ["search_words"])
    await written(database, dossier, "1-A.vraag3", "Anders")
    for ends in (lambda: database.rewrite(), lambda: migrations.upgrade(database)):
        async with database.read() as db:
            assert (await search.find(db, dossier.id, "blijft")).total == CARDS - 1
            assert (await search.find(db, dossier.id, "anders")).total == 1
        await database.write(lambda db: db.execute(WORDS_ARE_RIGHT))
        await ends()
    assert await schema(database) == made


async def test_a_second_process_that_does_the_same_loses_nothing(services):
    """Wherever the first one is when it begins, and wherever that goes on."""
    await a_room(services)
    before = await everything(services.db)
    for mine, others in itertools.product((1, 3, 5, 6), repeat=2):
        both = [steps(services.db, ["contribution"]) for _ in range(2)]
        for one, count in zip(both, (mine, others), strict=True):
            list(itertools.islice(one, count))
        for one in both:
            with contextlib.suppress(sqlite3.Error):
                list(one)
            assert await everything(services.db) == before
    assert await forgetting.wipe(services.db)
    assert await everything(services.db) == before
    assert not [name for _, name, *_ in await schema(services.db) if rewriting.SECOND in name]
    await assert_sound(services.db)


async def test_no_step_leaves_much_to_copy_however_far_apart_its_rows_lie(services, monkeypatch):
    """Who has a card to keep waits for the same disk: of 200,000 rows a step left 1,900 pages."""
    for name, rows in (("FIRST", 100), ("FEWEST", 10), ("MOST", 2000), ("A_STEP", 60), ("A_COPY", 100)):
        monkeypatch.setattr(rewriting, name, rows)  # on a disk so fast that time sets no bound
    session, (phone, *_) = await a_room(services)
    cards = [card(session, f"Kaart {number}", phone) for number in range(4000)]
    await services.db.write(lambda db: _add_all(db, cards))
    assert await services.db.forget()
    copied, copy = [], services.db._copy

    async def noted():
        copied.append(await copy())
        return copied[-1]

    monkeypatch.setattr(services.db, "_copy", noted)
    assert await services.db.rewrite([Contribution.__table__])
    assert len(copied) > 20
    assert max(copied) < 4 * rewriting.A_COPY


async def _add_all(db, rows):
    db.add_all(rows)


async def test_who_is_told_to_stop_stops_between_two_steps(services):
    await a_room(services)
    before = await everything(services.db)
    task = asyncio.create_task(forgetting.wipe(services.db))
    while not [name for _, name, *_ in await schema(services.db) if rewriting.SECOND in name]:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert await everything(services.db) == before
    await forgetting.wipe(services.db)
    assert await everything(services.db) == before
    await assert_sound(services.db)


def killed(database, moment, tables):
    """Another process that writes these tables again and dies."""
    command = [sys.executable, "-c", DIES, moment, database.url.database, *tables]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
