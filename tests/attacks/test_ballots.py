"""More votes than phones: by coming and going, and by choosing the same thing in two ways."""

import re

import pytest

from tests.people import a_participant, a_session, activity, both_databases, reloaded
from workshop import codes
from workshop.live.scenes import DESK


async def send(services, session, phone, **fields):
    step = (await reloaded(services, session.id)).activity_id
    form = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    await services.room.contribute(session.id, phone.id, step, codes.new_id(), form)


async def desk(services, session):
    return services.fanout.scenes.shared(DESK, await services.fanout.scene(session.id))


@both_databases
async def test_the_desk_sees_how_many_phones_came_and_went(services):
    session = await a_session(services, "0-leren", step="cijfers")
    for _ in range(5):
        await send(services, session, await a_participant(services, session), **{"mark.relatie": "4"})
    assert "Weggegaan" not in await desk(services, session)
    for _ in range(40):
        phone = await a_participant(services, session)
        await send(services, session, phone, **{"mark.relatie": "9"})
        await services.room.leave(phone.participant)
    shown = await desk(services, session)
    assert "45 van 45 telefoons" in shown
    assert "Doen nu mee<b>5</b>" in shown
    assert "Weggegaan<b>40</b>" in shown
    words = " ".join(re.sub(r"<[^>]+>", "", shown).split())
    assert "5 telefoons, 40 weg" in words


async def a_table(services):
    session = await a_session(services, "0-A", step="meedoen")
    settings = activity(session, "meedoen").settings
    cell, [words, *_] = next(iter(settings["ready"].items()))
    return session, cell, words


async def votes(services, session, cell, words):
    tally = (await services.fanout.scene(session.id)).scene.tally
    found = next(one for one in tally.cells if one.id == cell)
    return sum(thing.votes for thing in found.choices if thing.text.casefold() == words.casefold())


def ticks(cell, words):
    return {"ticks": codes.id_of_words(cell, words)}


def adds(cell, words):
    return {"cell": cell, "text": words.upper()}


def both(cell, words):
    return ticks(cell, words) | {f"text.{cell}": words}


@both_databases
@pytest.mark.parametrize(
    "posts",
    [(ticks, adds), (adds, ticks), (both,), (both, both), (adds, both)],
    ids=["tick, add", "add, tick", "both", "both twice", "add, both"],
)
@pytest.mark.parametrize("ready", [True, False], ids=["ready", "added"])
async def test_a_tick_and_the_same_words_are_one_vote(services, posts, ready):
    session, cell, words = await a_table(services)
    others = 0
    if not ready:
        words, others = "Buurthuis De Hoek", 1
        await send(services, session, await a_participant(services, session), **adds(cell, words))
    phone = await a_participant(services, session)
    for form in posts:
        await send(services, session, phone, **form(cell, words))
        assert await votes(services, session, cell, words) == others + 1
    # Also when memory knows nothing of this phone.
    services.room.memory.miss()
    for form in posts:
        await send(services, session, phone, **form(cell, words))
    assert await votes(services, session, cell, words) == others + 1
