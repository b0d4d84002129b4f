"""A long session is reviewed in a few presses: with a mouse, with the keyboard, and without scripts."""

import re

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.actors import assert_accessible
from tests.browser.houses import give_cookies
from tests.browser.keyboard import Keyboard
from tests.browsers import DESK, PHONE
from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop import codes
from workshop.accounts import sign_in
from workshop.live import plan
from workshop.pages import visitor as visitors
from workshop.record import answers

MOST_ACTIONS = 12
THREE_SCREENS = 3 * 900
ABOUT = ("school", "plein", "sportclub", "bus", "park", "buurthuis", "markt", "station", "winkel", "kantine")
SAID = ("is het druk", "zien we weinig van elkaar", "helpt de mentor", "mis ik een plek")
TWICE = "Niemand zegt er iets van"
NEARLY = ("Er is geen plek om te zitten", "Er is gewoon geen plek om te zitten")
OWN = "Wat we missen"


class Long:
    """A session of a hundred cards that has ended: piles, dots, loose cards, and three of the same words."""

    def __init__(self, services, session):
        self.services, self.session = services, session
        self.path = f"/sessies/{session.id}/nakijken"

    async def play(self):
        cards = [await self.send(column="zorg", text=words) for words in (TWICE, TWICE.upper(), f"{TWICE}!")]
        cards += [await self.send(column="zorg", text=words) for words in NEARLY]
        for place in ABOUT:
            for said in SAID:
                cards.append(await self.send(column="zorg", text=f"Bij {place} {said}"))
                await self.send(column="kans", text=f"Op {place} {said}")
        desk = await conduct(self.services, self.session)
        for number, name in enumerate(("Te druk", "Geen plek", "Hulp dichtbij")):
            some = cards[5 + 4 * number : 9 + 4 * number]
            await desk.gather(self.session.activity_id, name, "zorg", some, None)
        asked = {"title": OWN, "question": "Wat weten we nog niet?"}
        own = await plan.add_step(self.services.room, self.session.id, "cards", asked)
        await self.go_to(activity(self.session, "stippen").id)
        for card in cards[20:24]:
            await self.send(options=[str(card)])
        await self.go_to(own)
        for number in range(15):
            await self.send(text=f"Vraag {number} over de cijfers")
        await (await conduct(self.services, self.session)).end()
        return self

    async def go_to(self, step):
        await (await conduct(self.services, self.session)).go_to(step)
        self.session = await reloaded(self.services, self.session.id)

    async def send(self, **form):
        phone = await a_participant(self.services, self.session)
        given = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
        receipt = await self.services.room.contribute(
            self.session.id, phone.id, self.session.activity_id, codes.new_id(), given
        )
        return receipt.id

    async def saved(self, field):
        async with self.services.db.read() as db:
            found = await answers.current(db, self.session.partnership_id, [field])
        return list(answers.items_of(found.get(field)))

    async def come(self, page: Page):
        desk = await conduct(self.services, self.session)
        token = await self.services.db.write(lambda db: sign_in.begin(db, desk.sign_in.account_id, days=1))
        await give_cookies(page.context, self.services.settings, {visitors.COOKIE: token})
        await page.goto(self.path)
        return page


@pytest_asyncio.fixture
async def long(services):
    return await Long(services, await a_session(services, step="zorgen-kansen")).play()


async def press(page, name, within="main"):
    async with page.expect_navigation():
        await page.locator(within).get_by_role("button", name=name).first.click()


async def test_a_hundred_cards_are_reviewed_in_a_few_presses_on_three_screens(long, visitor):
    page = await long.come(await visitor(**DESK))
    height = await page.evaluate("document.documentElement.scrollHeight")
    assert height <= THREE_SCREENS, height
    await assert_accessible(page, "nakijken")
    actions = 0

    async def act(name, within="main"):
        nonlocal actions
        actions += 1
        await press(page, name, within)

    zorgen, own = (page.locator("form > section", has_text=words) for words in ("Te druk", OWN))
    await expect(zorgen).to_contain_text("zelfde woorden als 2 andere regels")
    await act("Voeg gelijke samen (1)")
    await expect(page.locator("#gedaan")).to_contain_text("Gelijke regels zijn nu één regel")
    await expect(zorgen.get_by_role("checkbox", name=re.compile(TWICE, re.IGNORECASE))).to_have_count(1)
    await zorgen.get_by_text("zeggen regels (bijna) hetzelfde").click()
    actions += 1
    await act("Maak er één regel van")
    await act("Niets mee", "form > section >> nth=1")
    await expect(own).to_contain_text("15 regels hebben nog geen vraag")
    await own.get_by_role("combobox", name=f"Vraag voor deze regels: {OWN}").select_option("1-A.signalen")
    actions += 1
    await act("Zet alles hierbij", "form > section >> nth=2")
    await act("Bekijk en bewaar", "aside")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Zo komt het in het dossier")
    await expect(page.locator("main")).to_contain_text("40 regels bewaar je niet: 40 bij ‘Kansen’.")
    await assert_accessible(page, "voorbeeld")
    await act("Bewaar in het dossier")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Klaar")
    await assert_accessible(page, "klaar")
    assert actions <= MOST_ACTIONS
    quotes = [set(item.quotes) for item in await long.saved("1-A.zorgen")]
    assert {TWICE, TWICE.upper(), f"{TWICE}!"} in quotes
    assert {*NEARLY} in quotes
    assert len(await long.saved("1-A.signalen")) == 15
    assert await long.saved("1-A.kansen") == []


async def test_ticks_are_kept_while_somebody_ticks_and_the_keyboard_is_enough(long, visitor):
    page = await long.come(await visitor(**DESK))
    hands = Keyboard(page)
    await hands.tab_to(re.compile(r"^Nagekeken\s*: Zorgen$"))
    await hands.press("Space")
    await expect(page.locator("aside")).to_contain_text("1 van 3 stappen")
    await expect(page.locator("[data-autosave-status]")).to_contain_text("Bewaard om")
    await page.reload()
    await expect(page.get_by_role("checkbox", name=re.compile(r"^Nagekeken\s*: Zorgen$"))).to_be_checked()
    await hands.tab_to("Geen losse kaarten mee")
    async with page.expect_navigation():
        await hands.press("Enter")
    await hands.tab_to("Zet terug")
    async with page.expect_navigation():
        await hands.press("Enter")
    await expect(page.locator("#gedaan")).to_have_count(0)
    await hands.tab_to("Bekijk en bewaar")
    async with page.expect_navigation():
        await hands.press("Enter")
    await hands.tab_to("Bewaar in het dossier")
    async with page.expect_navigation():
        await hands.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Klaar")
    assert len(await long.saved("1-A.kansen")) == 40


async def test_a_phone_without_scripts_reviews_as_well(long, visitor):
    page = await long.come(await visitor(**PHONE, java_script_enabled=False))
    await press(page, "Voeg gelijke samen")
    await press(page, "Zet terug")
    await press(page, "Geen losse kaarten mee")
    await press(page, "Bekijk en bewaar")
    assert await page.locator("main").evaluate("(at) => at.scrollWidth <= innerWidth")
    await press(page, "Bewaar in het dossier")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Klaar")
    assert {item.text for item in await long.saved("1-A.zorgen")} >= {"Te druk", "Geen plek", "Hulp dichtbij"}
