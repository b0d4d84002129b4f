"""What helps at the desk in the moment itself: keys, the way back, a note, and one hand on a phone."""

import uuid

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import assert_accessible, rest
from tests.browsers import DESK, PHONE
from tests.people import a_session, activity, conduct, reloaded
from workshop.accounts import sign_in
from workshop.pages.visitor import COOKIE


@pytest_asyncio.fixture
async def open_desk(services, visitor, settings):
    session = await a_session(services, step="zorgen-kansen")
    chair = await conduct(services, session)
    form = {"column": ["zorg"], "text": ["De bus rijdt niet meer"]}
    await services.room.contribute(session.id, None, session.activity_id, uuid.uuid4(), form)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))

    async def open_it(**size):
        page = await visitor(**size)
        await page.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
        await page.goto(f"/sessies/{session.id}/regie")
        await page.get_by_role("button", name="Neem de regie over").click()
        await expect(page.get_by_role("button", name="Neem de regie over")).to_have_count(0)
        return page, session

    return open_it


async def press(desk, key):
    """As soon as a second press counts as one of its own."""
    await rest(desk)
    await desk.keyboard.press(key)


async def test_keys_press_the_buttons_and_ctrl_z_takes_it_back(open_desk, services):
    desk, session = await open_desk(**DESK)
    blank = desk.get_by_role("button", name="Zet het beeld weer aan")
    await press(desk, "b")
    await expect(blank).to_be_visible()
    await press(desk, "Control+z")
    await expect(blank).to_have_count(0)
    await expect(desk.locator("#melding")).to_contain_text("Teruggezet.")
    await press(desk, "v")
    await expect(desk.locator("#nu-deel")).to_have_attribute(
        "data-step", str(activity(session, "stippen").id)
    )
    await press(desk, "u")
    await expect(desk.get_by_role("button", name="Verberg de uitslag")).to_be_visible()
    for _ in range(2):
        await press(desk, "Control+z")
        await expect(desk.locator("#melding")).to_contain_text("Teruggezet.")
    await expect(desk.locator("#nu-deel")).to_have_attribute("data-step", str(session.activity_id))
    now = await reloaded(services, session.id)
    assert not activity(now, "stippen").shown


async def test_the_panel_of_keys_opens_with_a_key_and_switches_them_off(open_desk):
    desk, _ = await open_desk(**DESK)
    await desk.keyboard.press("?")
    panel = desk.get_by_role("dialog", name="Sneltoetsen")
    await expect(panel).to_be_visible()
    await assert_accessible(desk, "sneltoetsen")
    box = panel.get_by_label("Gebruik sneltoetsen")
    await box.focus()
    await desk.keyboard.press("Space")
    await desk.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await desk.reload()
    await desk.locator("#nu").wait_for()
    await desk.keyboard.press("?")
    await desk.keyboard.press("b")
    await expect(panel).to_be_hidden()
    await expect(desk.get_by_role("button", name="Zet het beeld uit")).to_be_visible()


async def test_a_note_saves_itself_and_no_key_works_while_typing(open_desk, services):
    desk, session = await open_desk(**DESK)
    await desk.locator("#zo-doe-je-deze-stap summary").click()
    note = desk.locator(f"#notitie-{session.activity_id}")
    await note.locator("summary").click()
    await note.get_by_role("textbox").press_sequentially("bus v 2")
    await expect(note.locator("[data-autosave-status]")).to_contain_text("Bewaard om")
    await assert_accessible(desk, "notitie en uitleg")
    await expect(desk.get_by_role("button", name="Zet het beeld uit")).to_be_visible()
    assert activity(await reloaded(services, session.id), "zorgen-kansen").jotted == "bus v 2"
    await desk.reload()
    await expect(desk.locator("#zo-doe-je-deze-stap")).to_have_attribute("open", "")


async def test_one_hand_on_a_phone_finds_the_deeds_at_the_thumb(open_desk):
    desk, _ = await open_desk(**PHONE)
    remote = desk.get_by_role("group", name="Snel bij de hand")
    await remote.get_by_role("button", name="Beeld uit").click()
    await expect(remote.get_by_role("button", name="Beeld aan")).to_be_visible()
    await remote.get_by_role("button", name="Maak dit ongedaan").click()
    await expect(remote.get_by_role("button", name="Beeld uit")).to_be_visible()
    await remote.get_by_role("button", name="Stap dicht").click()
    await expect(remote.get_by_role("button", name="Stap open")).to_be_visible()
    await assert_accessible(desk, "regie op een telefoon")
    box = await remote.bounding_box()
    assert box["y"] > desk.viewport_size["height"] / 2
