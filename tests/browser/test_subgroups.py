"""Own groups, a table of six, one who comes late: who answers what, and what the others read."""

import re

from playwright.async_api import expect

from tests.browser.actors import Phone, assert_accessible
from tests.browsers import DESK, SCREEN
from tests.people import (
    a_facilitator,
    a_partnership,
    a_session,
    activity,
    conduct,
    in_subgroups,
    reloaded,
)
from workshop.accounts import sign_in
from workshop.pages.visitor import COOKIE


async def test_a_room_with_a_table_works_in_parts_and_comes_back_to_one_board(
    services, settings, visitor, phone
):
    account = await a_facilitator(services, "Fatima")
    session = await a_session(services, partnership=await a_partnership(services, account))
    chair, address = await conduct(services, session), f"{settings.origin}/j/{session.join_token}"
    screen, desk = await visitor(**SCREEN), await visitor(**DESK)
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
    await desk.context.add_cookies([{"name": COOKIE, "value": token, "url": settings.origin}])
    await desk.goto(f"/sessies/{session.id}/programma")
    await desk.get_by_text("Kies de groepen").press("Enter")
    await desk.get_by_label("Jongere", exact=True).press("Space")
    await desk.get_by_label("Naam van eigen groep 1").fill("Sanne")
    await desk.get_by_label("Jongeren in eigen groep 1").press("Space")
    await desk.get_by_role("button", name="Bewaar de groepen").press("Enter")
    await expect(desk.get_by_role("alert")).to_contain_text("‘Sanne’: lijkt op een naam.")
    await assert_accessible(desk, "groep die op een naam lijkt")
    await desk.get_by_label("Naam van eigen groep 1").fill("School A")
    await desk.get_by_role("button", name="Bewaar de groepen").press("Enter")
    await expect(desk.locator("#stap-groepen")).to_contain_text("School A of liever niet zeggen")

    young, adult, table = [await phone() for _ in range(3)]
    await table.goto(address)
    await table.get_by_text("Wij zitten met meer mensen aan dit scherm").click()
    await table.get_by_label("Met hoeveel zijn jullie?").fill("6")
    await assert_accessible(table, "met meer mensen")
    await table.get_by_role("button", name="Meedoen").click()
    await table.wait_for_url("**/deelnemen")
    await Phone(young).join(address, "School A")
    await Phone(adult).join(address, "Ouder")

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

    await in_subgroups(services, session)
    late = await phone()
    step = activity(session, "zorgen-kansen")
    await chair.go_to(step.id)
    await expect(young.get_by_role("heading", name="In welk groepje zit je?")).to_be_visible()
    await expect(young.locator("#kaart")).to_have_count(0)
    for page in (young, screen, desk):
        await assert_accessible(page, "in groepjes")

    # One chooses with the keyboard alone, and its focus stays with what it chose.
    await young.get_by_role("button", name=re.compile("^Zorg$")).focus()
    await young.keyboard.press("Enter")
    await expect(young.locator("#groepje")).to_contain_text("Jouw groepje")
    assert await young.evaluate("!!document.activeElement.closest('#mijn')")
    await table.get_by_role("button", name=re.compile("^Kans$")).click()
    await expect(table.locator("#groepje")).to_contain_text("Kans")
    await Phone(late).join(address, "Ouder", heading="In welk groepje zit je?")
    await late.get_by_role("button", name=re.compile("^Zorg$")).click()
    await Phone(young).write_card("Er is te weinig licht")
    await Phone(table).write_card("Er komt een jongerenplek")
    await expect(desk.locator("#groepjes")).to_contain_text("3 van 4 telefoons kozen een groepje")
    await chair.show_all(step.id)
    await expect(screen.get_by_text("Er komt een jongerenplek")).to_be_visible()
    await assert_accessible(young, "in een groepje")

    # What belongs to another question is refused, and stays where it was written.
    await table.locator("#kaart").fill("Blijft staan")
    await table.locator("input[name=column]").evaluate("field => field.value = 'zorg'")
    await table.get_by_role("button", name="Verstuur kaart").click()
    await expect(table.locator("#melding")).to_contain_text("van een ander groepje")
    await expect(table.locator("#kaart")).to_have_value("Blijft staan")
    await table.get_by_text("Zit je in een ander groepje?").click()
    await assert_accessible(table, "een ander groepje")
    await table.get_by_role("button", name=re.compile("^Zorg$")).click()
    await expect(table.locator("#groepje")).to_contain_text("Zorg")
    await expect(table.locator("#kaart")).to_have_value("Blijft staan")

    # One board: what the late one was typing stays, and goes where it wants now.
    await late.locator("#kaart").fill("Halve zin")
    await desk.get_by_role("button", name=re.compile(r"^\s*Neem de regie over\s*$")).click()
    await desk.get_by_role("button", name=re.compile(r"^\s*Terug naar één bord\s*$")).click()
    await expect(desk.get_by_role("button", name=re.compile(r"^\s*Weer in groepjes\s*$"))).to_be_visible()
    await expect(late.locator("input[name=column]")).to_have_count(2)
    await expect(late.locator("#kaart")).to_have_value("Halve zin")
    await Phone(late).write_card("Een hele zin", "Kans")
    for page in (late, screen, desk):
        await assert_accessible(page, "op één bord")

    chair = await conduct(services, await reloaded(services, session.id))
    await chair.go_to(activity(session, "stippen").id)
    await Phone(young).stick_dots("Er is te weinig licht")
