"""A word that was erased is in none of the files."""

import asyncio
from pathlib import Path

from sqlalchemy import delete, func, select

from tests.people import both_databases
from tests.record.conftest import a_dossier
from tests.safety import raw
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


async def test_on_postgresql_no_table_is_written_again_while_somebody_still_sees_what_went(postgres):
    database = Database(postgres)
    await database.start()
    dossier = await a_dossier(database)
    await written(database, dossier, f"{CANARY} hoort hier niet")
    async with database.engine.connect() as reader:
        await reader.execution_options(isolation_level="REPEATABLE READ")
        assert await reader.scalar(select(func.pg_current_snapshot()))  # and holds no table
        await database.write(lambda db: db.execute(delete(Partnership).where(Partnership.id == dossier.id)))
        assert not await database.rewrite()
    assert await database.rewrite()
    assert await raw.words_in(database, [CANARY]) == []
    await database.stop()
