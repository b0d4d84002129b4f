"""A phone without scripts takes part: cards, dots and marks, and the way to what is next."""

from playwright.async_api import expect

from tests.browsers import PHONE
from tests.people import a_session, activity, conduct


async def test_a_phone_without_scripts_sends_cards_dots_and_marks(services, visitor):
    page = await visitor(**PHONE, java_script_enabled=False)
    session = await a_session(services, "1-A", step="zorgen-kansen")
    chair = await conduct(services, session)
    await page.goto(f"/j/{session.join_token}")
    await page.get_by_role("button", name="Meedoen").click()
    await page.get_by_role("radio", name="Zorg").check(force=True)
    await page.locator("textarea").first.fill("De bus rijdt niet meer")
    await page.get_by_role("button", name="Verstuur kaart").click()
    await expect(page.get_by_role("heading", name="Mijn kaarten (1)")).to_be_visible()
    await chair.go_to(activity(session, "stippen").id)
    await page.get_by_role("link", name="Kijk of er iets nieuws is").click()
    await page.get_by_role("checkbox").first.check(force=True)
    await page.get_by_role("button", name="Verstuur mijn stippen").click()
    await expect(page.get_by_role("button", name="Verstuur mijn nieuwe keuze")).to_be_visible()
    marks = await a_session(services, "0-leren", step="cijfers")
    await page.goto(f"/j/{marks.join_token}")
    await page.get_by_role("button", name="Meedoen").click()
    await page.get_by_role("radio", name="7", exact=True).first.check(force=True)
    await page.get_by_role("button", name="Verstuur mijn cijfers").click()
    await page.get_by_text("Mijn cijfers weghalen").click()
    await expect(page.get_by_role("button", name="Haal je cijfer weg")).to_be_visible()
