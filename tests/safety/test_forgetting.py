"""A word that was erased is in none of the files."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from tests.people import both_databases
from tests.record.conftest import a_dossier
from tests.safety import raw
from tests.servers import POSTGRES
from workshop.items import Item
from workshop.models import Partnership
from workshop.record import answers, search
from workshop.safety.erasing import forgetting
from workshop.storage.database import Database

CANARY = "zqvergeten"
"""Of this file alone: PostgreSQL's index keeps words of rows that went, until it is written again."""


async def written(database, dossier, *words):
    items = [Item(id=str(place), text=text) for place, text in enumerate(words)]
    await database.write(lambda db: answers.write(db, dossier.id, "1-A.zorgen", items, account_id=None))


def traces(database):
    file = Path(database.url.database)
    return [
        path.name
        for path in file.parent.glob(f"{file.name}*")
        if CANARY[2:].encode() in path.read_bytes().lower()
    ]


async def test_after_a_dossier_went_no_word_of_it_is_in_the_database_the_index_or_the_log(database):
    kept, gone = await a_dossier(database), await a_dossier(database)
    for number in range(30):
        await written(database, kept, f"Blijft {number}", "Gewone tekst")
    await written(database, gone, f"{CANARY} hoort hier niet", f"Ook {CANARY}s niet")
    assert traces(database)
    await database.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == gone.id)))
    await forgetting.settle(database)
    assert traces(database) == []
    async with database.read() as db:
        assert (await search.find(db, kept.id, "gewone")).total == 1


async def test_words_that_were_written_over_in_one_sitting_are_gone_too(database):
    dossier = await a_dossier(database)
    for words in (f"{CANARY} typefout", "Verbeterd"):
        items = [Item(id="a", text=words)]
        await database.write(
            lambda db, items=items: answers.write(
                db, dossier.id, "1-A.zorgen", items, account_id=dossier.samira, continues=True
            )
        )
    await forgetting.settle(database)
    assert traces(database) == []


@both_databases
async def test_settling_twice_changes_nothing_on_any_database(database):
    dossier = await a_dossier(database)
    await written(database, dossier, "Blijft vindbaar")
    for _ in range(2):
        await forgetting.settle(database)
    async with database.read() as db:
        assert (await search.find(db, dossier.id, "vindbaar")).total == 1


@both_databases
async def test_two_that_forget_at_the_same_time_both_take_it_out_of_the_files(database):
    dossier = await a_dossier(database)
    await written(database, dossier, f"{CANARY} hoort hier niet")
    await database.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == dossier.id)))
    assert await asyncio.gather(database.forget(), database.forget(), database.forget()) == [True] * 3


def sees_this_database(url):
    """Somebody who reads, and holds no table."""
    return Database(url), {"isolation_level": "REPEATABLE READ"}, func.pg_current_snapshot()


def writes_in_another_database(url):
    """PostgreSQL keeps for a while what went here, because nobody there knows yet which of both was first."""
    return Database(POSTGRES + "/postgres"), {}, func.pg_current_xact_id()


@pytest.mark.parametrize("somebody", [sees_this_database, writes_in_another_database])
async def test_on_postgresql_no_table_is_written_again_while_it_would_keep_what_went(postgres, somebody):
    database = Database(postgres)
    await database.start()
    dossier = await a_dossier(database)
    await written(database, dossier, f"{CANARY} hoort hier niet")
    other, options, begins = somebody(postgres)
    async with other.engine.connect() as connection:
        await connection.execution_options(**options)
        assert await connection.scalar(select(begins))
        await database.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == dossier.id)))
        assert not await database.rewrite()
    assert await database.rewrite()
    assert await raw.words_in(database, [CANARY]) == []
    await other.stop()
    await database.stop()
