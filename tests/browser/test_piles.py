"""A hundred cards on eight piles: by the keyboard alone, and with a finger; every press is counted."""

import itertools
import re
import uuid

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible, rest
from tests.browser.houses import give_cookies
from tests.browsers import DESK, PHONE
from tests.people import a_participant, a_session, conduct
from workshop import codes
from workshop.accounts import sign_in
from workshop.meaning import Meaning
from workshop.models import Cluster, Contribution
from workshop.pages import visitor as visitors

CARDS = 100
EDGE = 24
"""Pixels from the side of a phone at which a finger is held."""
THEMES = {"zorg": ("ap", "ui", "sc", "th", "ge"), "kans": ("sp", "mu", "wy")}
"""Column -> the names of the piles that its cards belong on."""


def themes():
    """The column and the theme of each card, out of order as a room writes them."""
    for number in range(CARDS):
        column = "kans" if number % 5 > 2 else "zorg"
        names = THEMES[column]
        yield column, names[number // 3 % len(names)]


class Hand:
    """The desk, with a count of every key, tap and drag."""

    def __init__(self, services, session, page):
        self.services, self.session, self.page = services, session, page
        self.piles = []
        self.finger = None
        self.keys = self.taps = 0

    async def press(self, *keys):
        for key in keys:
            self.keys += 1
            await self.page.keyboard.press(key)

    async def tap(self, locator):
        self.taps += 1
        await locator.tap()

    async def drag(self, card, target):
        """Drags a card by its grip, with one finger. It is held over the end of the row of piles until the
        target comes in."""
        self.taps += 1
        self.finger = touch = self.finger or await self.page.context.new_cdp_session(self.page)
        x, y = await middle(card.locator("[data-grip]"))
        await touch.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        width = self.page.viewport_size["width"]
        for part in itertools.chain((0.5, 1), itertools.cycle((0.99, 1))):
            to = await middle(target)
            end = min(max(to[0], EDGE), width - EDGE)
            point = {"x": x + (end - x) * part, "y": y + (to[1] - y) * part}
            await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
            if part == 1 and end == to[0]:
                break
        await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    @property
    def new(self):
        return self.page.get_by_role("button", name="Nieuwe stapel")

    def pile(self, theme):
        return self.page.locator("button[name=groep]", has_text=re.compile(rf"^\s*\d\s*{theme}\s*$"))

    def loose(self):
        return self.page.locator("[data-column] li:not(.is-leaving)")

    async def lies(self):
        """Theme of the card -> the names of the piles that such cards lie on."""
        async with self.services.db.read() as db:
            names = {cluster.id: cluster.name for cluster in await db.scalars(select(Cluster))}
            found = {}
            for card in await db.scalars(select(Contribution)):
                found.setdefault(theme_of(card.body["text"]), set()).add(names.get(card.cluster_id))
            return found


def theme_of(text):
    return text.rsplit(" ", 1)[1]


async def middle(locator):
    box = await locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


ALL_LIE = {theme: {theme} for names in THEMES.values() for theme in names}


async def a_hand(services, visitor, cards=CARDS, **options):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, desk.sign_in.account_id, days=1))
    page = await visitor(**options)
    await give_cookies(page.context, services.settings, {visitors.COOKIE: token})
    phones = [await a_participant(services, session) for _ in range(10)]
    for number, (column, theme) in enumerate(list(themes())[:cards]):
        form = {"column": [column], "text": [f"Wat wij zien op straat en thuis, kaart {number} over {theme}"]}
        await services.room.contribute(
            session.id, phones[number % 10].id, session.activity_id, codes.new_id(), form
        )
    await page.goto(f"/sessies/{session.id}/regie")
    await expect(page.locator("#deel-scherm li[data-card]")).to_have_count(cards)
    return Hand(services, session, page)


@pytest_asyncio.fixture
async def wide(services, visitor):
    return await a_hand(services, visitor, **DESK)


@pytest_asyncio.fixture
async def few(services, visitor):
    return await a_hand(services, visitor, cards=12, **DESK)


@pytest_asyncio.fixture
async def phone(services, visitor):
    return await a_hand(services, visitor, **PHONE)


async def focused(page):
    at = "document.activeElement.closest('li[data-card]')?.querySelector('bdi').textContent ?? ''"
    return await page.evaluate(at)


async def test_a_hundred_cards_lie_on_eight_piles_after_130_keystrokes(wide):
    page = wide.page
    await wide.press("k")
    for _ in range(CARDS):
        theme = theme_of(await focused(page))
        if theme in wide.piles:
            await expect(wide.pile(theme)).to_be_visible(timeout=60_000)
            await wide.press(str(wide.piles.index(theme) + 1))
        else:
            await wide.press("g", *theme, "Enter")
            wide.piles.append(theme)
    await expect(page.locator("[data-column] li")).to_have_count(0, timeout=60_000)
    assert await wide.lies() == ALL_LIE
    assert len(wide.piles) == 8
    assert wide.keys <= 130, wide.keys
    await assert_accessible(page, "stapels")


