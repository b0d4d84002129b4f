"""The desk turns the pages of every big screen, whatever their size, and says how many screens there are."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.houses import give_cookies, visiting
from tests.browser.test_wall import fill
from tests.people import a_facilitator, a_partnership, a_session, a_sign_in
from workshop.pages.visitor import COOKIE

NOON = "2026-11-30T12:00:00Z"
COUNT_TWICE = """() => [true, false].map((hidden) => {
  const turner = document.querySelector("[data-turner]");
  turner.style.blockSize = "20rem"; // so much that what fits beside it must differ
  turner.hidden = hidden; // as the server sends it anew
  dispatchEvent(new Event("resize"));
  return document.querySelector("[data-turn-place]").textContent;
})"""
SIZES = ((1920, 1080), (1024, 768))


@pytest_asyncio.fixture
async def room(browser, open_house):
    """A desk with the wheel, and two big screens of different size with the same 120 cards."""
    account = await a_facilitator(open_house)
    partnership = await a_partnership(open_house, account)
    session = await a_session(open_house, "1-A", step="zorgen-kansen", partnership=partnership)
    await fill(open_house, session)
    async with visiting(browser, open_house) as context:
        await give_cookies(context, open_house.settings, {COOKIE: await a_sign_in(open_house, account)})
        await context.clock.set_fixed_time(NOON)  # no page turns by itself, however slow this machine is
        desk = await context.new_page()
        await desk.goto(f"/sessies/{session.id}/regie")
        await desk.get_by_role("button", name="Neem de regie over").click()
        screens = []
        for width, height in SIZES:
            screens.append(await context.new_page())
            await screens[-1].set_viewport_size({"width": width, "height": height})
            await screens[-1].goto(f"/scherm/{session.screen_token}")
        yield desk, screens


async def test_the_desk_turns_every_screen_by_button_and_by_arrow_and_stops_them(room):
    desk, screens = room
    pages = [await pages_of(screen) for screen in screens]
    assert min(pages) > 1
    await expect(desk.locator("#zicht [data-wall-place]")).to_have_text(f"1 van {pages[0]}")
    on, back = (
        desk.locator("#zicht").get_by_role("button", name=f"Blader {way}") for way in ("verder", "terug")
    )
    await on.click()
    await stand(screens, pages, 1)
    await expect(desk.locator("#zicht [data-wall-place]")).to_have_text(f"2 van {pages[0]}")
    await expect(back.locator("xpath=../input[@name='gezien']")).to_have_value("1")  # else it is refused
    await desk.keyboard.press("ArrowLeft")
    await stand(screens, pages, 0)
    await back.click()
    await stand(screens, pages, -1)
    await screens[1].reload()
    await stand(screens, pages, -1)
    for screen in screens:
        await expect(screen.locator("[data-turn-self]")).to_have_attribute("aria-pressed", "false")
    await desk.get_by_role("button", name="Blader vanzelf").locator("visible=true").click()
    for screen in screens:
        await expect(screen.locator("[data-turn-self]")).to_have_attribute("aria-pressed", "true")


async def test_the_desk_says_how_many_screens_are_connected_and_where_to_open_one(room):
    desk, screens = room
    await expect(desk.locator("#schermen")).to_contain_text("2 schermen verbonden")
    await screens[0].close()
    await expect(desk.locator("#schermen")).to_contain_text("1 scherm verbonden")
    await screens[1].close()
    await expect(desk.locator("#schermen")).to_contain_text("Er is geen scherm verbonden")
    assert await desk.get_by_label("Adres van het grote scherm").input_value() == screens[1].url


async def test_pages_are_counted_with_the_buttons_that_turn_them_in_their_place(room):
    _, (screen, _) = room
    await pages_of(screen)
    first, second = await screen.evaluate(COUNT_TWICE)
    assert first == second


async def pages_of(screen: Page) -> int:
    place = screen.locator("[data-turn-place]")
    await screen.evaluate("document.fonts.ready")
    await expect(place).to_contain_text("1 van")
    return int((await place.inner_text()).rpartition(" ")[2])


async def stand(screens: list[Page], pages: list[int], turned: int) -> None:
    """Every screen has its own page, counted round."""
    for screen, count in zip(screens, pages, strict=True):
        await expect(screen.locator("[data-turn-place]")).to_have_text(f"{turned % count + 1} van {count}")
