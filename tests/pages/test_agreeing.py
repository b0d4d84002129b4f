"""What makes it one point higher becomes an action there and then, with who and when."""

import uuid
from html import unescape

import pytest
import pytest_asyncio

from tests.pages.desks import Desk
from tests.people import (
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    activity,
    conduct,
    end_for_good,
    reloaded,
    signed_in,
)
from workshop.handover.proposal import proposed
from workshop.live import agreeing
from workshop.models import Contribution

IDEA = "Een vast gezicht per school"
AGREED = {"text": IDEA, "owner": "GGD", "due": "2027-01-15"}


@pytest_asyncio.fixture
async def desk(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(
        services, partnership=partnership, sign_in=sign_in, worksheet="0-leren", step="cijfers"
    )
    return Desk(client, services, session, partnership)


@pytest_asyncio.fixture
async def idea(desk):
    """The id of what one phone wrote, and that phone, once everybody may see it."""
    step = activity(desk.session, "cijfers")
    theme = step.settings["themes"][0]["id"]
    phones = [await a_participant(desk.services, desk.session) for _ in range(6)]
    cards = [uuid.uuid4() for _ in phones]
    for phone, card in zip(phones, cards, strict=True):
        form = {f"mark.{theme}": ["5"], f"higher.{theme}": [IDEA if card == cards[0] else ""]}
        await desk.services.room.contribute(desk.session.id, phone.id, step.id, card, form)
    chair = await conduct(desk.services, desk.session)
    await chair.set_card_state(cards[0], "shown")
    await chair.set_shown(step.id, True)
    return cards[0], phones[0]


async def made(desk, card):
    return await desk.row(agreeing.id_of(card), Contribution)


async def test_an_idea_becomes_an_action_with_who_and_when_once(desk, idea):
    card, _ = idea
    assert "Maak er een actie van" in await desk.page()
    for _ in range(2):
        await desk.post(f"/ideeen/{card}/actie", **AGREED)
    action = await made(desk, card)
    assert action.body["text"] == IDEA
    assert action.notes == {"idee": card.hex, "owner": "GGD", "due": "2027-01-15"}
    page = " ".join((await desk.page()).split())
    assert "Staat bij de acties" in page
    assert "klaar op 15 januari 2027" in page
    assert "Maak er een actie van" not in page


async def test_the_review_proposes_it_with_its_card_also_without_the_step_of_actions(desk, idea):
    card, _ = idea
    await desk.post(f"/ideeen/{card}/actie", **AGREED)
    await end_for_good(desk.services, desk.session)
    async with desk.services.db.read() as db:
        lines = await proposed(db, desk.services.room.reader, await reloaded(desk.services, desk.session.id))
    [line] = [line for line in lines if line.item.idea]
    assert (line.text, line.item.owner, line.item.due) == (IDEA, "GGD", "2027-01-15")
    assert line.field
    assert line.origin == next(one.id for one in lines if one.item.theme and one.text == IDEA)


async def test_who_takes_the_idea_back_takes_its_words_out_of_the_action_too(desk, idea):
    card, phone = idea
    await desk.post(f"/ideeen/{card}/actie", **AGREED)
    desk.client.cookies.update(phone.cookies)
    answer = await desk.client.post(f"/deelnemen/bijdragen/{card}/intrekking")
    assert answer.status_code == 303
    assert await made(desk, card) is None


async def test_words_of_the_room_stay_when_an_idea_is_taken_back(desk, idea):
    card, phone = idea
    await desk.post(f"/ideeen/{card}/actie", **(AGREED | {"text": "De GGD kiest een contactpersoon"}))
    desk.client.cookies.update(phone.cookies)
    await desk.client.post(f"/deelnemen/bijdragen/{card}/intrekking")
    assert (await made(desk, card)).body["text"] == "De GGD kiest een contactpersoon"


@pytest.mark.parametrize(
    ("form", "sentence"), [({"due": "3026-01-01"}, "ligt te ver weg"), ({"text": " "}, "")]
)
async def test_what_does_not_fit_says_so_and_makes_nothing(desk, idea, form, sentence):
    card, _ = idea
    said = await desk.post(f"/ideeen/{card}/actie", 422, **(AGREED | form))
    assert sentence in unescape(said)
    assert await made(desk, card) is None


async def test_an_action_that_was_a_mistake_is_undone(desk, idea):
    card, _ = idea
    await desk.post(f"/ideeen/{card}/actie", **AGREED)
    session = await reloaded(desk.services, desk.session.id)
    assert session.recent[0]["what"] == "added"
    await (await conduct(desk.services, desk.session)).undo(session.recent[0]["id"])
    assert await made(desk, card) is None
