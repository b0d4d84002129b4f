"""Snel weg: at once, from any step, with or without a connection; and Back finds nothing."""

import asyncio
import contextlib
import shutil

import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright, expect
from sqlalchemy import func, select

from tests.browser.actors import Phone
from tests.browsers import CHROMIUM, PHONE
from tests.people import a_session, activity, conduct
from workshop.models import Contribution, Participant
from workshop.pages.phone.page import COOKIE

ASKED = ("Hoe gaat het met jongeren hier?", "Waar moeten we zeker iets mee doen?")
SENT, WAITING, DRAFT = "Deze kaart is verstuurd", "Deze kaart wacht nog", "Dit schrijf ik nog"
STORED = """async () => ({
  session: sessionStorage.length,
  local: localStorage.length,
  cookies: document.cookie,
  databases: (await indexedDB.databases()).length,
  caches: window.caches ? (await caches.keys()).length : 0,
})"""
NOTHING = {"session": 0, "local": 0, "cookies": "", "databases": 0, "caches": 0}


class Evening:
    """A phone that typed the code, joined, sent a card and saw several steps."""

    def __init__(self, services, session, page: Page) -> None:
        self.services = services
        self.session = session
        self.phone = Phone(page)
        self.page = page

    async def begin(self) -> None:
        desk = await conduct(self.services, self.session)
        await self._join()
        for step, asked in (("zorgen-kansen", ASKED[0]), ("stippen", ASKED[1]), ("zorgen-kansen", ASKED[0])):
            await desk.go_to(activity(self.session, step).id)
            await self.phone.sees(asked)
            if not await self.cards():
                await self.phone.write_card(SENT, "Zorg")
        await self.page.locator("#kaart").fill(DRAFT)

    async def lose_connection(self) -> None:
        """With a card that waits, and another half written."""
        await self.page.context.set_offline(True)
        await self.page.locator("label.is-zorg").click()
        await self.page.locator("#kaart").fill(WAITING)
        await self.page.get_by_role("button", name="Verstuur kaart").click()
        await expect(self.page.locator("#wachtrij")).to_contain_text(WAITING)
        await self.page.locator("#kaart").fill(DRAFT)

    async def is_forgotten(self) -> None:
        """The post of Snel weg arrives on its own while the page goes on; then nothing is left."""
        async with asyncio.timeout(10):
            while await self._participants() or await self.page.context.cookies():
                await asyncio.sleep(0.05)

    async def _participants(self) -> int:
        """Those whose token still opens something."""
        async with self.services.db.read() as db:
            return await db.scalar(select(func.count(Participant.token_hash)))

    @property
    def title(self) -> str:
        return self.services.library.worksheet(self.session.worksheet).short_title.general

    async def cards(self) -> list[str]:
        async with self.services.db.read() as db:
            return [row.body["text"] for row in await db.scalars(select(Contribution))]

    async def shows_nothing(self) -> None:
        shown = await self.page.content()
        found = (self.title, SENT, WAITING, DRAFT, *ASKED)
        assert [words for words in found if words in shown] == []

    async def back_five_times(self) -> None:
        for _ in range(5):
            with contextlib.suppress(PlaywrightError):  # offline a page of the browser itself comes
                await self.page.go_back(timeout=3000)
            await self.page.wait_for_timeout(400)
            await self.shows_nothing()

    async def _join(self) -> None:
        await self.page.goto("/doe-mee")
        await self.page.get_by_label("Code").fill(self.session.code)
        await self.page.get_by_role("button", name="Verder").click()
        await expect(self.page.get_by_role("heading", name=self.title)).to_be_visible()
        await self.page.get_by_role("button", name="Meedoen").click()
        await self.page.wait_for_url("**/deelnemen")
        await expect(self.page.get_by_role("button", name="Snel weg").first).to_be_visible()


@pytest_asyncio.fixture
async def evening(services, phone):
    evening = Evening(services, await a_session(services), await phone())
    await evening.begin()
    return evening


async def leave(page: Page) -> None:
    await page.get_by_role("contentinfo").get_by_role("button", name="Snel weg").click()


async def test_after_snel_weg_back_five_times_shows_no_card_and_all_storage_is_empty(evening, settings):
    page = evening.page
    assert await page.evaluate(STORED) != NOTHING
    await page.wait_for_load_state("networkidle")  # what the phone asked before this moment is not part of it
    asked = []
    page.context.on("request", lambda request: asked.append((request.method, request.url)))
    await leave(page)
    await page.wait_for_url(settings.exit_url)
    assert sorted(asked, reverse=True) == [("POST", f"{settings.origin}/vertrek"), ("GET", settings.exit_url)]
    await evening.is_forgotten()
    assert await evening.cards() == [SENT]
    await evening.back_five_times()
    for address in ("/doe-mee", "/deelnemen"):
        await page.goto(address)
        await evening.shows_nothing()
        assert await page.evaluate(STORED) == NOTHING


