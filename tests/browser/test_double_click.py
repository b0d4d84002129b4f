"""The desk under a finger: one that comes down twice on a button which changes in between, and one that looks
elsewhere."""

import uuid

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import rest
from tests.browsers import DESK
from tests.people import a_participant, a_session, conduct, reloaded
from workshop.accounts import sign_in
from workshop.models import Contribution
from workshop.pages.visitor import COOKIE
from workshop.safety.screening.warning import FACILITATOR, TO


@pytest_asyncio.fixture
async def desk(services, visitor, settings):
    """The desk of a session at its cards, four of them on the screen; `desk.session` is that session."""
    session = await a_session(services, step="zorgen-kansen")
    chair = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))
    page = await visitor(**DESK)
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    for number in range(4):
        form = {"column": ["zorg"], "text": [f"Kaart {number}"]}
        await services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
    page.session = session
    await page.goto(f"/sessies/{session.id}/regie")
    await page.get_by_role("button", name="Neem de regie over").click()
    await expect(page.get_by_role("button", name="Neem de regie over")).to_have_count(0)
    await rest(page)
    return page


async def twice(page, button):
    """Presses the place of this button again as soon as something else is drawn there."""
    await button.evaluate("(at) => at.scrollIntoView({ block: 'center' })")  # from under the bars of the desk
    box = await button.bounding_box()
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    drawn = "new Promise((done) => addEventListener('htmx:finally:request', done, { once: true }))"
    await page.evaluate(f"drawn = {drawn}.then(() => 0); 0")
    await page.mouse.click(*place)
    await page.evaluate("drawn")
    await page.mouse.click(*place)
    await rest(page)


async def now(services, page):
    return await reloaded(services, page.session.id)


async def cards(services):
    async with services.db.read() as db:
        return sorted(row.state for row in await db.scalars(select(Contribution)))


async def test_start_goes_one_step_further(services, desk):
    await twice(desk, desk.locator(".kl-next").get_by_role("button", name="Start: "))
    session = await now(services, desk)
    assert session.activity_id == session.activities[1].id


async def test_the_bin_and_the_eye_take_one_card_each(services, desk):
    await desk.get_by_role("tab", name="Op het scherm").click()
    await twice(desk, desk.get_by_role("button", name="Haal van het scherm").first)
    assert await cards(services) == ["hidden", "shown", "shown", "shown"]
    await twice(desk, desk.get_by_role("button", name="Verwijder voorgoed").first)
    assert await cards(services) == ["hidden", "shown", "shown"]


async def test_a_lock_stays_closed_also_with_the_keyboard(services, desk):
    await twice(desk, desk.get_by_role("button", name="Zet deze stap dicht"))
    assert not (await now(services, desk)).activities[0].open
    unlock = desk.get_by_role("button", name="Zet deze stap weer open")
    await unlock.focus()
    for _ in range(3):
        await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("button", name="Zet deze stap dicht")).to_be_visible()
    assert (await now(services, desk)).activities[0].open


async def test_the_last_step_ends_only_after_a_question(services, desk):
    chair = await conduct(services, await now(services, desk))
    await chair.go_to(desk.session.activities[-1].id)
    ends = desk.locator("#einde-menu summary")
    await expect(ends).to_be_visible()
    await ends.dblclick()
    assert (await now(services, desk)).ended_at is None
    await ends.click()
    await desk.get_by_role("button", name="Ja, stop de sessie").click()
    await desk.wait_for_url("**/nakijken")


async def test_a_disclosure_is_seen_from_every_tab_and_the_way_leads_to_its_card(services, desk):
    phone = await a_participant(services, desk.session)
    await desk.get_by_role("tab", name="Kaart toevoegen").click()
    form = {"column": ["zorg"], "text": ["Ik ben aangerand op het plein"], TO: [FACILITATOR]}
    await services.room.contribute(desk.session.id, phone.id, desk.session.activity_id, uuid.uuid4(), form)
    for tab in ("Op het scherm", "Kaart toevoegen"):
        await desk.get_by_role("tab", name=tab).click()
        await expect(desk.locator("#klinkt-persoonlijk")).to_be_visible()
        await expect(desk.get_by_role("tab", name="Lees eerst zelf: Te lezen 1")).to_be_visible()
    await desk.get_by_role("link", name="Lees nu").click()
    await expect(desk.locator(".kl-held.is-care")).to_be_focused()
    await expect(desk.locator(".kl-held.is-care")).to_be_in_viewport()


async def test_a_step_opens_on_what_waits_whatever_was_looked_at_before(services, desk):
    await desk.get_by_role("tab", name="Op het scherm").click()
    chair = await conduct(services, await now(services, desk))
    await chair.go_to(desk.session.activities[1].id)
    await expect(desk.get_by_role("tab", name="Op het scherm")).to_have_count(0)
    async with services.db.read() as db:
        card = await db.scalar(select(Contribution))
    await chair.set_card_state(card.id, "held")
    await chair.go_to(desk.session.activities[0].id)
    await expect(desk.get_by_role("tab", name="Te lezen 1")).to_have_attribute("aria-selected", "true")
    await expect(desk.locator(f"#wacht-{card.id}")).to_be_visible()


async def test_what_was_deleted_comes_back_with_one_press(services, desk):
    await desk.get_by_role("tab", name="Op het scherm").click()
    await desk.get_by_role("button", name="Verwijder voorgoed").first.click()
    await expect(desk.locator("#deel-scherm li[data-card]")).to_have_count(3)
    assert await cards(services) == ["shown"] * 3
    await desk.locator("#melding").get_by_role("button", name="Zet terug").click()
    await expect(desk.locator("#deel-scherm li[data-card]")).to_have_count(4)
    assert await cards(services) == ["shown"] * 4


async def test_on_a_phone_the_way_to_stop_and_the_big_screen_are_in_view(desk):
    await desk.set_viewport_size({"width": 390, "height": 844})
    for way in (desk.locator("#stop-menu > summary"), desk.get_by_role("link", name="Groot scherm")):
        await expect(way).to_be_in_viewport(ratio=1)
        await way.click(trial=True)  # nothing lies over it
