"""A desk with as many cards as a full room writes; and what the screen says of what came in."""

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import update

from tests.browser.houses import give_cookies
from tests.browsers import SCREEN
from tests.people import a_participant, a_session, activity, conduct
from workshop import codes
from workshop.accounts import sign_in
from workshop.models import Session
from workshop.pages import visitor

CARDS = 120


@pytest_asyncio.fixture
async def full(services, desk_page):
    """The session, its desk, and the page of that desk; all cards are on the screen but the last three."""
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, desk.sign_in.account_id, days=1))
    await give_cookies(desk_page.context, services.settings, {visitor.COOKIE: token})
    for number in range(CARDS // 10):
        phone = await a_participant(services, session)
        for n in range(10):
            form = {"column": ["zorg"], "text": [f"Zin {number * 10 + n + 1} over école"]}
            await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)
    await desk_page.goto(f"/sessies/{session.id}/regie")
    return session, desk, desk_page


async def test_a_desk_with_many_cards_finds_one(full):
    _, _, page = full
    lines = page.locator("#deel-scherm li")
    await expect(lines).to_have_count(CARDS)
    await page.get_by_label("Zoek een kaart").fill("ECOLE 117")
    await expect(lines.locator("visible=true").locator("bdi")).to_have_text("Zin 117 over école")
    await expect(page.locator("#zoek-kaarten")).to_contain_text(f"1 van {CARDS}")


async def test_a_search_stays_when_a_card_comes_in(full, services):
    session, _, page = full
    await page.get_by_label("Zoek een kaart").fill("zin 117")
    phone = await a_participant(services, session)
    form = {"column": ["zorg"], "text": ["Net binnen"]}
    await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)
    await expect(page.locator("#zoek-kaarten")).to_contain_text(f"1 van {CARDS + 1}")
    await expect(page.get_by_label("Zoek een kaart")).to_have_value("zin 117")


async def test_the_way_to_group_cards_is_in_view_at_the_first_and_at_the_last(full):
    _, _, page = full
    button = page.get_by_role("button", name="Nieuwe stapel")
    boxes = page.locator("#deel-scherm").get_by_role("checkbox")
    for box in (boxes.first, boxes.last):
        await box.check()
        await box.evaluate("(at) => at.scrollIntoView({ block: 'center' })")
        await expect(button).to_be_in_viewport(ratio=1)
    await expect(page.locator("#stapelen [data-chosen]")).to_have_text("2 gekozen")
    await button.click(trial=True)  # nothing lies over it


async def test_another_step_begins_at_its_question(full):
    session, desk, page = full
    await page.evaluate("scrollTo(0, 2000)")
    await desk.go_to(activity(session, "stippen").id)
    await expect(page.get_by_role("heading", name=activity(session, "stippen").question)).to_be_in_viewport()


async def test_the_big_screen_says_what_came_in_before_anything_is_shown(services, visitor):
    session = await a_session(services, step="zorgen-kansen", holds_back=True)
    screen = await visitor(**SCREEN)
    await screen.goto(f"/scherm/{session.screen_token}")
    await expect(screen.locator("#scherm")).to_contain_text("Schrijf jij de eerste?")
    phone = await a_participant(services, session)
    for n in range(3):
        form = {"column": ["zorg"], "text": [f"Zin {n}"]}
        await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)
    await expect(screen.locator("#scherm")).to_contain_text("3 kaarten binnen")
    await expect(screen.locator("#scherm")).to_contain_text("De begeleider leest ze eerst.")
    await expect(screen.locator("#scherm")).not_to_contain_text("Schrijf jij de eerste?")


async def test_the_longest_title_stands_whole_on_the_big_screen_of_the_lobby(services, visitor):
    session = await a_session(services)
    title = ("Wat we met elkaar afspreken als het te ver gaat, wie dan het eerst belt en " * 2)[:119] + "."
    named = update(Session).where(Session.id == session.id).values(title=title)
    await services.db.write(lambda db: db.execute(named))
    screen = await visitor(**SCREEN)
    await screen.goto(f"/scherm/{session.screen_token}")
    heading = screen.get_by_role("heading", name=title)
    for width, height in ((1024, 768), (1280, 720), (1366, 768), (1920, 1080)):
        await screen.set_viewport_size({"width": width, "height": height})
        lost = await heading.evaluate("(at) => at.scrollHeight - at.clientHeight")
        assert lost < 8  # a line is 30 px or more
