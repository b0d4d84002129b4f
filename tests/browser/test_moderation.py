"""The facilitator steps in at the desk, with the keyboard too, also on a phone."""

import uuid

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import assert_accessible, rest
from tests.browsers import DESK, PHONE
from tests.people import a_participant, a_session, conduct
from workshop.accounts import sign_in
from workshop.models import Contribution
from workshop.pages.visitor import COOKIE
from workshop.safety.screening.warning import FACILITATOR, TO

SHOWN, LIVED = "Volgens Sanne is het hier druk", "Ik ben aangerand op het plein"


@pytest_asyncio.fixture(params=[DESK, PHONE], ids=["wide", "narrow"])
async def desk(request, services, visitor, settings):
    """The desk of a session with one card on the screen and one that looks like a disclosure."""
    session = await a_session(services, step="zorgen-kansen")
    chair = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))
    page = await visitor(**request.param)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    page.cards = {}
    phone = await a_participant(services, session)
    for words, sender in ((SHOWN, None), (LIVED, phone.id)):
        page.cards[words] = uuid.uuid4()
        form = {"column": ["zorg"], "text": [words], TO: [FACILITATOR]}
        await services.room.contribute(session.id, sender, session.activity_id, page.cards[words], form)
    await page.goto(f"/sessies/{session.id}/regie")
    await page.get_by_role("button", name="Neem de regie over").click()
    await expect(page.get_by_role("button", name="Neem de regie over")).to_have_count(0)
    return page


async def text_of(services, id):
    async with services.db.read() as db:
        row = await db.get(Contribution, id)
        return row and (row.state, row.body["text"])


async def press(page, locator, key="Enter"):
    """Only with the keyboard."""
    await rest(page)
    await locator.focus()
    await expect(locator).to_be_focused()
    await page.keyboard.press(key)


async def test_a_card_is_hidden_and_comes_back_by_undo(desk, services):
    await desk.get_by_role("tab", name="Op het scherm").click()
    await press(desk, desk.get_by_role("button", name="Haal van het scherm"))
    undo = desk.locator("#melding").get_by_role("button", name="Zet terug")
    await expect(undo).to_be_visible()
    assert (await text_of(services, desk.cards[SHOWN]))[0] == "hidden"
    await press(desk, undo)
    await expect(desk.locator("#deel-scherm")).to_contain_text(SHOWN)
    assert (await text_of(services, desk.cards[SHOWN]))[0] == "shown"


async def test_a_word_goes_with_one_tap_and_the_sheet_stays_open_for_the_next(desk, services):
    await desk.get_by_role("tab", name="Op het scherm").click()
    await press(desk, desk.locator("#deel-scherm").get_by_role("button", name="Haal woorden weg"))
    sheet = desk.get_by_role("dialog", name="Haal woorden weg")
    await expect(sheet).to_be_visible()
    await assert_accessible(desk, "woorden weghalen")
    await press(desk, sheet.get_by_role("button", name="Sanne"))
    await expect(sheet.get_by_role("button", name="Sanne")).to_have_count(0)
    await sheet.locator("label.kl-chip", has_text="ergens").click()
    await press(desk, sheet.get_by_role("button", name="hier", exact=True), "Space")
    await expect(sheet.get_by_role("button", name="ergens", exact=True)).to_be_visible()
    assert await text_of(services, desk.cards[SHOWN]) == ("shown", "Volgens … is het ergens druk")
    await desk.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(desk.locator("#deel-scherm bdi", has_text="is het ergens druk")).to_be_visible()
    await press(desk, desk.locator("#deel-scherm").get_by_role("button", name="Haal woorden weg"))
    await sheet.get_by_label("Of schrijf het anders").fill("  ")
    await press(desk, sheet.get_by_role("button", name="Bewaar tekst"))
    await expect(sheet.get_by_role("alert")).to_contain_text("Je hebt nog niets geschreven")
    await sheet.get_by_label("Of schrijf het anders").fill("Het is hier druk")
    await press(desk, sheet.get_by_role("button", name="Bewaar tekst"))
    await expect(sheet).to_be_hidden()
    assert await text_of(services, desk.cards[SHOWN]) == ("shown", "Het is hier druk")


@pytest.mark.parametrize(
    ("label", "state"), [("Zet terug bij Te lezen", "held"), ("Verwijder voorgoed", None)]
)
async def test_a_card_waits_again_or_is_deleted_with_one_press(desk, services, label, state):
    await desk.get_by_role("tab", name="Op het scherm").click()
    part = desk.locator("#deel-scherm")
    await press(desk, part.get_by_role("button", name=label).first)
    await expect(part).not_to_contain_text(SHOWN)
    found = await text_of(services, desk.cards[SHOWN])
    assert (found and found[0]) == state


async def test_what_looks_like_a_disclosure_is_taken_up_beside_its_protocol(desk, services):
    protocol = desk.locator(".kl-protocol")
    await expect(protocol).to_have_attribute("open", "")
    if (
        desk.viewport_size == DESK["viewport"]
    ):  # the bars of a phone lie over something, which axe calls too small
        await assert_accessible(desk, "signaal")
    await press(desk, protocol.get_by_role("button", name="Open Hulp op alle telefoons"))
    await expect(desk.locator("#melding")).to_contain_text("Hulp staat nu open")
    await press(desk, protocol.get_by_role("button", name="Ik pak dit op"))
    await expect(protocol).to_have_count(0)
    await expect(desk.locator(f"#wacht-{desk.cards[LIVED]}")).to_contain_text("Opgepakt")
    assert await text_of(services, desk.cards[LIVED]) == ("held", LIVED)
