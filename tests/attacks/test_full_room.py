"""Somebody lets thousands of phones come in: the room is not closed for good, and who takes part stays."""

import uuid

import msgspec
import pytest
from sqlalchemy import func, select

from tests.people import a_participant, a_session, activity, both_databases, conduct
from workshop import codes
from workshop.live import presence
from workshop.live.errors import Closed, NotTakingPart
from workshop.live.scenes import DESK
from workshop.models import Participant

MOST = 12


@pytest.fixture
def small(services, monkeypatch):
    """A house whose rooms are full with `MOST` phones."""
    settings = msgspec.structs.replace(services.settings, most_phones=MOST)
    monkeypatch.setattr(services.room.reader, "settings", settings)
    return services


@pytest.fixture
def later(monkeypatch):
    """Nobody who only came in counts as there any more."""

    def pass_by():
        monkeypatch.setattr(presence, "POLL_COUNTS_FOR", -1.0)

    return pass_by


async def send(services, session, phone):
    form = {"text": ["Er is een fijne plek."], "column": ["kans"]}
    step = activity(session, "zorgen-kansen")
    await services.room.contribute(session.id, phone.id, step.id, codes.new_id(), form)


async def full(services, later):
    """A room with one phone that sent something, one that is connected, one that sent something and left,
    and for the rest those of an attacker."""
    session = await a_session(services, step="zorgen-kansen")
    writes, looks, left = [await a_participant(services, session) for _ in range(3)]
    await send(services, session, writes)
    await send(services, session, left)
    await services.room.leave(left.participant)
    services.presence.came(session.id, looks.id)
    for _ in range(MOST - 3):
        await services.room.join(session.join_token, "jongere")
    later()
    return session, writes, looks, left


async def stored(services):
    async with services.db.read() as db:
        return set(await db.scalars(select(Participant.id)))


async def desk(services, session):
    return services.fanout.scenes.shared(DESK, await services.fanout.scene(session.id))


@both_databases
async def test_a_full_room_admits_again_and_keeps_who_takes_part(small, later):
    session, writes, looks, left = await full(small, later)
    fresh = await a_participant(small, session)
    assert await stored(small) == {writes.id, looks.id, left.id, fresh.id}
    for phone in (writes, looks, fresh):
        await send(small, session, phone)
    assert (await small.fanout.scene(session.id)).joined == 4


@both_databases
async def test_who_came_in_a_moment_ago_is_not_dropped(small):
    session = await a_session(small, step="zorgen-kansen")
    phones = [await a_participant(small, session) for _ in range(MOST)]
    with pytest.raises(Closed, match="vol"):
        await small.room.join(session.join_token, None)
    assert await stored(small) == {phone.id for phone in phones}


@both_databases
async def test_also_after_a_new_code_the_desk_makes_room_and_a_second_press_changes_nothing(small, later):
    session, writes, looks, left = await full(small, later)
    driver = await conduct(small, session)
    await driver.rotate_codes()
    shown = await desk(small, session)
    assert f"{MOST - 3} telefoons stuurden niets en zijn er nu niet" in shown
    assert await driver.forget_idle() == MOST - 3
    assert await stored(small) == {writes.id, looks.id, left.id}
    assert "stuurden niets" not in await desk(small, session)
    before = (await small.fanout.scene(session.id)).session.revision
    await driver.forget_idle()
    assert driver.is_stale
    assert (await small.fanout.scene(session.id)).session.revision == before


@both_databases
async def test_a_phone_that_was_forgotten_hears_how_to_come_back(small, later, client):
    session = await a_session(small, step="zorgen-kansen")
    phone = await a_participant(small, session)
    later()
    await (await conduct(small, session)).forget_idle()
    with pytest.raises(NotTakingPart, match="Scan de QR-code"):
        await send(small, session, phone)
    client.cookies.update(phone.cookies)
    assert (await client.get("/deelnemen")).status_code == 401


@both_databases
async def test_a_phone_whose_only_card_the_desk_just_deleted_is_not_forgotten(small, later):
    session = await a_session(small, step="zorgen-kansen")
    phone = await a_participant(small, session)
    await send(small, session, phone)
    driver = await conduct(small, session)
    [card] = (await small.fanout.scene(session.id)).scene.entries
    await driver.delete_card(uuid.UUID(card.id))
    later()
    await driver.forget_idle()
    assert driver.is_stale
    async with small.db.read() as db:
        assert await db.scalar(select(func.count()).select_from(Participant)) == 1
