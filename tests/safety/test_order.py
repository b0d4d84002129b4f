"""The order in which anything is shown or stored says nothing about the order in which it came."""

import asyncio
import json
import uuid
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.kinds.rooms import INPUTS, cases, crowd
from tests.people import a_participant, a_session, both_databases, end_for_good
from workshop import kinds
from workshop.models import Acknowledged, Base, Contribution, Participant

each_case = pytest.mark.parametrize(("name", "settings"), cases(), ids=lambda value: str(value)[:40])
WAITS = ("held",)
"""The desk's list of cards that wait is oldest first: else a card could wait for ever."""


@each_case
@given(st.randoms(use_true_random=False))
def test_every_arrival_of_the_same_cards_looks_the_same(name, settings, rng):
    kind = kinds.get(name)
    entries = crowd(kind, settings, INPUTS, phones=12, seed=rng.randint(0, 9))
    before = _seen(kind, settings, _arriving(entries, rng))
    assert _seen(kind, settings, _arriving(entries, rng)) == before


def _arriving(entries, rng):
    """The same entries as they would be had they come in another order."""
    order = list(range(1, len(entries) + 1))
    rng.shuffle(order)
    came = [msgspec.structs.replace(e, order=n) for e, n in zip(entries, order, strict=True)]
    return sorted(came, key=lambda entry: entry.order)


def _seen(kind, settings, entries):
    """Everything that a template or the record gets, without the arrival itself, that only the desk uses."""
    tally = kind.tally(entries, settings, INPUTS)
    everything = (tally, kind.summary(tally, settings), kind.offers(tally))
    return json.dumps(_without(msgspec.to_builtins(everything)), sort_keys=True)


def _without(value):
    if isinstance(value, dict):
        return {key: _without(own) for key, own in value.items() if key not in ("order", *WAITS)}
    return [_without(own) for own in value] if isinstance(value, list | tuple) else value


def test_no_template_draws_the_arrival():
    templates = Path(__file__).parent.parent.parent / "templates"
    folders = [templates / name for name in ("kinds", "screen", "phone", "desk")]
    live = [file for folder in folders for file in folder.rglob("*")]
    assert len(live) > 20
    assert not [file for file in live if file.is_file() and ".order" in file.read_text()]


# --- in the files ---------------------------------------------------------------------------------

ROOM = (Contribution, Acknowledged, Participant)


async def as_stored(db, model):
    """The ids of a table in the order in which they lie in its file, and how many transactions wrote them."""
    table = model.__tablename__
    if db.is_sqlite:
        found, one = f'SELECT id FROM "{table}" ORDER BY rowid', "SELECT 1"
    else:
        found = f'SELECT id FROM "{table}" ORDER BY ctid'
        one = f'SELECT count(DISTINCT xmin::text) FROM "{table}"'
    async with db.read() as reading:
        ids = [uuid.UUID(str(id)) for id in await reading.scalars(text(found))]
        return ids, await reading.scalar(text(one))


@both_databases
async def test_after_the_cut_neither_rows_nor_their_transactions_tell_which_came_first(services):
    session = await a_session(services, step="zorgen-kansen")
    phones = [await a_participant(services, session) for _ in range(24)]
    for number, phone in enumerate(phones):
        form = {"column": ["zorg"], "text": [f"Kaart {number}"]}
        await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    for model in ROOM:
        ids, _ = await as_stored(services.db, model)
        # Of so many random ids none stand in order by chance; of four they do once in 24 times.
        assert ids != sorted(ids), "as they came: this test can fail"
    await end_for_good(services, session)

    async def is_told_by_nothing():
        stored = [await as_stored(services.db, model) for model in ROOM]
        return all(ids == sorted(ids) and written == 1 for ids, written in stored)

    async def until():
        while not await is_told_by_nothing():
            await asyncio.sleep(0.1)

    await asyncio.wait_for(until(), 60)
    async with services.db.read() as db:
        rows = list(await db.scalars(Base.metadata.tables["contribution"].select()))
    assert len(rows) == 24


async def test_rewriting_loses_nothing_and_leaves_every_link_between_tables(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    form = {"column": ["zorg"], "text": ["Kaart"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)

    async def everything():
        async with services.db.read() as db:
            return {
                table.name: sorted(map(str, (await db.execute(table.select())).all()))
                for table in Base.metadata.sorted_tables
            }

    before = await everything()
    assert before["contribution"]
    assert await services.db.rewrite(
        [Base.metadata.tables[name] for name in ("session", "participant", "contribution")]
    )
    assert await everything() == before
    async with services.db.read() as db:
        assert (await db.execute(text("PRAGMA foreign_key_check"))).all() == []
        assert (await db.execute(text("PRAGMA integrity_check"))).scalar() == "ok"
