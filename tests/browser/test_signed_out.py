"""A sign-in that ends while somebody writes: the words stay, and so does the place."""

import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import delete, update

from tests.browser.actors import Desk
from tests.browsers import DESK
from tests.people import PASSWORD, a_facilitator, a_member, a_partnership
from workshop.accounts import roles
from workshop.models import Membership, SignIn
from workshop.record import actions, answers
from workshop.record.answers import items_of

FIELD = "1-A.zorgen"


@pytest_asyncio.fixture
async def place(services):
    samira = await a_facilitator(services, "Samira")
    return samira, await a_partnership(services, samira, name="Veilig Lindewaard")


@pytest_asyncio.fixture
async def page(visitor, place):
    """Samira's."""
    page = await visitor(**DESK)
    await Desk(page).sign_in(place[0].email)
    return page


async def sign_in_ends(services):
    await services.db.write(lambda db: db.execute(delete(SignIn)))


async def log_in(page: Page, account) -> None:
    await page.get_by_label("E-mailadres").fill(account.email)
    await page.get_by_label("Wachtwoord").fill(PASSWORD)
    await page.get_by_role("button", name="Log in", exact=True).click()


async def kept(page: Page):
    return await page.evaluate("sessionStorage.getItem('kompas:kept')")


async def test_a_sign_in_that_ended_during_autosave_costs_no_word_and_no_place(page, place, services):
    samira, partnership = place
    sheet = services.library.worksheet("1-A")
    step = next(step for step in sheet.steps if any(field.id == FIELD for field in step.fields))
    address = f"/dossiers/{partnership.id}/bouwstenen/1-a?stap={step.key}&bewerk={FIELD}"
    await page.goto(address)
    form = page.locator("form.kl-editor")
    status = form.locator("[data-autosave-status]")
    first = form.locator("[name^='text.']").first
    await first.fill("Online pesten")
    await expect(status).to_contain_text("Bewaard om")
    await sign_in_ends(services)
    await form.locator("[data-more]").first.click()
    await page.keyboard.type("Weinig tijd voor een gesprek")
    name = await page.evaluate("document.activeElement.name")
    await expect(status).to_contain_text("Je bent uitgelogd")
    await page.keyboard.type(", en geen ruimte")
    await status.get_by_role("link", name="Log in en ga verder").click()
    await log_in(page, samira)
    await page.wait_for_url(f"**{address}")
    back = page.locator(f"[name='{name}']")
    await expect(back).to_have_value("Weinig tijd voor een gesprek, en geen ruimte")
    await expect(back).to_be_focused()
    await expect(status).to_contain_text("Bewaard om")
    assert await kept(page) is None
    async with services.db.read() as db:
        found = await answers.current(db, partnership.id, [FIELD])
    texts = [item.text for item in items_of(found[FIELD])]
    assert texts == ["Online pesten", "Weinig tijd voor een gesprek, en geen ruimte"]


async def an_action_page(page, place, services):
    samira, partnership = place
    action = await services.db.write(
        lambda db: actions.create(db, partnership.id, "0-leren.acties", "Les", account_id=samira.id)
    )
    await page.goto(f"/dossiers/{partnership.id}/acties/{action.id}")
    return page.locator(f"form[action$='/acties/{action.id}']")


async def test_the_form_of_an_action_keeps_its_words_through_the_login(page, place, services):
    form = await an_action_page(page, place, services)
    address = page.url
    await form.locator("[name=text]").fill("Een les over grenzen, met de GGD")
    await form.locator("[name=due]").fill("2027-03-01")
    await sign_in_ends(services)
    await form.locator("[name=owner]").fill("School")
    await form.locator("[name=owner]").press("Enter")
    await expect(page.get_by_text("Je was uitgelogd")).to_be_visible()
    await log_in(page, place[0])
    await page.wait_for_url(address)
    await expect(form.locator("[name=text]")).to_have_value("Een les over grenzen, met de GGD")
    await expect(form.locator("[name=due]")).to_have_value("2027-03-01")
    await expect(form.locator("[name=owner]")).to_be_focused()
    await expect(page.locator("#melding")).to_contain_text("Wat je typte, staat er weer")
    await form.locator("[name=owner]").press("Enter")
    await expect(page.get_by_text("School").first).to_be_visible()
    await page.goto(address)
    assert await kept(page) is None


async def test_words_that_were_refused_for_another_reason_stand_there_again(page, place, services):
    form = await an_action_page(page, place, services)
    address = page.url
    await form.locator("[name=text]").fill("Een les over grenzen")
    role = await a_role(services, place, roles.LEZER)
    await form.get_by_role("button", name="Bewaar").click()
    await expect(page.get_by_text("Dit kan niet met jouw rol")).to_be_visible()
    await role(roles.COORDINATOR)
    await page.goto(address)
    await expect(form.locator("[name=text]")).to_have_value("Een les over grenzen")


async def a_role(services, place, role):
    """Gives Samira this role; returns what gives her another."""

    async def give(role):
        own = update(Membership).where(Membership.account_id == place[0].id)
        await services.db.write(lambda db: db.execute(own.values(role=role)))

    await give(role)
    return give


async def test_signing_out_wipes_them_and_nobody_else_sees_them(page, place, services):
    kevin = await a_facilitator(services, "Kevin")
    await a_member(services, place[1], kevin, roles.COORDINATOR)
    form = await an_action_page(page, place, services)
    address = page.url
    await form.locator("[name=text]").fill("Van Samira")
    await sign_in_ends(services)
    await form.get_by_role("button", name="Bewaar").click()
    await expect(page.get_by_text("Je was uitgelogd")).to_be_visible()
    assert "Van Samira" in await kept(page)
    await log_in(page, kevin)
    await page.wait_for_url(address)
    await expect(form.locator("[name=text]")).to_have_value("Les")
    assert await kept(page) is None
    await form.locator("[name=text]").fill("Van Kevin")
    await form.evaluate("(at) => kompas.kept.keep(at)")
    await page.goto("/account")
    assert "Van Kevin" in await kept(page)
    # The press itself wipes: without TLS a browser does not do it when the answer asks that.
    await page.route("**/uitloggen", lambda route: route.fulfill(status=204))
    await page.get_by_role("button", name="Uitloggen").first.click()
    assert await kept(page) is None
    await page.unroute("**/uitloggen")
    await page.get_by_role("button", name="Uitloggen").first.click()
    await page.wait_for_url("**/")
    assert await kept(page) is None
