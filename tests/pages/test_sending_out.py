"""A phone is sent out: it reads so, nobody learns which it was, and the deed finds nothing out."""

import uuid
from html import unescape

import pytest
from sqlalchemy import select

from tests.pages.desks import HX
from tests.pages.presses import contents
from tests.people import (
    a_desk,
    a_facilitator,
    a_member,
    a_participant,
    both_databases,
    conduct,
    end_for_good,
    signed_in,
)
from workshop import codes
from workshop.accounts import roles
from workshop.live import recent
from workshop.live.conduct import Conduct, NotDriving
from workshop.live.errors import Closed, Gone
from workshop.log.what import What
from workshop.models import Contribution, Deed

SAID = "Deze telefoon doet niet meer mee."
READ = "De begeleider heeft de sessie op deze telefoon gestopt"


class Guest:
    """A phone that sent cards, by their words."""

    def __init__(self, desk, phone):
        self.desk, self.phone, self.cards = desk, phone, {}

    async def send(self, words):
        self.cards[words] = uuid.uuid4()
        form = {"column": ["zorg"], "text": [words]}
        room, session = self.desk.services.room, self.desk.session
        await room.contribute(session.id, self.phone.id, session.activity_id, self.cards[words], form)

    async def page(self):
        self.desk.client.cookies.update(self.phone.cookies)
        answer = await self.desk.client.get("/deelnemen")
        return answer.status_code, unescape(answer.text)


async def a_guest(desk, *words):
    guest = Guest(desk, await a_participant(desk.services, desk.session))
    for each in words:
        await guest.send(each)
    return guest


async def states(desk):
    async with desk.services.db.read() as db:
        return {row.body["text"]: row.state for row in await db.scalars(select(Contribution))}


async def send_out(desk, card, status=200, **form):
    return await desk.block(f"/kaarten/{card}/telefoon/einde", status, **form)


async def show(desk, *cards):
    for card in cards:
        await desk.post(f"/kaarten/{card}/stand", stand="shown", gezien="held")


@pytest.fixture
async def held(desk):
    """The desk of a session in which cards wait."""

    async def hold(db, session):
        session.holds_back = True

    await desk.services.room.change(desk.session.id, frozenset(), hold)
    return desk


async def test_the_phone_reads_it_with_hulp_and_takes_part_no_more(held):
    guest, other = await a_guest(held, "Rot op"), await a_guest(held, "Lief")
    assert SAID in await send_out(held, guest.cards["Rot op"], kaarten="blijven")
    for _ in range(2):  # a reload says the same
        status, text = await guest.page()
        assert (status, READ in text) == (401, True)
        assert "Typ de code" not in text
        assert 'href="/hulp"' in text
    answer = await held.client.get("/deelnemen/scene", headers=HX)
    assert (answer.status_code, READ in answer.text) == (401, True)
    held.client.cookies.clear()
    assert (await other.page())[0] == 200


async def test_the_answer_to_a_stranger_does_not_say_it(held):
    guest = await a_guest(held, "Rot op")
    await send_out(held, guest.cards["Rot op"])
    cookies = dict.fromkeys(guest.phone.cookies, "x" * 22)
    held.client.cookies.update(cookies)
    answer = await held.client.get("/deelnemen")
    assert (answer.status_code, READ in answer.text) == (401, False)


@both_databases
async def test_what_it_sent_stays_or_goes_as_was_chosen(held):
    guest = await a_guest(held, "Een", "Twee", "Drie")
    await a_guest(held, "Lief")
    await show(held, guest.cards["Twee"])
    before = await states(held)
    await send_out(held, guest.cards["Een"], kaarten="blijven")
    assert await states(held) == before == {"Een": "held", "Twee": "shown", "Drie": "held", "Lief": "held"}

    again = await a_guest(held, "Vier", "Vijf")
    await show(held, again.cards["Vijf"])
    await send_out(held, again.cards["Vier"], kaarten="weg")
    assert await states(held) == before | {"Vier": "hidden", "Vijf": "hidden"}
    assert "Vijf" not in await held.screen()


async def test_only_the_hiding_is_undone(held):
    guest = await a_guest(held, "Een", "Twee")
    await show(held, guest.cards["Twee"])
    await send_out(held, guest.cards["Een"], kaarten="weg")
    deed = recent.last(await held.now(), drives=True)
    await held.block("/ongedaan", wat=deed.id)
    assert await states(held) == {"Een": "held", "Twee": "shown"}
    assert (await guest.page())[0] == 401


async def test_a_second_try_on_another_card_tells_nothing_of_a_phone_that_is_out(held):
    guest = await a_guest(held, "Een", "Twee", "Drie")
    await send_out(held, guest.cards["Een"], kaarten="blijven")
    said = await send_out(held, guest.cards["Twee"], kaarten="weg")
    assert SAID in said
    assert await states(held) == {"Een": "held", "Twee": "hidden", "Drie": "held"}


