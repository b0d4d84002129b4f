"""A youth session for who uses only the keyboard, and for who hears the page instead of seeing it."""

from __future__ import annotations

import re

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.actors import BigScreen, rest
from tests.browser.keyboard import Keyboard
from tests.browser.listener import Listener
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import (
    PASSWORD,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    conduct,
)
from tests.people import activity as step_of
from workshop import codes

TITLE = "Hoe gaat het hier?"
ZORG, ZORG_TOO = "Foto's worden doorgestuurd.", "In groepsapps gaat het te ver."
KANS, GROUP = "De jongerenwerker kennen we.", "Online gaat het te ver"
ASKED_CARDS, ASKED_DOTS = "Hoe gaat het met jongeren hier?", "Waar moeten we zeker iets mee doen?"
SAVED = "Je kaart is verstuurd"
PUSHES = 10


async def test_a_whole_youth_session_is_led_with_the_keyboard_and_played_by_ear(services, room):
    chair, first, second, screen = room
    code = await open_session(chair, services)
    await screen.page.goto(await screen_of(chair))
    for phone in (first, second):
        await join(phone, code)

    await chair.do("Start: Zorgen en kansen")
    for phone in (first, second):
        await phone.arrives_at("heading", ASKED_CARDS)
    await write_card(first, "Zorg", ZORG)
    await write_card(second, "Zorg", ZORG_TOO)
    await write_card(first, "Kans", KANS)
    await first.reads("De begeleider leest dit nog")
    for text in (ZORG, ZORG_TOO, KANS):
        await expect(chair.page.locator(".kl-held", has_text=text)).to_be_visible()
    for left in (2, 1, 0):
        await chair.do("Laat zien")
        await expect(chair.page.locator(".kl-held")).to_have_count(left)
    for text in (ZORG, ZORG_TOO, KANS):
        await screen.shows(text, 5)
    await first.reads("Mag op het grote scherm")
    await gather(chair)
    await screen.shows(GROUP, 5)

    await chair.do("Start: Wat telt het zwaarst")
    for phone in (first, second):
        await phone.arrives_at("heading", ASKED_DOTS)
        await phone.tick("checkbox", re.compile(GROUP))
        await phone.press("button", "Verstuur mijn stippen")
        await phone.reads("Je stippen zijn verstuurd")
    await screen.shows("2 van de 2 telefoons", 5)
    await chair.do("Laat de uitslag zien")
    await first.hears("heading", "Dit hebben we samen gekozen")
    await first.reads("2 stippen")

    await chair.do("Ga naar Wat we merken")
    await chair.assert_never_lost()
    for phone in (first, second):
        assert await phone.page.evaluate("lost") == []
    await chair.do("Stop sessie")
    await chair.do("Stop en kijk na")
    await chair.page.wait_for_url("**/nakijken")
    for phone in (first, second):
        await phone.arrives_at("heading", "Dank je wel")
        await phone.hears("heading", "Wil je weten wat we ermee doen?")
    await chair.do("Bekijk en bewaar")
    await chair.page.wait_for_url("**/voorbeeld")
    await expect(chair.page.locator("main")).to_contain_text(GROUP)
    await chair.do("Bewaar in het dossier")
    await chair.page.wait_for_url("**/klaar")


async def test_what_others_send_is_not_announced_and_what_i_send_is_once(services, phone):
    session = await a_session(services, "0-leren", step="acties")
    step, desk = step_of(session, "acties"), await conduct(services, session)
    page = await phone()
    await page.goto(f"/j/{session.join_token}")
    await page.get_by_role("button", name="Meedoen").press("Enter")
    await expect(page.locator("#verbinding[data-state=live]")).to_be_visible()
    await page.evaluate(HEAR)
    other = await a_participant(services, session)
    for number in range(1, PUSHES + 1):
        text = f"Voorstel {number} van een ander."
        form = {"text": [text]}
        await services.room.contribute(session.id, other.id, step.id, codes.new_id(), form)
        await desk.show_all(step.id)
        await expect(page.get_by_text(text)).to_be_visible()
    assert await page.evaluate("heard") == []
    await page.get_by_label("Mijn voorstel").fill("Ik bel eerst.")
    await page.get_by_role("button", name="Verstuur voorstel").press("Enter")
    await expect(page.get_by_role("heading", name="Mijn voorstellen (1)")).to_be_visible()
    await expect(page.locator("#melding")).to_contain_text("verstuurd")
    assert await page.evaluate("heard") == [await page.locator("#melding").inner_text()]


