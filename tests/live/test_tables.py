"""A table joins with one phone: its people are counted in the room, and never in a figure."""

import pytest
from sqlalchemy import select

from tests.live.test_audience import seen
from tests.live.test_room import card, send
from tests.people import a_participant, a_session, end_for_good, reloaded
from workshop import codes, groups
from workshop.live.scenes import DESK, SCREEN
from workshop.models import Participant

HX = {"HX-Request": "true"}


@pytest.mark.parametrize(("typed", "count"), [("", 1), (" ", 1), ("1", 1), ("6", 6), (" 12 ", 12)])
def test_a_table_says_how_many_it_is(typed, count):
    assert groups.people(typed) == count


@pytest.mark.parametrize("typed", ["0", "13", "-2", "1.5", "zes", "²", "9" * 5000])
def test_a_number_that_no_table_has_is_refused_with_a_sentence(typed):
    with pytest.raises(ValueError, match="1 tot en met 12"):
        groups.people(typed)


async def test_desk_and_screen_count_phones_and_people(services):
    session = await a_session(services)
    await a_participant(services, session)
    assert "1 telefoon doet mee" in await seen(services, session, SCREEN)
    await services.room.join(session.join_token, None, 6)
    for part in (DESK, SCREEN):
        assert "2 telefoons, 7 mensen" in await seen(services, session, part)


async def test_a_table_comes_in_by_the_form_and_changes_its_number_later(client, services):
    session = await a_session(services, step="zorgen-kansen")
    address = f"/j/{session.join_token}"
    refused = await client.post(address, data={"people": "99"})
    assert (refused.status_code, "1 tot en met 12" in refused.text) == (422, True)
    assert (await client.post(address, data={"people": "6"})).status_code == 303
    assert "1 telefoon, 6 mensen" in await seen(services, session, SCREEN)
    state = await services.room.memory.state(session.id)
    [phone] = state.present.values()
    await send(services, session, phone, card("Van ons zessen"))
    # Its number may still change when something was sent: only another group would tell whose that was.
    assert (await client.post("/deelnemen/groep", data={"people": "4"})).status_code == 303
    for _ in range(2):
        assert "1 telefoon, 4 mensen" in await seen(services, session, SCREEN)
        services.room.memory.miss()
    refused = await client.post("/deelnemen/groep", data={"people": "13"}, headers=HX)
    assert "1 tot en met 12" in refused.text
    refused = await client.post("/deelnemen/groep", data={"group": "ouder", "people": "4"}, headers=HX)
    assert "Je hebt al iets gestuurd" in refused.text


async def test_what_a_table_sends_is_one_answer_whatever_its_number(services):
    session = await a_session(services, "0-leren", step="cijfers")
    for _ in range(4):
        _, token = await services.room.join(session.join_token, None, 12)
        phone = await services.room.memory.phone(codes.token_hash(token))
        await send(services, session, phone, {"mark.relatie": ["7"]})
    state = await services.room.memory.state(session.id)
    scene = state.scene(state.current)
    assert scene.phones == 4
    theme = next(theme for theme in scene.tally.themes if theme.theme.id == "relatie")
    assert (theme.answers, theme.mean) == (4, None)


async def test_the_number_is_erased_when_links_are_cut(services):
    session = await a_session(services)
    await services.room.join(session.join_token, None, 6)
    await end_for_good(services, session)
    assert (await reloaded(services, session.id)).phones == 1
    async with services.db.read() as db:
        assert (await db.scalars(select(Participant.people))).all() == [1]