async def test_a_card_of_the_desk_itself_gets_the_same_answer(held):
    mine = await held.card("Van mij", phone=False)
    guest = await a_guest(held, "Rot op")
    answers = [await send_out(held, card) for card in (mine, guest.cards["Rot op"])]
    assert [SAID in answer for answer in answers] == [True, True]
    async with held.services.db.read() as db:
        assert (await db.scalar(select(Deed).where(Deed.what == What.PHONE_SENT_OUT))).times == 2


async def test_the_page_of_a_card_says_nothing_of_its_phone(held):
    guest = await a_guest(held, "Een", "Twee", "Drie")
    alone = await a_guest(held, "Alleen")
    pages = []
    for card, words in ((guest.cards["Een"], "Een"), (alone.cards["Alleen"], "Alleen")):
        html = await held.page(f"/kaarten/{card}")
        pages.append(html[html.index('id="wegsturen"') :].replace(str(card), "").replace(words, ""))
    plain = [page[: page.index('name="eenmalig"')] for page in pages]
    assert plain[0] == plain[1]
    assert str(guest.phone.id) not in "".join(pages)


async def test_new_codes_come_with_it_on_demand(held):
    guest = await a_guest(held, "Een", "Twee")
    before = await held.now()
    await send_out(held, guest.cards["Een"], kaarten="blijven")
    assert (await held.now()).join_token == before.join_token
    await held.services.room.join(before.join_token, None)  # by the QR code it may come back
    again = await a_guest(held, "Drie")
    await send_out(held, again.cards["Drie"], codes="ja")
    now = await held.now()
    assert now.join_token != before.join_token
    assert now.code != before.code
    with pytest.raises(Gone):
        await held.services.room.join(before.join_token, None)


async def test_a_door_that_is_locked_stays_locked(held):
    guest = await a_guest(held, "Een")
    chair = await conduct(held.services, held.session)
    await chair.set_admits(False)
    await chair.send_out(guest.cards["Een"], uuid.uuid4(), renews=True)
    now = await held.now()
    assert (now.admits, now.code) == (False, None)
    with pytest.raises(Closed):
        await held.services.room.join(now.join_token, None)


async def test_a_form_that_is_sent_twice_changes_nothing_more(held):
    guest = await a_guest(held, "Een", "Twee")
    form = {"eenmalig": codes.new_token()[:22], "kaarten": "weg", "codes": "ja"}
    address = f"{held.home}/kaarten/{guest.cards['Een']}/telefoon/einde"
    first, second, changed = await held.twice(address, form, HX)
    assert (first.status_code, second.status_code, changed) == (200, 200, False)


async def test_a_card_that_sounds_personal_sends_nobody_out(desk):
    card = await desk.card("Mijn oom heeft mij verkracht", naar=["begeleider"])
    html = await desk.page(f"/kaarten/{card}")
    assert "Stuur dan niemand weg" in html
    assert "telefoon/einde" not in html


async def test_only_the_wheel_sends_out_and_a_reader_never(held):
    guest = await a_guest(held, "Een")
    kevin, lees = [await a_facilitator(held.services, name) for name in ("Kevin", "Lees")]
    await a_member(held.services, held.partnership, kevin, roles.BEGELEIDER)
    await a_member(held.services, held.partnership, lees, roles.LEZER)
    beside = Conduct(held.services.room, held.session.id, await a_desk(held.services, kevin))
    with pytest.raises(NotDriving):
        await beside.send_out(guest.cards["Een"], uuid.uuid4())
    await signed_in(held.client, held.services, lees)
    await send_out(held, guest.cards["Een"], 403)
    assert (await guest.page())[0] == 200


async def test_a_card_of_another_session_sends_nobody_out(held):
    await send_out(held, uuid.uuid4(), 404)


@both_databases
async def test_the_log_and_the_room_after_the_end_know_nothing_of_the_phone(held):
    guest = await a_guest(held, "Een", "Twee")
    await send_out(held, guest.cards["Een"], kaarten="weg")
    secrets = [str(guest.phone.id), guest.phone.id.hex, guest.phone.participant.token_hash]
    async with held.services.db.read() as db:
        deeds = [(row.about, row.particulars) for row in await db.scalars(select(Deed))]
    assert not [secret for secret in secrets if secret in repr(deeds)]
    await end_for_good(held.services, held.session)
    kept = {name: rows for name, rows in (await contents(held.services)).items() if name != "participant"}
    assert not [secret for secret in secrets if secret in repr(kept)]
    assert (await held.now()).recent == []
