"""From an empty dossier through the whole cycle, by the links of "Nu te doen" alone."""

import re
import uuid

import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible
from tests.browser.houses import give_cookies
from tests.browsers import DESK
from tests.people import a_facilitator, a_partnership
from workshop.accounts import sign_in
from workshop.codes import token_hash
from workshop.demo import cycle
from workshop.models import UNFINISHED, Action, SignIn
from workshop.pages.visitor import COOKIE
from workshop.record import moments

SESSION = re.compile("^Maak een sessie met werkblad")
BY_HAND = re.compile("^Ga naar werkblad")


class Coordinator:
    """Somebody who follows links and never types an address; the people in the room are played."""

    def __init__(self, services, page, sign_in, partnership_id):
        self.services, self.page, self.sign_in = services, page, sign_in
        self.partnership_id = partnership_id
        self.made = []

    def duty(self, name):
        return self.page.get_by_role("region", name="Nu te doen").get_by_role("link", name=name)

    async def goes_home(self):
        name = re.compile("^(Overzicht|Kompas Live, naar het dossier)$")
        await self.page.get_by_role("link", name=name).click()
        await expect(self.page.get_by_role("heading", name="Nu te doen")).to_be_visible()

    async def fills_in_what_must_be_there_first(self):
        """Opens the question that the list names and writes an answer by hand."""
        duty = self.page.get_by_role("region", name="Nu te doen").get_by_role("listitem")
        said = await duty.filter(has=self.page.get_by_role("link", name=BY_HAND)).inner_text()
        await self.duty(BY_HAND).click()
        question = re.search("Vul ‘(.+)’ in", said)[1]
        change = self.page.get_by_role("link", name=f"Verander: {question}")
        await change.click()
        await self.page.locator("textarea").first.fill("Eén vaste avond voor ouders")
        await self.page.get_by_role("button", name="Bewaar", exact=True).click()
        await expect(change).to_be_visible()
        await self.goes_home()

    async def makes_a_session(self):
        while await self.duty(BY_HAND).count():
            await self.fills_in_what_must_be_there_first()
        await self.duty(SESSION).click()
        self.made.append(await self.page.locator("[name=werkblad]").input_value())
        subjects = self.page.locator("[name=over]")
        if await subjects.count():
            await subjects.first.check()
        await self.page.get_by_role("button", name="Maak de sessie").click()
        await self.page.wait_for_url("**/regie")
        session_id = uuid.UUID(self.page.url.split("/")[-2])
        await self.goes_home()
        await expect(self.duty("Ga naar de sessie")).to_have_count(1)
        await cycle.run(self.services, self.sign_in, session_id)

    async def reviews_it(self):
        await self.page.reload()
        await self.duty("Kijk de sessie na").click()
        await self.page.get_by_role("button", name="Bekijk en bewaar").click()
        await self.page.get_by_role("button", name="Bewaar in het dossier").click()
        await expect(self.page.get_by_role("heading", name="Klaar")).to_be_visible()
        await self.goes_home()

    async def agreed_and_open(self):
        """Returns the agreements about time, and the actions that somebody still has to do."""
        async with self.services.db.read() as db:
            own = Action.partnership_id == self.partnership_id, Action.status.in_(UNFINISHED)
            agreed = await moments.of(db, self.services.library, self.partnership_id)
            return agreed, (await db.scalars(select(Action).where(*own))).all()


@pytest_asyncio.fixture
async def coordinator(services, visitor, settings):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
    async with services.db.read() as db:
        row = (await db.scalars(select(SignIn).where(SignIn.token_hash == token_hash(token)))).one()
    page = await visitor(**DESK)
    await give_cookies(page.context, settings, {COOKIE: token})
    await page.goto(f"/dossiers/{partnership.id}")
    return Coordinator(services, page, row, partnership.id)


async def test_from_an_empty_dossier_through_the_whole_cycle_without_an_address(coordinator, monkeypatch):
    monkeypatch.setattr(cycle, "ROOM", ("jongere", "uitvoering", None))
    await assert_accessible(coordinator.page, "leeg dossier")
    worksheets = [sheet.id for sheet in coordinator.services.library.worksheets]
    for _ in worksheets:
        await coordinator.makes_a_session()
        await coordinator.reviews_it()
    assert sorted(coordinator.made) == sorted(worksheets)
    await expect(coordinator.duty("Maak de terugblik")).to_have_count(1)
    await assert_accessible(coordinator.page, "na de hele cyclus")
    agreed, todo = await coordinator.agreed_and_open()
    assert agreed
    assert todo
    about_time = {
        field.id
        for sheet in coordinator.services.library.worksheets
        for field in sheet.fields
        if field.kind == moments.KIND
    }
    assert not {action.field for action in todo} & about_time
