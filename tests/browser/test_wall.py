"""A wall of 120 cards on the screens that rooms have: every card is seen, large enough to read, and whole."""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.houses import give_cookies, visiting
from tests.browser.looks import PHONE_LOOKS, SCREEN_LOOKS, glance, look
from tests.people import a_participant, a_session, conduct, reloaded
from workshop import bus, codes
from workshop.models import Activity, Session
from workshop.services import Services

PICTURES = os.environ.get("PICTURES", "")
WALLS = ((1024, 768), (1920, 1080), (3840, 2160))
COLUMNS = ("zorg", "kans")
LONG = "We spreken met elkaar af wat we doen als het te ver gaat op school, thuis of op straat, en wie belt."
CAPITAL, SCREEN_MM, AWAY_MM = 0.668, 2400, 8000
"""Height of a capital in this font, as a part of its size; a screen of 2.4 m wide, and who sits at 8 m."""
ARC_MINUTES = 10
"""What somebody with half of normal sight can read: a fifth of a letter is 2 arc minutes."""

SHOWN = """() => [...document.querySelectorAll("[data-shelf]")].flatMap((shelf) => {
  const box = shelf.getBoundingClientRect();
  return [...shelf.querySelectorAll(".kl-slip")].filter((slip) => {
    const { left, right, top, bottom } = slip.getBoundingClientRect();
    return left >= box.left - 1 && right <= box.right + 1 && top >= box.top - 1 && bottom <= box.bottom + 1;
  }).map((slip) => ({ id: slip.id, size: parseFloat(getComputedStyle(slip).fontSize) }));
})"""


def words(number: int) -> str:
    """Short ones, long ones, and one in six that somebody else wrote too."""
    if number % 6 == 0:
        return ("Niemand doet iets", "niemand  doet iets.", "Niemand doet iets!")[number % 3]
    return f"{number} {LONG}"[:140] if number % 3 == 0 else f"Appjes doorsturen kan beter, {number}"


@dataclass
class Seen:
    """What one screen showed over all its pages."""

    cards: set[str] = field(default_factory=set)
    sizes: set[float] = field(default_factory=set)
    pages: int = 0
    found: list[str] = field(default_factory=list)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: f"{wall[0]}x{wall[1]}")
async def test_each_of_120_cards_is_seen_whole_and_large_enough_at_eight_metres(a_wall, wall):
    page, cards = a_wall
    await page.set_viewport_size({"width": wall[0], "height": wall[1]})
    seen = await all_pages(page, f"{wall[0]}x{wall[1]}")
    assert seen.cards == cards
    assert not seen.found, "\n".join(seen.found)
    millimetres = min(seen.sizes) * CAPITAL * SCREEN_MM / wall[0]
    assert millimetres / AWAY_MM * 3437.7 >= ARC_MINUTES, (min(seen.sizes), seen.pages)


async def all_pages(page: Page, name: str) -> Seen:
    """Turns the pages with the key of a clicker, until the first is back."""
    seen, first = Seen(), await _place(page)
    while True:
        seen.pages += 1
        where = f"{name} {await _place(page)}"
        shown = await page.evaluate(SHOWN)
        seen.cards |= {card["id"] for card in shown}
        seen.sizes |= {card["size"] for card in shown}
        for lines in (await glance(page, "cut", "overlapping", "broken")).values():
            seen.found += [f"{where}: {line}" for line in lines]
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"wall {where}.png")
        await page.keyboard.press("PageDown")
        if await _place(page) == first or seen.pages > 20:
            return seen


async def _place(page: Page) -> str:
    return await page.locator("[data-turn-place]").text_content() or ""


async def test_equal_cards_stand_there_once_with_their_number(a_wall):
    page, _ = a_wall
    equal = page.locator(".kl-slip", has_text="iemand doet iets")
    assert "×" in (await equal.first.inner_text())


async def test_the_wall_is_open_to_everybody(a_wall):
    page, _ = a_wall
    found = await look(page, SCREEN_LOOKS)
    assert not any(found.values()), found


ASKED = """
window.asked = [];
Object.defineProperty(document, "fullscreenEnabled", { value: true });
Object.defineProperty(navigator, "wakeLock", { value: { request: async (what) => asked.push(what) } });
Element.prototype.requestFullscreen = async () => asked.push("full");
"""


async def test_the_screen_stays_awake_and_fills_its_display_by_key_and_by_button(browser, open_house, a_wall):
    async with visiting(browser, open_house) as context:
        page = await context.new_page()
        await page.add_init_script(ASKED)
        await page.goto(a_wall[0].url)
        assert await page.evaluate("asked") == ["screen"]
        await page.keyboard.press("f")
        assert await page.evaluate("asked") == ["screen", "full"]
        await page.keyboard.press("Alt+f")
        await page.mouse.move(200, 200)
        await page.get_by_role("button", name="Volledig scherm").click()
        assert await page.evaluate("asked") == ["screen", "full", "full"]


