"""The page of the help lines, as a beheerder uses it: by keyboard too, and a phone shows the change."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import Desk, assert_accessible
from tests.browsers import DESK, PHONE
from tests.people import a_facilitator
from workshop.safety import helplines

pytestmark = pytest.mark.in_this_process  # others read the list every ten seconds

STARTERS = helplines.load()


@pytest_asyncio.fixture
async def page(services, visitor):
    """A manager at the list, come from the home page."""
    page = await visitor(**DESK)
    await Desk(page).sign_in((await a_facilitator(services, "Bea", manager=True)).email)
    await page.get_by_role("banner").get_by_role("link", name="Hulplijnen").click()
    await expect(page.get_by_role("heading", name="Hulplijnen", exact=True)).to_be_visible()
    return page


async def names(page):
    return await page.locator("main ol > li h2").all_inner_texts()


async def test_the_order_is_changed_with_the_keyboard_alone(page):
    third = STARTERS[2].name
    await page.get_by_role("button", name=f"Omhoog: {third}").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#melding")).to_contain_text("De volgorde is aangepast.")
    assert (await names(page))[:3] == [STARTERS[0].name, third, STARTERS[1].name]
    await page.keyboard.press("Tab")  # on from the line that moved
    focused = await page.evaluate("() => document.activeElement.closest('li')?.id")
    assert focused == f"lijn-{STARTERS[2].id}"


async def test_a_wrong_number_is_told_and_a_right_one_is_on_the_phone(page, visitor):
    await page.get_by_role("link", name="Nieuwe hulplijn").click()
    await assert_accessible(page, "nieuwe hulplijn")
    await page.get_by_label("Naam van de hulplijn").fill("Jongerenwerk Lindewaard")
    await page.get_by_label("Waarvoor kun je hier terecht?").fill("Praten in de buurt")
    await page.get_by_label("Telefoonnummer").fill("0800-hulp")
    await page.get_by_label("Bron").fill("https://www.lindewaard.nl")
    await page.get_by_role("button", name="Zet in de lijst").click()
    await expect(page.get_by_label("Telefoonnummer")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#phone-fout")).to_contain_text("Dit nummer kun je niet bellen.")
    await expect(page.get_by_label("Naam van de hulplijn")).to_have_value("Jongerenwerk Lindewaard")
    await assert_accessible(page, "hulplijn met een fout")
    await page.get_by_label("Telefoonnummer").fill("06-12345678")
    await page.get_by_role("button", name="Zet in de lijst").click()
    await expect(page.locator("#melding")).to_contain_text("De hulplijn is toegevoegd.")
    phone = await visitor(**PHONE)
    await phone.goto("/doe-mee")
    await phone.get_by_role("link", name="Hulp", exact=True).click()
    await expect(phone.get_by_role("link", name="Jongerenwerk Lindewaard")).to_be_visible()


async def test_a_line_goes_and_comes_back_and_so_does_the_start_list(page):
    line = STARTERS[3].name
    await page.get_by_role("button", name=f"Haal weg: {line}").click()
    await expect(page.locator("#melding")).to_contain_text("weg van alle telefoons")
    await assert_accessible(page, "hulplijnen met een lijn die weg is")
    await page.get_by_role("button", name=f"Zet terug: {line}").click()
    await expect(page.locator("#melding")).to_contain_text("staat weer in de lijst")
    assert (await names(page))[-1] == line
    await page.get_by_role("button", name=f"Vandaag gecontroleerd: {line}").click()
    await expect(page.get_by_role("button", name=f"Vandaag gecontroleerd: {line}")).to_have_count(0)
    await page.get_by_text("Terug naar de startlijst").click()
    await page.get_by_role("button", name="Zet de startlijst terug").click()
    await expect(page.locator("#melding")).to_contain_text("De startlijst staat er weer.")
    assert await names(page) == [one.name for one in STARTERS]


async def test_on_a_phone_the_page_of_the_list_fits(page):
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= width
        await assert_accessible(page, f"hulplijnen op {width}")
