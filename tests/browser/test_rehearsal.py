"""A facilitator practises: from the button on the plan to nothing."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.browser.actors import Desk, assert_accessible
from tests.browser.houses import give_cookies
from tests.browsers import DESK
from tests.pages.presses import contents
from tests.people import a_facilitator, a_partnership, a_session, a_sign_in
from workshop.pages.visitor import COOKIE
from workshop.rehearsal import rehearsals
from workshop.rehearsal.company import Company

pytestmark = [pytest.mark.tour, pytest.mark.in_this_process]
WHILE = 30_000


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Seconds of the simulated phones take none of ours."""

    class QuickCompany(Company):
        async def play(self):
            while await self.tick():
                await asyncio.sleep(0.04)

    monkeypatch.setattr(rehearsals, "Company", QuickCompany)


async def test_a_facilitator_practises_a_whole_step_and_nothing_stays(services, visitor):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    page = await visitor(**DESK)
    await give_cookies(page.context, services.settings, {COOKIE: await a_sign_in(services, account)})
    plan = await a_session(services, "1-A", partnership=partnership)
    await page.goto(f"/sessies/{plan.id}/programma")
    before = await contents(services)
    desk = Desk(page)
    await desk.press("Oefen")
    await page.wait_for_url("**/regie")
    practised = page.url.split("/")[-2]
    await expect(page.locator("#oefening")).to_contain_text("Oefening")
    await expect(page.locator("#telefoons")).to_contain_text("11 telefoons", timeout=WHILE)

    phone = page.frame_locator("iframe[name=telefoon]")
    await phone.get_by_role("button", name="Meedoen").click()
    await expect(page.locator("#telefoons")).to_contain_text(re.compile("1[23] telefoons"))
    await desk.start("Zorgen en kansen")
    await phone.locator("label", has_text=re.compile(r"^\s*Kans")).click()
    await phone.get_by_label("Mijn kaart").fill("Dit schreef ik zelf")
    await phone.get_by_role("button", name=re.compile("Verstuur")).click()
    await expect(page.locator("#nu-deel")).to_contain_text("Dit schreef ik zelf", timeout=WHILE)

    await expect(page.locator("#klinkt-persoonlijk")).to_be_visible(timeout=WHILE)
    await desk.rest()
    await page.get_by_role("link", name="Lees nu").click()
    told = page.locator(".kl-held.is-care")
    await expect(told).to_contain_text("Dit is een oefening. Niemand hoort hiervan.")
    await assert_accessible(page, "a rehearsal")
    await told.get_by_role("button", name="Ik pak dit op").click()
    await expect(page.locator("#melding")).to_contain_text("In een echte sessie")

    await desk.go_to("Wat telt het zwaarst")
    await expect(page.locator("#zicht")).to_contain_text(
        re.compile("(8|9|10|11|12) van 1[23]"), timeout=WHILE
    )
    await desk.press("Laat de uitslag zien")
    screen = page.frame_locator(".kl-preview iframe")
    await expect(screen.locator("#scherm")).to_contain_text(re.compile("stip"), timeout=WHILE)

    await phone.get_by_role("button", name="Snel weg").first.click()
    await expect(phone.locator("h1")).to_have_count(0)
    await page.reload()  # whoever practises stays signed in
    await expect(phone.locator("h1").first).to_be_visible()

    await desk.rest()
    await page.locator("#oefening").get_by_role("button", name="Stop en gooi weg").click()
    await page.wait_for_url(f"**/sessies/{plan.id}/programma")
    after = await contents(services)
    assert {name for name in after if after[name] != before[name]} <= {"deed"}
    for path in ("", "/sessies", "/logboek"):
        await page.goto(f"/dossiers/{partnership.id}{path}")
        assert practised not in await page.content()