async def test_a_hundred_cards_lie_on_eight_piles_after_110_taps_and_drags(phone):
    page = phone.page
    await phone.tap(page.locator("a[data-key=k]"))
    for _ in range(CARDS):
        card = phone.loose().first
        theme = theme_of(await card.locator("bdi").inner_text())
        if theme in phone.piles:
            await phone.drag(card, phone.pile(theme))
        else:
            await phone.tap(page.locator("#stapelnaam"))
            await page.keyboard.type(theme)  # letters of a name are no taps
            await phone.drag(card, phone.new)
            phone.piles.append(theme)
            await expect(phone.pile(theme)).to_be_visible(timeout=60_000)
    await expect(page.locator("[data-column] li")).to_have_count(0, timeout=60_000)
    assert await phone.lies() == ALL_LIE
    assert phone.taps <= 110, phone.taps
    bar, foot = [await page.locator(name).bounding_box() for name in ("#stapelen", ".kl-next")]
    assert bar["y"] + bar["height"] <= foot["y"]
    assert bar["height"] < PHONE["viewport"]["height"] / 4


async def choose(few, *places):
    for place in places:
        await few.page.locator("#deel-scherm input[name=kaart]").nth(place).check()


async def test_cards_of_two_columns_are_chosen_and_escape_lets_go_of_them(few):
    page = few.page
    await choose(few, 0, 1)
    await page.locator("#los-kans input[name=kaart]").first.check()
    said = page.locator("#stapelen [data-chosen]")
    await expect(said).to_have_text("3 gekozen")
    await few.press("Escape")
    await expect(said).to_have_text("")
    await expect(page.locator("#deel-scherm :checked")).to_have_count(0)
    await choose(few, 0)
    await page.locator("#los-kans input[name=kaart]").first.check()
    await few.new.click()
    await expect(page.locator("#deel-scherm [data-pile] li")).to_have_count(2)
    await expect(page.get_by_label("Naam van de stapel")).to_have_value("Stapel 1")


async def test_the_keys_are_letters_where_somebody_types(few):
    await few.press("k", "g", *"g1 k", "Enter")
    await expect(few.page.get_by_label("Naam van de stapel")).to_have_value("g1 k")
    await few.press("g")
    await few.press(*"v2", "Escape")
    await expect(few.page.locator("#stapelnaam")).to_have_value("v2")
    await expect(few.page.locator("#deel-scherm [data-pile] li")).to_have_count(1)


async def test_a_pile_is_split_and_two_are_merged_and_all_of_it_undone(few):
    page = few.page
    await few.press("k", "Space", "ArrowDown", "Space", "g", *"een", "Enter")
    lies = page.locator("#deel-scherm section[data-pile]")
    await expect(lies.locator("li")).to_have_count(2)
    await lies.locator("input[name=kaart]").first.focus()
    await few.press("g", *"twee", "Enter")
    await expect(lies).to_have_count(2)
    await lies.first.get_by_text("Samenvoegen").click()
    await lies.first.get_by_role("button", name="Voeg samen").click()
    await expect(lies).to_have_count(1)
    await expect(lies.locator("li")).to_have_count(2)
    for left in (2, 1):
        await rest(page)
        await few.press("Control+z")
        await expect(lies).to_have_count(left)
    await expect(lies).to_have_count(1)
    await expect(lies.locator("li")).to_have_count(2)


async def drag(page, card, target):
    """With the mouse, by the words of the card."""
    await card.evaluate("(at) => at.scrollIntoView({ block: 'center' })")
    await carry(page, card.locator("bdi"), target)


async def carry(page, grip, target):
    await page.mouse.move(*await middle(grip))
    await page.mouse.down()
    await page.mouse.move(*await middle(target), steps=4)
    await page.mouse.up()


async def test_a_card_is_dragged_onto_a_card_a_pile_another_column_and_nothing(few):
    page = few.page
    loose = page.locator("#los-zorg li")
    pile = page.locator("#deel-scherm section[data-pile]")
    number = await loose.count()
    await drag(page, loose.nth(0), loose.nth(1))
    await expect(pile.locator("li")).to_have_count(2)
    await drag(page, loose.nth(0), page.locator("button[name=groep]"))
    await expect(pile.locator("li")).to_have_count(3)
    await expect(page.locator("#deel-scherm :checked")).to_have_count(0)
    other = await page.locator("#los-kans li").count()
    await drag(page, loose.nth(0), page.locator("#los-kans h2"))
    await expect(page.locator("#los-kans li")).to_have_count(other + 1)
    await page.evaluate("scrollTo(0, 500)")
    await page.locator("#deel-scherm section[data-pile] li").first.locator("input").check()
    await page.get_by_text("Meer", exact=True).click()
    await page.get_by_role("button", name="Haal van de stapel").click()
    await expect(pile.locator("li")).to_have_count(2)
    await expect(loose).to_have_count(number - 3)