async def test_without_scripts_the_wall_is_a_list_that_scrolls(browser, open_house, a_wall):
    page, cards = a_wall
    async with visiting(browser, open_house, java_script_enabled=False) as context:
        plain = await context.new_page()
        await plain.goto(page.url)
        slips = plain.locator(".kl-slip")
        assert await slips.count() == len(cards)
        await slips.last.scroll_into_view_if_needed()
        box = await slips.last.bounding_box()
        assert 0 <= box["y"] <= 720


@pytest_asyncio.fixture(scope="module")
async def a_wall(browser, open_house):
    """The big screen with 120 cards in two columns, and the ids of what stands on it."""
    session = await a_session(open_house, "1-A", step="zorgen-kansen")
    await fill(open_house, session)
    async with visiting(browser, open_house) as context:
        page = await context.new_page()
        await page.goto(f"/scherm/{session.screen_token}")
        cards = await page.locator(".kl-slip").evaluate_all("slips => slips.map(({ id }) => id)")
        assert len(cards) > 90
        yield page, set(cards)


async def fill(services: Services, session: Session) -> None:
    for phone_number in range(12):
        phone = await a_participant(services, session)
        for n in range(10):
            number = phone_number * 10 + n
            form = {"text": [words(number)], "column": [COLUMNS[number % 2]]}
            await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)
    desk = await conduct(services, await reloaded(services, session.id))
    step = (await services.fanout.scene(session.id, newest=True)).scene
    ids = [entry.id for entry in step.entries if entry.answer.column == COLUMNS[0]]
    for name, some in (("Foto's en appjes", ids[:17]), ("Niet weten waar je heen kunt", ids[17:34])):
        await desk.gather(session.activity_id, name, COLUMNS[0], [uuid.UUID(one) for one in some], None)


async def test_a_phone_reads_what_the_screen_shows_and_follows_it(browser, open_house):
    session = await a_session(open_house, "1-A", step="zorgen-kansen")
    phone = await a_participant(open_house, session)
    await fill(open_house, session)
    desk = await conduct(open_house, session)
    async with visiting(browser, open_house, viewport={"width": 390, "height": 844}) as context:
        await give_cookies(context, open_house.settings, phone.cookies)
        page = await context.new_page()
        await page.goto("/deelnemen")
        await page.get_by_role("link", name="Wat staat er op het scherm?").click()
        await expect(page.locator("#lijst")).to_contain_text("Foto's en appjes")
        assert not any((found := await look(page, PHONE_LOOKS)).values()), found
        card = (await open_house.fanout.scene(session.id, newest=True)).scene.entries[0]
        await desk.show_large(uuid.UUID(card.id))
        await expect(page.locator("#lijst")).not_to_contain_text("Foto's en appjes")
        await expect(page.locator("#lijst")).to_contain_text(card.answer.text.strip())
        await page.get_by_role("link", name="Terug naar de vragen").click()
        await expect(page.locator("#stap h1")).to_be_visible()
        link = page.get_by_role("link", name="Wat staat er op het scherm?")
        await expect(link).to_be_visible()
        await desk.let_phones_read(False)
        await expect(link).to_be_hidden()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
async def test_a_result_grows_into_place_once_and_not_for_who_wants_no_motion(browser, open_house, motion):
    session = await a_session(open_house, "1-A", step="stippen")
    desk = await conduct(open_house, session)
    async with visiting(browser, open_house, reduced_motion=motion) as context:
        page = await context.new_page()
        await page.add_init_script(
            "addEventListener('animationstart', (event) => (window.moved ??= []).push(event.animationName))"
        )
        await page.goto(f"/scherm/{session.screen_token}")
        await expect(page.locator("#scherm")).to_contain_text("klaar")
        await marks_of(open_house, session)
        await expect(page.locator("#scherm")).to_contain_text("6 van de 6 telefoons")
        await desk.set_shown((await reloaded(open_house, session.id)).activity_id, True)
        await expect(page.locator("[data-result]")).to_be_visible()
        await expect(page.locator("html")).not_to_have_class(re.compile("is-revealing"))
        moved = await page.evaluate("(window.moved ?? []).length")
        assert (moved > 0) is (motion == "no-preference")
        await a_participant(open_house, session)
        await expect(page.locator("#scherm")).to_contain_text("telefoons")
        assert await page.evaluate("(window.moved ?? []).length") == moved


async def marks_of(services: Services, session: Session) -> uuid.UUID:
    """A step with marks at the end of the plan, current and answered by six phones; returns its id."""
    themes = [{"id": "relatie", "label": "Relatie"}, {"id": "proces", "label": "Proces"}]
    id = codes.new_id()

    async def add(db) -> None:
        words = {"title": "Cijfers", "question": "Welk cijfer geef jij?"}
        db.add(
            Activity(
                id=id,
                session_id=session.id,
                key="cijfers",
                position=99,
                kind="marks",
                settings={"themes": themes},
                saves={},
                **words,
            )
        )

    await services.db.write(add)
    await services.room.bus.tell(bus.Change(session.id, bus.STEP))
    await (await conduct(services, session)).go_to(id)
    for number in range(6):
        phone = await a_participant(services, session)
        form = {"mark.relatie": [str(1 + number)], "mark.proces": ["7"]}
        await services.room.contribute(session.id, phone.id, id, codes.new_id(), form)
    return id
