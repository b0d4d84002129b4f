"""The parking lot: what is for later is kept in every step, shown on demand, and offered in the review."""

import uuid
from html import unescape

import pytest

from tests.people import a_desk, a_participant, activity, conduct, end_for_good, reloaded
from workshop import codes, kinds
from workshop.handover.proposal import proposed
from workshop.live import parking
from workshop.live.conduct import Conduct
from workshop.live.errors import Closed
from workshop.models import Contribution
from workshop.pages import forms

WORDS, LINE = "De fietsenstalling is donker", "Wie betaalt dit?"


async def a_card(desk, words=WORDS, phone=None):
    """A card that the room sees, of a phone; returns both."""
    phone = phone or await a_participant(desk.services, desk.session)
    form = {"column": ["zorg"], "text": [words], "place": ["School"]}
    now = await desk.now()
    sent = await desk.services.room.contribute(desk.session.id, phone.id, now.activity_id, uuid.uuid4(), form)
    await (await conduct(desk.services, desk.session)).set_card_state(sent.id, "shown")
    return sent.id, phone


async def phone_page(desk, phone):
    desk.client.cookies.update(phone.cookies)
    return unescape((await desk.client.get("/deelnemen")).text)


async def lot(desk):
    picture = await desk.services.fanout.scene(desk.session.id, newest=True)
    return [(card.text, card.step and card.step.key) for card in picture.parked]


async def test_a_card_is_parked_with_one_tap_and_its_sender_keeps_it(desk):
    card, phone = await a_card(desk)
    assert WORDS in await desk.screen()
    said = await desk.block("/ingreep", parkeer=str(card))
    assert "De kaart staat op de Parkeerplaats" in said
    assert WORDS not in await desk.screen()
    assert await lot(desk) == [(WORDS, "zorgen-kansen")]
    mine = await phone_page(desk, phone)
    assert "De begeleider bewaart dit voor later" in mine
    assert f'id="bijdrage-{card}"' in mine
    answer = await desk.client.post(f"/deelnemen/bijdragen/{card}/intrekking")
    assert answer.status_code == 303
    assert await desk.row(card) is None
    assert await lot(desk) == []


async def test_a_line_is_typed_in_any_step_and_shown_on_demand(desk):
    await (await conduct(desk.services, desk.session)).go_to(activity(desk.session, "stippen").id)
    number = codes.new_token()
    for _ in range(2):
        await desk.post("/parkeerplaats", regel=f" {LINE} ", **{forms.NUMBER: number})
    assert await lot(desk) == [(LINE, None)]
    assert LINE in await desk.page()
    assert LINE not in await desk.screen()
    await desk.post("/zaal/beeld", wat="parked")
    screen = await desk.screen()
    assert "Dit bewaren we voor later" in screen
    assert LINE in screen
    await (await conduct(desk.services, desk.session)).go_to(None)
    assert LINE not in await desk.screen()
    assert LINE in await desk.page()
    assert "te lang" in (await desk.block("/parkeerplaats", 422, regel="x" * 150))


async def test_a_card_goes_back_as_it_was_or_to_the_board_of_a_later_step(desk):
    card, _ = await a_card(desk)
    before = await desk.row(card)
    for _ in range(2):
        await desk.post("/ingreep", parkeer=str(card))
    assert (await desk.row(card)).state == "shown"
    for _ in range(2):
        await desk.post(f"/parkeerplaats/{card}/plek", naar=str(desk.session.activity_id))
    after = await desk.row(card)
    assert (after.activity_id, after.body, after.notes) == (before.activity_id, before.body, before.notes)
    assert WORDS in await desk.screen()
    chair = await conduct(desk.services, desk.session)
    await chair.park(card)
    later = next(a for a in desk.session.activities if a.kind == "cards" and a.key != "zorgen-kansen")
    await chair.go_to(later.id)
    await desk.post(f"/parkeerplaats/{card}/plek", naar=str(later.id))
    assert WORDS in await desk.screen()
    columns = kinds.settings(kinds.get("cards"), later.settings).columns
    assert (await desk.row(card)).body["column"] in {column.id for column in columns}
    dots = activity(desk.session, "stippen")
    await chair.park(card)
    await chair.go_to(dots.id)
    with pytest.raises(Closed):
        await chair.unpark(card, dots.id)


async def test_a_card_that_waits_is_not_parked_and_one_that_was_hidden_stays_so(desk):
    waits = await desk.card("Nog niet gelezen")
    await desk.post("/ingreep", parkeer=str(waits))
    row = await desk.row(waits)
    assert (row.state, row.activity_id) == ("held", desk.session.activity_id)
    card, _ = await a_card(desk)
    chair = await conduct(desk.services, desk.session)
    await chair.park(card)
    await chair.set_card_state(card, "hidden")
    assert "Niet op het scherm" in await desk.page()
    await chair.show_instead("parked")
    assert WORDS not in await desk.screen()
    await chair.unpark(card, desk.session.activity_id)
    assert (await desk.row(card)).state == "hidden"
    assert WORDS not in await desk.screen()


async def test_two_desks_share_one_lot(desk):
    mine, theirs = [(await a_card(desk, words))[0] for words in (WORDS, LINE)]
    chair = await conduct(desk.services, desk.session)
    account = (await a_desk(desk.services, chair.sign_in.account)) if chair.sign_in.account else None
    colleague = Conduct(desk.services.room, desk.session.id, account)
    await chair.park(mine)
    await colleague.park(theirs)
    await colleague.park(mine)
    assert colleague.is_stale
    assert sorted(await lot(desk)) == sorted([(WORDS, "zorgen-kansen"), (LINE, "zorgen-kansen")])
    session = await reloaded(desk.services, desk.session.id)
    assert [one.key for one in session.activities if one.beside] == [parking.KEY]


async def test_words_that_were_overwritten_do_not_come_back_with_an_undo(desk):
    card, _ = await a_card(desk)
    chair = await conduct(desk.services, desk.session)
    await chair.park(card)
    deed = (await desk.now()).recent[0]
    assert WORDS not in str(deed)
    await chair.rewrite_card(card, "De stalling is donker")
    await chair.undo(deed["id"])
    row = await desk.row(card)
    assert WORDS not in str((row.body, row.notes))


async def test_the_review_offers_what_was_parked(desk):
    card, _ = await a_card(desk)
    chair = await conduct(desk.services, desk.session)
    await chair.park(card)
    await chair.park_line(LINE, uuid.uuid4())
    await end_for_good(desk.services, desk.session)
    async with desk.services.db.read() as db:
        session = await desk.now()
        lines = [
            line
            for line in await proposed(db, desk.services.room.reader, session)
            if line.step == parking.TITLE
        ]
        left = await db.get(Contribution, card)
    assert {line.text for line in lines} == {WORDS, LINE}
    assert {(line.field, line.kept) for line in lines} == {("", False)}
    assert left.participant_id is None
    review = await desk.page("/nakijken")
    assert WORDS in review
    assert LINE in review
    assert "Dit parkeerden jullie" in review