async def test_without_a_connection_snel_weg_leaves_half_a_token_that_opens_nothing(evening, settings):
    page = evening.page
    await evening.lose_connection()
    cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
    await leave(page)
    await page.wait_for_timeout(500)
    await evening.shows_nothing()
    await evening.back_five_times()
    left = await page.context.cookies()
    assert [(cookie["name"], cookie["value"]) for cookie in left] == [(COOKIE, cookies[COOKIE])]

    await page.context.set_offline(False)
    answer = await page.goto("/deelnemen")
    assert answer.status == 401
    await evening.shows_nothing()
    assert await page.context.cookies() == []
    assert await page.evaluate(STORED) == NOTHING
    await page.wait_for_timeout(1500)
    assert await evening.cards() == [SENT]


async def test_without_scripts_snel_weg_is_a_plain_form_and_back_shows_no_card(services, phone, settings):
    session = await a_session(services, step="zorgen-kansen")
    page = await phone(java_script_enabled=False)
    await page.goto(f"/j/{session.join_token}")
    await page.get_by_role("button", name="Meedoen").click()
    await page.locator("label.is-zorg").click()
    await page.locator("#kaart").fill(SENT)
    await page.get_by_role("button", name="Verstuur kaart").click()
    await expect(page.locator("#mijn .kl-card")).to_contain_text(SENT)
    await page.get_by_role("link", name="Hulp", exact=True).click()
    await expect(page.get_by_role("heading", name="Hulp")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("0800-0432")
    await page.get_by_role("button", name="Snel weg").click()
    await page.wait_for_url(settings.exit_url)
    assert await page.context.cookies() == []
    for _ in range(5):
        await page.go_back()
        shown = await page.content()
        assert [words for words in (SENT, *ASKED) if words in shown] == []


async def test_a_page_that_the_browser_kept_for_back_shows_itself_only_to_who_stayed(evening):
    page = evening.page
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    await expect(page.locator("body")).to_be_hidden()
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await expect(page.locator("#kaart")).to_have_value(DRAFT)
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    await page.context.clear_cookies()
    await page.evaluate("() => sessionStorage.clear()")
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    await expect(page.get_by_role("heading", name="Je bent er even uit")).to_be_visible()
    await evening.shows_nothing()


# --- three times Shift ----------------------------------------------------------------------------


async def test_three_times_shift_leaves_and_each_press_gives_five_new_seconds(evening, settings):
    page = evening.page
    await page.clock.install()
    for _ in range(2):
        await page.keyboard.press("Shift")
        await page.clock.run_for(4900)
    assert page.url.endswith("/deelnemen")
    await page.keyboard.press("Shift")
    await page.wait_for_url(settings.exit_url)
    await evening.shows_nothing()
    await evening.is_forgotten()


async def test_presses_that_are_too_far_apart_do_nothing(evening):
    page = evening.page
    await page.clock.install()
    for _ in range(5):
        await page.keyboard.press("Shift")
        await page.keyboard.press("Shift")
        await page.clock.run_for(5100)
    await expect(page.locator("#kaart")).to_have_value(DRAFT)


async def test_who_types_capitals_or_changes_the_layout_of_the_keyboard_stays(evening):
    page = evening.page
    await page.locator("#kaart").fill("")
    for letter in "IKSCHREEUW":
        await page.keyboard.press(f"Shift+{letter}")
    await page.keyboard.down("Alt")
    for _ in range(4):
        await page.keyboard.press("Shift")
    await page.keyboard.up("Alt")
    await page.keyboard.down("Shift")
    for _ in range(4):
        await page.keyboard.down("Shift")  # held down it repeats
    await page.keyboard.up("Shift")
    await expect(page.locator("#kaart")).to_have_value("IKSCHREEUW")


# --- the browser's own memory ---------------------------------------------------------------------


@pytest_asyncio.fixture
async def remembering(settings, server):
    """A page in a browser that keeps pages in memory for Back, which Playwright switches off."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=CHROMIUM, ignore_default_args=["--disable-back-forward-cache"]
        )
        context = await browser.new_context(base_url=settings.origin, locale="nl-NL", **PHONE)
        yield await context.new_page()
        await browser.close()


@pytest.mark.programs
async def test_a_browser_that_keeps_pages_for_back_shows_none_of_them_after_snel_weg(services, remembering):
    for offline in (False, True):
        evening = Evening(services, await a_session(services), remembering)
        await evening.begin()
        await evening.page.evaluate("() => { location.href = '/hulp'; }")
        await evening.page.wait_for_url("**/hulp")
        await evening.page.wait_for_load_state()
        await evening.page.context.set_offline(offline)
        await leave(evening.page)
        await evening.page.wait_for_timeout(700)
        await evening.back_five_times()
        await evening.page.context.set_offline(False)
