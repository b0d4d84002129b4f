"""Two phones of two groups and a table of six: who answers, who follows along, and what the room reads."""

from playwright.async_api import expect

from tests.browser.actors import Phone, assert_accessible
from tests.browsers import DESK, SCREEN
from tests.people import a_facilitator, a_partnership, a_session, activity, conduct
from workshop.accounts import sign_in
from workshop.pages.visitor import COOKIE


async def test_a_step_for_young_people_in_a_room_with_a_table(services, settings, visitor, phone):
    account = await a_facilitator(services, "Fatima")
    session = await a_session(services, partnership=await a_partnership(services, account))
    chair, address = await conduct(services, session), f"{settings.origin}/j/{session.join_token}"
    young, adult, table = [await phone() for _ in range(3)]
    await table.goto(address)
    await table.get_by_text("Wij zitten met meer mensen aan dit scherm").click()
    await table.get_by_label("Met hoeveel zijn jullie?").fill("6")
    await assert_accessible(table, "met meer mensen")
    await table.get_by_role("button", name="Meedoen").click()
    await table.wait_for_url("**/deelnemen")
    await Phone(young).join(address, "Jongere")
    await Phone(adult).join(address, "Ouder")

    screen, desk = await visitor(**SCREEN), await visitor(**DESK)
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
    await desk.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    await screen.goto(f"/scherm/{session.screen_token}")
    await desk.goto(f"/sessies/{session.id}/regie")
    await expect(screen.get_by_text("3 telefoons, 8 mensen")).to_be_visible()
    await expect(desk.locator("#telefoons")).to_have_text("3 telefoons, 8 mensen")
    await assert_accessible(screen, "tafel")

    step = activity(session, "contact")
    await chair.go_to(step.id)
    for page in (young, table):
        await expect(page.get_by_role("heading", name=step.question)).to_be_visible()
    await expect(adult.get_by_role("heading", name="Deze vraag is voor jongeren")).to_be_visible()
    await expect(adult.locator("#kaart")).to_have_count(0)
    await assert_accessible(adult, "kijkt mee")
    await Phone(young).write_card("Bij de bushalte")
    await Phone(table).write_card("In de app van de klas")
    for page in (screen, desk):
        await expect(page.get_by_text("Voor jongeren").first).to_be_visible()
        await assert_accessible(page, "voor jongeren")
    await expect(desk.locator("#zicht")).to_contain_text("2 telefoons")
    await expect(desk.locator("#zicht")).not_to_contain_text("2 van")

    # Who is aside chooses another group: the question is there at once.
    await adult.get_by_text("Verander", exact=True).click()
    await adult.locator("label", has_text="Liever niet zeggen").click()
    await adult.get_by_role("button", name="Bewaar").click()
    await expect(adult.get_by_role("heading", name=step.question)).to_be_visible()
    await expect(adult.locator("#kaart")).to_be_visible()
