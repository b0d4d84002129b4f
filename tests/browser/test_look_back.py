"""Where a text comes from and what happened to it, in a browser: with the keyboard, and on a phone."""

from playwright.async_api import expect

from tests.browser.actors import Desk, assert_accessible
from tests.browser.test_by_hand import Keyboard, dossier, sits_down, write
from tests.browsers import DESK, PHONE
from workshop.items import Item
from workshop.record import answers

__all__ = ["dossier"]


async def a_choice(services, partnership):
    """A worry and what was chosen from it."""
    [worry] = await write(services, partnership, "1-A.zorgen", "Foto's doorsturen is hier gewoon")
    chosen = Item(id="gekozen", text="Samen tegen doorsturen", origins=(worry.id,))
    await services.db.write(
        lambda db: answers.write(db, partnership.id, "1-B.aan-de-slag", [chosen], account_id=None)
    )
    return worry


async def test_the_drawing_of_a_chain_leads_to_each_step_with_the_keyboard(visitor, services, dossier):
    worry = await a_choice(services, dossier[1])
    samira: Keyboard = await sits_down(await visitor(**DESK), *dossier)
    await samira.open("/bouwstenen/1-b?stap=s1")
    await samira.tab_to("Waar komt dit vandaan? Samen tegen doorsturen")
    await samira.press("Enter")
    drawing = samira.page.get_by_role("navigation", name="De keten als tekening")
    await expect(drawing.get_by_role("link")).to_have_count(2)
    await assert_accessible(samira.page, "de keten")
    await drawing.get_by_role("link", name="Foto's doorsturen").press("Enter")
    await expect(samira.page.locator("#stap-2:target")).to_contain_text(worry.text)
    await samira.page.locator("#stap-2").get_by_role("link", name=worry.text).click()
    await expect(samira.page.locator(f"#tekst-{worry.id}")).to_be_visible()


async def test_a_phone_reads_the_chain_and_the_history_as_lists(visitor, services, dossier):
    account, partnership = dossier
    await a_choice(services, partnership)
    page = await visitor(**PHONE)
    await Desk(page).sign_in(account.email)
    await page.goto(f"/dossiers/{partnership.id}/herkomst/gekozen")
    await expect(page.get_by_role("navigation", name="De keten als tekening")).to_be_hidden()
    await expect(page.locator("#stap-1")).to_contain_text("Gekozen uit")
    await assert_accessible(page, "de keten op een telefoon")
    await page.goto(f"/dossiers/{partnership.id}/velden/1-A.zorgen/versies")
    await expect(page.get_by_role("heading", name="Geschiedenis: Zorgen")).to_be_visible()
    await assert_accessible(page, "de geschiedenis op een telefoon")
