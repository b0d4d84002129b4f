"""A session is prepared today and opened in five days: nobody comes in before, and few clicks are needed."""

import datetime as dt
import re

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from tests.browser.actors import assert_accessible
from tests.browser.houses import give_cookies
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import a_facilitator, a_sign_in
from workshop.models import Session
from workshop.pages.visitor import COOKIE

TODAY = dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC)
MOST_CLICKS, MOST_WHEN_PREPARED = 8, 2


class Clicks:
    """A facilitator's browser that counts how often somebody presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    async def press(self, element: Locator) -> None:
        self.count += 1
        await element.click()

    async def button(self, name: str | re.Pattern) -> None:
        await self.press(self.page.get_by_role("button", name=name))

    async def link(self, name: str | re.Pattern) -> None:
        await self.press(self.page.get_by_role("link", name=name))

    async def big_screen(self) -> Page:
        async with self.page.expect_popup() as opened:
            await self.link("Groot scherm")
        return await opened.value


async def shows_qr(screen: Page) -> None:
    await expect(screen.get_by_role("img", name="QR-code om mee te doen")).to_be_visible()


async def at_the_desk(services, visitor) -> Clicks:
    account = await a_facilitator(services)
    page = await visitor(**DESK)
    await give_cookies(page.context, services.settings, {COOKIE: await a_sign_in(services, account)})
    await page.goto("/dossiers")
    return Clicks(page)


async def test_from_a_first_account_to_a_qr_on_the_screen_takes_few_clicks(services, visitor):
    desk = await at_the_desk(services, visitor)
    await desk.link("Maak een dossier")
    await desk.page.get_by_label("Hoe heet jullie samenwerkingsverband?").fill("Veilig Voorbeeldstad")
    await desk.button("Maak het dossier")
    await desk.link("Maak een sessie met werkblad")
    await desk.button("Maak de sessie")
    await desk.button("Open de sessie")
    await shows_qr(await desk.big_screen())
    assert desk.count <= MOST_CLICKS


@pytest.mark.in_this_process
async def test_prepared_today_it_opens_in_five_days_and_nobody_comes_in_before(services, visitor, clock):
    clock(TODAY)
    maker = await at_the_desk(services, visitor)
    page = maker.page
    await maker.link("Maak een dossier")
    await page.get_by_label("Hoe heet jullie samenwerkingsverband?").fill("Veilig Voorbeeldstad")
    await maker.button("Maak het dossier")
    dossier = page.url
    await maker.link("Maak een sessie met werkblad")
    await page.get_by_label("Dag").fill("2027-01-09")
    await page.get_by_label("Tijd").fill("14:00")
    await maker.button("Maak de sessie")
    await page.wait_for_url("**/regie")
    await expect(page.get_by_text("Niemand kan meedoen.")).to_be_visible()
    await assert_accessible(page, "voorbereiden")
    await expect(page.locator("#nu-deel")).to_contain_text("Dag en tijd, klaar")
    await expect(page.locator("#nu-deel")).to_contain_text("Groot scherm, nog niet")
    path = await page.get_by_role("link", name="Open het grote scherm").get_attribute("href")
    screen = await visitor(**SCREEN)
    await screen.goto(path)
    await expect(screen.locator("#scherm")).to_contain_text("We beginnen zaterdag 9 januari 2027 om 14.00")
    await assert_accessible(screen, "scherm van een sessie die nog dicht is")
    # it ticks while somebody looks at it
    await expect(page.locator("#nu-deel")).to_contain_text("Groot scherm, klaar")

    token = await services.db.write(_join_token)
    phone = await visitor(**PHONE)
    await phone.goto(f"/j/{token}")
    await expect(phone.get_by_role("heading", name="Deze sessie is nog niet open")).to_be_visible()
    await expect(phone.get_by_text("We beginnen op 9 januari 2027 om 14:00.")).to_be_visible()
    await expect(phone.get_by_role("button", name="Meedoen")).to_have_count(0)
    await assert_accessible(phone, "telefoon voor de deur")

    clock(TODAY + dt.timedelta(days=5))
    opener = Clicks(page)
    await page.goto(f"{dossier}/sessies")
    await opener.button(re.compile("^Open de sessie"))
    await shows_qr(await opener.big_screen())
    assert opener.count <= MOST_WHEN_PREPARED
    await shows_qr(screen)  # the screen that stood open
    code = await screen.locator(".kl-bigcode [aria-hidden]").inner_text()
    await phone.goto("/doe-mee")
    await phone.get_by_label("Code").fill(code)
    await phone.get_by_role("button", name="Verder").click()
    await phone.get_by_role("button", name="Meedoen").click()
    await expect(phone.get_by_role("heading", name="Kijk naar het grote scherm")).to_be_visible()


async def _join_token(db) -> str:
    return (await db.scalars(select(Session.join_token))).one()