HEAR = """() => {
  globalThis.heard = [];
  const live = "[role=status], [role=alert], [aria-live]";
  const said = (region) => (region.hidden ? "" : region.innerText.trim());
  const before = new Map([...document.querySelectorAll(live)].map((region) => [region.id, said(region)]));
  new MutationObserver(() => {
    for (const region of document.querySelectorAll(live)) {
      if (said(region) !== (before.get(region.id) ?? "")) heard.push(said(region));
      before.set(region.id, said(region));
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


# --- the facilitator ------------------------------------------------------------------------------


LOSES = """
  globalThis.lost = [];
  let had = "";
  document.addEventListener("focusin", ({ target }) => (had = target.textContent || target.name));
  document.addEventListener("htmx:after:settle", () => setTimeout(() => {
    if (had && document.activeElement === document.body) lost.push(had.trim());
  }));
"""


class Chair(Keyboard):
    """A desk without a mouse. After every swap the focus is somewhere, so the next Tab goes on from there."""

    async def do(self, name: str | re.Pattern[str]) -> None:
        await self.tab_to(name)
        await rest(self.page)
        await self.press("Enter")

    async def assert_never_lost(self) -> None:
        assert await self.page.evaluate("lost") == []

    async def write(self, name: str, words: str) -> None:
        await self.tab_to(name)
        await self.press("Control+a")
        await self.type(words)


@pytest_asyncio.fixture
async def room(visitor):
    """A desk, two phones that are only heard, and the big screen, which everybody else looks at."""
    pages: list[Page] = [await visitor(**options) for options in (DESK, PHONE, PHONE, SCREEN)]
    for page in pages[:3]:
        await page.add_init_script(LOSES)
    return (
        Chair(pages[0]),
        await Listener.at(pages[1]),
        await Listener.at(pages[2]),
        BigScreen(pages[3]),
    )


async def open_session(chair: Chair, services) -> str:
    """From signing in to the desk. Returns the code that the facilitator reads aloud."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    page = chair.page
    await page.goto("/inloggen")
    await chair.write("E-mailadres", account.email)
    await chair.write("Wachtwoord", PASSWORD)
    await chair.press("Enter")
    await page.wait_for_url("**/dossiers")
    await page.goto(f"/dossiers/{partnership.id}/sessies/nieuw?werkblad=1-A")
    await chair.write("Titel voor de deelnemers (mag je overslaan)", TITLE)
    await chair.tab_to(re.compile("^Ja"))
    await chair.tab_to("Maak de sessie")
    await chair.press("Enter")
    await page.wait_for_url("**/regie")
    await chair.tab_to("Open de sessie")
    await chair.press("Enter")
    words = await page.get_by_text(re.compile(r"^Code \d{4} \d{4}$")).inner_text()
    return words.removeprefix("Code").strip()


async def screen_of(chair: Chair) -> str:
    return await chair.page.get_by_role("link", name="Groot scherm").get_attribute("href") or ""


async def gather(chair: Chair) -> None:
    """Two cards in a new group: by the tab, two ticks, a name and Enter."""
    await chair.tab_to(re.compile("^Te lezen"))
    await chair.press("ArrowRight")
    for text in (ZORG, ZORG_TOO):
        await chair.tab_to(re.compile(re.escape(text)))
        await chair.press("Space")
    await chair.press("g")
    await chair.type(GROUP)
    await chair.press("Enter")
    await expect(chair.page.get_by_label("Naam van de stapel")).to_have_value(GROUP)


# --- the phones -----------------------------------------------------------------------------------


async def join(phone: Listener, code: str) -> None:
    await phone.page.goto("/doe-mee")
    await phone.hears("heading", "Typ de code")
    await phone.write("Code", code)
    await phone.press("button", "Verder")
    await phone.hears("heading", TITLE)
    await phone.tick("radio", "Jongere")
    await phone.press("button", "Meedoen")
    await phone.hears("heading", "Kijk naar het grote scherm")


async def write_card(phone: Listener, column: str, text: str) -> None:
    await phone.tick("radio", re.compile(f"^{column}"))
    await phone.write(re.compile("^Mijn"), text)
    await phone.press("button", "Verstuur kaart")
    await phone.reads(SAVED)
    await phone.reads(text)
    assert await phone.focus(), "the focus is lost after sending"