async def test_a_whole_pile_is_dragged_onto_another_and_to_another_column(few):
    page = few.page
    await page.set_viewport_size({"width": 1440, "height": 2000})
    pile = page.locator("#deel-scherm section[data-pile]")
    await choose(few, 0)
    await few.new.click()
    await expect(pile).to_have_count(1)
    await choose(few, 0)
    await few.new.click()
    await expect(pile).to_have_count(2)
    grip = pile.first.locator("h2 + form [data-grip]")
    await carry(page, grip, page.locator("button[name=groep]").nth(1))
    await expect(pile).to_have_count(1)
    await expect(pile.locator("li")).to_have_count(2)
    await carry(page, grip, page.locator("#los-kans h2"))
    await expect(page.locator("section[data-pile][data-of-column=kans] li")).to_have_count(2)


async def test_cards_that_say_the_same_lie_together_until_one_press_takes_them_apart(few):
    page = few.page
    phone = await a_participant(few.services, few.session)
    for text in ("Er is te weinig licht", "te weinig LICHT!", "Te weinig licht."):
        form = {"column": ["zorg"], "text": [text]}
        await few.services.room.contribute(
            few.session.id, phone.id, few.session.activity_id, codes.new_id(), form
        )
    licht = page.locator("#deel-scherm li:visible").filter(has_text=re.compile("licht", re.IGNORECASE))
    button = page.get_by_role("button", name="3x hetzelfde")
    await expect(button).to_be_visible()
    await expect(licht).to_have_count(1)
    await button.click()
    await expect(licht).to_have_count(3)
    await few.services.room.contribute(
        few.session.id, phone.id, few.session.activity_id, codes.new_id(), form | {"text": ["Nog iets"]}
    )
    await expect(page.locator("#los-zorg")).to_contain_text("Nog iets")
    await expect(licht).to_have_count(3)
    await licht.first.locator("input").check()
    await expect(page.locator("#stapelen [data-chosen]")).to_have_text("1 gekozen")
    await button.click()
    await expect(page.locator("#stapelen [data-chosen]")).to_have_text("3 gekozen")
    await few.new.click()
    await expect(page.locator("section[data-pile] li")).to_have_count(3)
    await expect(page.locator("section[data-pile] li:visible")).to_have_count(1)


@pytest.mark.in_this_process
async def test_what_looks_like_a_chosen_card_is_chosen_or_piled_with_one_press_and_a_name_is_proposed(
    few, monkeypatch
):
    async def the_same(self, texts, kept):
        kept |= dict.fromkeys(texts, np.ones(1))

    monkeypatch.setattr(Meaning, "read", the_same)
    page = few.page
    said, beside = page.locator("#stapelen [data-chosen]"), page.locator("#lijkt-op")
    await choose(few, 0)
    await expect(beside.locator("[data-also]")).to_have_count(5)
    await beside.locator("[data-also]").first.click()
    await expect(said).to_have_text("2 gekozen")
    await beside.locator("[data-called]").first.click()
    name = page.locator("#stapelnaam")
    await expect(name).to_have_value("straat")
    await expect(name).to_be_focused()
    await expect(page.locator("section[data-pile]")).to_have_count(0)
    await few.press(*"anders", "Enter")
    await expect(page.get_by_label("Naam van de stapel")).to_have_value("anders")
    await expect(beside).to_be_empty()
    await choose(few, 0)
    await beside.get_by_role("button", name="Op anders").click()
    await expect(page.locator("section[data-pile] li")).to_have_count(3)


async def test_only_loose_cards_are_left_after_one_key_also_when_a_card_comes_in(few):
    piles, loose = few.page.locator("section[data-pile]"), few.page.locator("[data-column] li:visible")
    await choose(few, 0)
    await few.new.click()
    await expect(piles).to_be_visible()
    await few.press("l")
    await expect(piles).to_be_hidden()
    await few.press("k", "1")
    await expect(loose).to_have_count(10)
    await expect(piles).to_be_hidden()
    await few.press("l")
    await expect(piles.locator("li:visible")).to_have_count(2)


async def test_a_search_is_begun_with_a_slash_and_wiped_with_escape(few):
    await few.press("/", *"kaart 11")
    cards = few.page.locator("#deel-scherm li[data-card]:visible")
    await expect(cards).to_have_count(1)
    await few.press("Escape")
    await expect(cards).to_have_count(12)


async def test_the_page_stays_where_it_is_and_a_choice_stays_while_a_colleague_moves_cards(few):
    page = few.page
    chair = await conduct(few.services, few.session)
    await choose(few, 0, 1, 2)
    first = page.locator("#deel-scherm input[name=kaart]").first
    card = (await first.get_attribute("value")).split(".")[0]
    await first.focus()
    await page.evaluate("scrollTo(0, 300)")
    await chair.gather(few.session.activity_id, "Van een collega", "", [uuid.UUID(card)], None)
    pile = page.locator("#deel-scherm section[data-pile]")
    await expect(pile.locator("li")).to_have_count(1)
    assert await page.evaluate("scrollY") == 300
    await few.new.click()
    await expect(pile).to_have_count(2)
