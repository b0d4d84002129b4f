"""Who goes by Snel weg is not pointed at: no number moves, and its token is dead wherever it is tried."""

import re

import pytest
from sqlalchemy import select

from tests.live.ears import listening
from tests.people import (
    a_participant,
    a_session,
    activity,
    both_databases,
    conduct,
    end_for_good,
    reloaded,
)
from workshop import codes
from workshop.live.errors import NotTakingPart
from workshop.live.fanout import PHONE, Browser
from workshop.live.scenes import SCREEN
from workshop.models import Contribution, Participant

GROUPS = ("jongere",) * 5 + ("ouder",) * 5


async def send(services, session, phone, key, **fields):
    form = {name: [value] for name, value in fields.items()}
    id = codes.new_id()
    step = activity(session, key)
    await services.room.contribute(session.id, phone.id, step.id, id, form)
    return id


async def everybody_sends(services, session, key, **fields):
    phones = [await a_participant(services, session, group) for group in GROUPS]
    for phone in phones:
        await send(services, session, phone, key, **fields)
    return phones


async def screen(services, session):
    """What the whole room sees, without the number of the picture and the clock."""
    picture = await services.fanout.scene(session.id)
    block = services.fanout.scenes.shared(SCREEN, picture)
    return re.sub(r' data-(revision|now)="\d+"|\d\d:\d\d(?=</b>)', "", block)


@both_databases
@pytest.mark.parametrize(
    ("worksheet", "key", "fields"),
    [
        ("1-A", "zorgen-kansen", {"text": "Er is een fijne plek.", "column": "kans"}),
        ("0-leren", "cijfers", {"mark.relatie": "4"}),
    ],
)
async def test_nothing_on_the_screen_moves_when_somebody_leaves(services, worksheet, key, fields):
    session = await a_session(services, worksheet, step=key)
    phones = await everybody_sends(services, session, key, **fields)
    before = await screen(services, session)
    assert "10 telefoons" in before
    for phone in phones[:6]:
        await services.room.leave(phone.participant)
        assert await screen(services, session) == before


@both_databases
async def test_cards_by_group_stay_as_they_were_told(services):
    session = await a_session(services, step="zorgen-kansen")
    phones = await everybody_sends(
        services, session, "zorgen-kansen", text="Er is een fijne plek.", column="kans"
    )
    desk = await conduct(services, session)
    async with services.db.read() as db:
        cards = list(await db.scalars(select(Contribution.id)))
    await desk.gather(activity(session, "zorgen-kansen").id, "Plek", "kans", cards, None)
    before = await screen(services, session)
    await services.room.leave(phones[0].participant)
    assert await screen(services, session) == before
    await end_for_good(services, session)
    async with services.db.read() as db:
        groups = sorted(await db.scalars(select(Contribution.group)))
    assert groups == sorted(GROUPS)


@both_databases
async def test_the_token_of_who_left_opens_nothing_and_its_row_knows_no_token(services, client):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    card = await send(services, session, phone, "zorgen-kansen", text="Fijn.", column="kans")
    await services.room.leave(phone.participant)
    client.cookies.update(phone.cookies)
    for path in ("/deelnemen", "/deelnemen/scene", "/deelnemen/mijn"):
        assert (await client.get(path)).status_code == 401
    # What was under way when it left, comes too late too.
    with pytest.raises(NotTakingPart):
        await services.room.withdraw(phone.participant, card)
    with pytest.raises(NotTakingPart):
        await services.room.choose_group(phone.participant, "ouder")
    with pytest.raises(NotTakingPart):
        await send(services, session, phone, "zorgen-kansen", text="Nog een.", column="kans")
    async with services.db.read() as db:
        row = await db.get(Participant, phone.id)
        assert (row.token_hash, (await db.get(Contribution, card)).participant_id) == (None, phone.id)


@both_databases
async def test_the_row_of_who_left_goes_with_those_of_the_others(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    card = await send(services, session, phone, "zorgen-kansen", text="Fijn.", column="kans")
    await services.room.leave(phone.participant)
    await end_for_good(services, session)
    async with services.db.read() as db:
        assert (await db.get(Contribution, card)).participant_id is None
    assert (await reloaded(services, session.id)).phones == 1


async def test_every_stream_of_who_left_is_closed_and_those_of_others_stay(services):
    session = await a_session(services)
    gone, stays = [await a_participant(services, session) for _ in range(2)]
    browsers = [Browser(session.id, PHONE, phone_id=phone.id) for phone in (gone, gone, stays)]
    ears = [listening(browser) for browser in browsers]
    for browser in browsers:
        services.fanout.add(browser)
    await services.room.leave(gone.participant)
    assert [await ear.next() for ear in ears[:2]] == [None, None]
    assert not browsers[2].closed


async def test_who_comes_back_is_another_phone(services):
    """Nothing on it says that it was here before, so it cannot be known: it counts once more."""
    session = await a_session(services, "0-leren", step="cijfers")
    for _ in range(3):
        phone = await a_participant(services, session)
        await send(services, session, phone, "cijfers", **{"mark.relatie": "4"})
        await services.room.leave(phone.participant)
    picture = await services.fanout.scene(session.id)
    assert (picture.scene.phones, picture.joined) == (3, 3)
