"""A message to everybody: on every phone above what it shows, and large on the screen on demand."""

from html import unescape

import pytest
from sqlalchemy import select

from tests.pages.desks import HX
from tests.people import a_desk, a_facilitator, a_member, a_participant, conduct, signed_in
from workshop.accounts import roles
from workshop.live.conduct import Conduct, NotDriving
from workshop.log.what import What
from workshop.models import Deed

PAUSE = "Over 5 minuten pauze"


async def phone_page(desk, phone=None):
    phone = phone or await a_participant(desk.services, desk.session)
    desk.client.cookies.update(phone.cookies)
    return unescape((await desk.client.get("/deelnemen")).text)


async def test_it_stands_on_every_phone_and_at_the_desk_until_it_is_taken_away(desk):
    phone = await a_participant(desk.services, desk.session)
    assert PAUSE not in await phone_page(desk, phone)
    said = await desk.block("/bericht", bericht=f"  {PAUSE} ", gezien="")
    assert "Dit bericht staat nu op alle telefoons." in said
    assert "Dit staat nu boven aan elke telefoon." in said
    shown = await phone_page(desk, phone)
    assert shown.index('id="bericht" role="status"') < shown.index(PAUSE) < shown.index('id="stap"')
    assert PAUSE not in await desk.screen()
    await desk.block("/bericht/einde", gezien=PAUSE)
    assert PAUSE not in await phone_page(desk, phone)
    assert PAUSE not in await desk.page()


async def test_it_also_stands_in_the_lobby_and_not_after_the_end(desk):
    chair = await conduct(desk.services, desk.session)
    await chair.go_to(None)
    await chair.announce(PAUSE)
    phone = await a_participant(desk.services, desk.session)
    assert PAUSE in await phone_page(desk, phone)
    await chair.end()
    assert PAUSE not in await phone_page(desk, phone)
    await chair.reopen()
    assert PAUSE not in await phone_page(desk, phone)


async def test_the_screen_shows_it_on_demand_and_has_a_way_back(desk):
    await desk.post("/bericht", bericht=PAUSE, gezien="")
    await desk.post("/zaal/beeld", wat="announcement")
    assert f"<bdi>{PAUSE}</bdi>" in await desk.screen()
    assert "Haal van het scherm" in await desk.page()
    await desk.post("/zaal/beeld", wat="")
    assert PAUSE not in await desk.screen()
    await desk.post("/zaal/beeld", wat="announcement")
    await desk.post("/bericht/einde", gezien=PAUSE)
    assert (await desk.now()).shows == ""
    await desk.post("/bericht", bericht="Iets anders", gezien="")
    assert "Iets anders" not in await desk.screen()


async def test_a_push_brings_it_to_phones_without_their_step(desk):
    scenes = desk.services.fanout.scenes
    await desk.post("/bericht", bericht=PAUSE, gezien="")
    picture = await desk.services.fanout.scene(desk.session.id)
    pushed = scenes.shared("phone-state", picture)
    assert PAUSE in pushed
    assert 'id="stap"' not in pushed


@pytest.mark.parametrize("words", ["", "   ", "x" * 141])
async def test_what_does_not_fit_is_refused_with_a_sentence(desk, words):
    said = await desk.block("/bericht", 422, bericht=words, gezien="")
    assert "Je hebt nog niets geschreven." in said or "Maak het 1 teken korter." in said
    assert (await desk.now()).announcement == ""


async def test_only_the_desk_with_the_wheel_speaks(desk):
    account = await a_facilitator(desk.services, "Kevin")
    await a_member(desk.services, desk.partnership, account, roles.BEGELEIDER)
    beside = Conduct(desk.services.room, desk.session.id, await a_desk(desk.services, account))
    with pytest.raises(NotDriving):
        await beside.announce(PAUSE)
    await signed_in(desk.client, desk.services, account)
    assert 'action="' + desk.home + '/bericht"' not in await desk.html()


@pytest.mark.parametrize("path", ["/bericht", "/bericht/einde"])
async def test_a_reader_may_not_speak(desk, path):
    account = await a_facilitator(desk.services, "Lees")
    await a_member(desk.services, desk.partnership, account, roles.LEZER)
    await signed_in(desk.client, desk.services, account)
    await desk.post(path, 403, HX, bericht=PAUSE, gezien="")
    assert (await desk.now()).announcement == ""


async def test_what_a_colleague_said_meanwhile_is_not_written_over(desk):
    await desk.post("/bericht", bericht=PAUSE, gezien="")
    revision = (await desk.now()).revision
    await desk.post("/bericht", bericht="Iets anders", gezien="")
    await desk.post("/bericht/einde", gezien="Iets anders")
    now = await desk.now()
    assert (now.announcement, now.revision) == (PAUSE, revision)


async def test_the_log_says_that_it_was_said_and_not_what(desk):
    await desk.post("/bericht", bericht=PAUSE, gezien="")
    async with desk.services.db.read() as db:
        [deed] = await db.scalars(select(Deed).where(Deed.what == What.ANNOUNCED))
    assert PAUSE not in f"{deed.about} {deed.particulars}"
