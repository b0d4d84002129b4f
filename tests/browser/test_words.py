"""Words belong to the question they were written for: sent there while it takes them, else shown apart."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import select

from tests.browser.actors import Phone, assert_accessible
from tests.people import a_session, a_while_later, activity, conduct
from workshop.live.conduct import Conduct
from workshop.models import Activity, Contribution, Session
from workshop.services import Services

pytestmark = pytest.mark.in_this_process  # loads a page the very moment after a deed of the desk

CARDS, OTHER_CARDS, DOTS = "zorgen-kansen", "gesprek-begrijpen", "stippen"
SENTENCE, SECOND = "We letten op elkaar", "Er is niemand om mee te praten"
MEDIA = {"permissions": ["clipboard-read", "clipboard-write"]}


@dataclass
class Room:
    """One phone, and the desk that goes from step to step."""

    services: Services
    session: Session
    desk: Conduct
    phone: Phone

    @property
    def page(self) -> Page:
        return self.phone.page

    def step(self, key: str) -> Activity:
        return activity(self.session, key)

    async def go_to(self, key: str) -> None:
        await self.desk.go_to(self.step(key).id)

    async def shows(self, key: str) -> None:
        await expect(self.page.locator("#stap")).to_have_attribute(
            "data-step", str(self.step(key).id), timeout=20_000
        )

    async def at(self, key: str) -> None:
        await self.go_to(key)
        await self.shows(key)

    async def write(self, words: str) -> None:
        await self.page.locator("label.is-kans").click()
        await self.page.locator("#kaart").fill(words)

    async def send(self, words: str) -> None:
        await self.write(words)
        await self.page.get_by_role("button", name="Verstuur kaart").click()

    async def write_without_connection(self, *cards: str) -> None:
        await self.page.context.set_offline(True)
        for words in cards:
            await self.send(words)
            await expect(self.page.locator("#wachtrij")).to_contain_text(words)

    async def come_back(self) -> None:
        await self.page.context.set_offline(False)
        await expect(self.page.locator("#wachtrij")).to_be_hidden(timeout=30_000)

    async def left(self, page: Page | None = None) -> list[str]:
        """What stands apart, opened to read."""
        apart = (page or self.page).locator("#over")
        await expect(apart).to_be_visible(timeout=20_000)
        if await apart.get_attribute("open") is None:
            await apart.locator("summary").click()
        return await apart.locator(".kl-quote").all_inner_texts()

    async def stored(self) -> dict[str, list[str]]:
        """Key of a step -> the cards that it has."""
        keys = {one.id: one.key for one in self.session.activities}
        async with self.services.db.read() as db:
            rows = (await db.scalars(select(Contribution))).all()
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(keys[row.activity_id], []).append(row.body["text"])
        return found


@pytest_asyncio.fixture
async def room(services, phone):
    session = await a_session(services)
    young = Phone(await phone(**MEDIA))
    await young.join(f"/j/{session.join_token}", "Jongere")
    room = Room(services, session, await conduct(services, session), young)
    await room.at(CARDS)
    return room


# --- the step that the room just left ---------------------------------------------------------------


async def test_a_card_that_is_being_written_when_the_desk_goes_on_can_still_be_sent(room):
    await room.write(SENTENCE)
    await room.go_to(DOTS)
    await expect(room.page.locator("#stap-wacht")).to_contain_text("Verstuur nu wat je schreef")
    await room.page.get_by_role("button", name="Verstuur kaart").click()
    await room.shows(DOTS)
    assert await room.stored() == {CARDS: [SENTENCE]}
    await expect(room.page.locator("#over")).to_be_hidden()


async def test_a_card_without_a_connection_goes_to_its_own_question_when_that_still_takes_it(room):
    await room.write_without_connection(SENTENCE, SECOND)
    await room.go_to(OTHER_CARDS)
    await room.come_back()
    assert await room.stored() == {CARDS: [SENTENCE, SECOND]}
    await room.shows(OTHER_CARDS)
    await expect(room.page.locator("#over")).to_be_hidden()


async def test_the_page_never_goes_on_in_the_middle_of_a_word(services, phone):
    session = await a_session(services)
    young = Phone(await phone())
    await young.join(f"/j/{session.join_token}", "Jongere")
    room = Room(services, session, await conduct(services, session), young)
    await room.page.clock.install()
    await room.page.reload()
    await room.at(CARDS)
    await room.write(SENTENCE)
    await room.go_to(DOTS)
    await expect(room.page.locator("#stap-wacht")).to_contain_text("gaat zo verder")
    for _ in range(18):
        await room.page.clock.run_for(2000)
        await room.page.locator("#kaart").press_sequentially("a")
    await expect(room.page.locator("#kaart")).to_be_focused()
    await room.page.clock.run_for(4000)
    await room.shows(DOTS)
    assert await room.left() == [SENTENCE + 18 * "a"]


# --- what its question takes no more ---------------------------------------------------------------


async def test_cards_that_came_too_late_stand_apart_and_never_in_another_question(room):
    await room.write_without_connection(SENTENCE, SECOND)
    await room.go_to(OTHER_CARDS)
    await a_while_later(room.services, room.session)
    await room.come_back()
    await room.shows(OTHER_CARDS)
    assert await room.left() == [SENTENCE, SECOND]
    await expect(room.page.locator("#over")).to_contain_text("Hoe gaat het met jongeren hier?")
    await expect(room.page.locator("#kaart")).to_have_value("")
    await assert_accessible(room.page, "over")
    await room.page.get_by_role("button", name="Kopieer").first.click()
    await expect(room.page.locator("#melding")).to_contain_text("Gekopieerd")
    assert await room.page.evaluate("navigator.clipboard.readText()") == SENTENCE
    assert await room.stored() == {}


async def test_they_go_back_to_their_own_question_when_the_desk_does(room):
    await room.write_without_connection(SENTENCE, SECOND)
    await room.go_to(DOTS)
    await a_while_later(room.services, room.session)
    await room.come_back()
    assert await room.left() == [SENTENCE, SECOND]
    await room.at(CARDS)
    await expect(room.page.locator("#kaart")).to_have_value(SENTENCE)
    assert await room.left() == [SECOND]
    await room.page.locator("label.is-kans").click()
    await room.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(room.page.locator("#kaart")).to_have_value(SECOND)
    await room.page.locator("label.is-kans").click()
    await room.page.get_by_role("button", name="Verstuur kaart").click()
    await expect(room.phone.card(SECOND)).to_be_visible()
    await expect(room.page.locator("#over")).to_be_hidden()
    assert await room.stored() == {CARDS: [SENTENCE, SECOND]}


async def test_words_survive_a_new_tab_and_the_end_and_then_only_the_page_has_them(room):
    await room.write(SENTENCE)
    tab = await room.page.context.new_page()
    await tab.goto("/deelnemen")
    await expect(tab.locator("#kaart")).to_have_value(SENTENCE)
    await room.page.close()
    room.phone.page = tab
    await room.desk.end()
    await tab.reload()
    await expect(tab.get_by_role("heading", name="Dank je wel")).to_be_visible()
    assert await room.left() == [SENTENCE]
    assert SENTENCE not in await tab.evaluate("() => JSON.stringify({ ...localStorage, ...sessionStorage })")
    await tab.reload()
    await expect(tab.get_by_role("heading", name="Dank je wel")).to_be_visible()
    await expect(tab.locator("#over")).to_be_hidden()


async def test_a_card_that_still_waits_when_the_session_ends_stands_apart_as_well(room):
    await room.write_without_connection(SENTENCE)
    await room.desk.end()
    await room.come_back()
    # Words that stand in the field again may wait there for 30 seconds.
    await expect(room.page.get_by_role("heading", name="Dank je wel")).to_be_visible(timeout=45_000)
    assert await room.left() == [SENTENCE]
    assert SENTENCE not in await room.page.evaluate("() => JSON.stringify({ ...localStorage })")


async def test_when_the_facilitator_takes_the_end_back_the_words_are_kept_again(room):
    await room.write(SENTENCE)
    await room.desk.end()
    await room.page.reload()
    assert await room.left() == [SENTENCE]
    await room.desk.reopen()
    await room.shows(CARDS)
    assert await room.left() == [SENTENCE]
    await room.page.reload()
    assert await room.left() == [SENTENCE]


async def test_a_thrown_away_text_does_not_come_back(room):
    await room.write(SENTENCE)
    await room.go_to(DOTS)
    await room.page.reload()
    assert await room.left() == [SENTENCE]
    await room.page.locator("#over").get_by_role("button", name="Haal deze kaart weg").click()
    await expect(room.page.locator("#over")).to_be_hidden()
    await room.page.reload()
    await room.shows(DOTS)
    await expect(room.page.locator("#over")).to_be_hidden()


# --- whose words they are ---------------------------------------------------------------------------


async def test_snel_weg_in_one_tab_leaves_nothing_that_another_tab_writes_again(room):
    await room.write(SENTENCE)
    tab = await room.page.context.new_page()
    await tab.goto("/deelnemen")
    await tab.get_by_role("contentinfo").get_by_role("button", name="Snel weg").click()
    await expect(tab.locator("#stap")).to_have_count(0)
    await room.page.locator("#kaart").press_sequentially("nog iets")
    await room.page.goto("/doe-mee")
    assert await room.page.evaluate("() => localStorage.length + sessionStorage.length") == 0


async def test_who_joins_next_on_the_same_device_finds_nothing_of_who_was_here(room):
    await room.write(SENTENCE)
    other = await a_session(room.services)
    await room.phone.join(f"/j/{other.join_token}", "Ouder")
    await expect(room.page.locator("#over")).to_be_hidden()
    assert SENTENCE not in await room.page.evaluate("() => JSON.stringify({ ...localStorage })")
