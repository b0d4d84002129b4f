"""Finding in a dossier in a browser: by keyboard, readable for everybody, and to the exact place."""

import re
import uuid

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import Desk, assert_accessible
from tests.people import a_facilitator, a_partnership
from workshop.codes import new_id
from workshop.items import Item
from workshop.record import actions, answers


@pytest_asyncio.fixture
async def home(services, desk_page):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    items = [
        Item(
            id=new_id().hex,
            text=f"Foto’s doorsturen in de groepsapp van klas {number}",
            quotes=("Iemand stuurde een foto van mij door", "Niemand zegt er iets van"),
            labels=("Online",),
            cards=2,
        )
        for number in range(1, 24)
    ]

    async def fill(db):
        await answers.write(db, partnership.id, "1-A.zorgen", [Item("x", "Een foto")], account_id=account.id)
        await answers.write(db, partnership.id, "1-A.zorgen", items, account_id=account.id)
        await actions.create(
            db, partnership.id, "", "Les over foto’s op alle scholen", owner="GGD", account_id=account.id
        )

    await services.db.write(fill)
    await Desk(desk_page).sign_in(account.email)
    return f"/dossiers/{partnership.id}"


async def test_a_slash_goes_to_the_box_and_a_result_to_its_text(desk_page, home):
    await desk_page.goto(home)
    await desk_page.keyboard.press("/")
    box = desk_page.get_by_role("searchbox", name="Zoek in dit dossier")
    await expect(box).to_be_focused()
    await expect(box).to_have_value("")
    await desk_page.keyboard.type("foto les/")
    await desk_page.keyboard.press("Enter")
    await desk_page.wait_for_url("**/zoeken?q=foto+les%2F")
    await expect(desk_page.locator(".kl-found mark").first).to_have_text("Les")
    await desk_page.get_by_role("searchbox").fill("klas 7")
    await desk_page.keyboard.press("Enter")
    await desk_page.get_by_role("link", name="Foto’s doorsturen in de groepsapp van klas 7").click()
    await desk_page.wait_for_url(re.compile("#tekst-"))
    await expect(desk_page.locator("li:target")).to_contain_text("klas 7")


async def test_the_pages_of_a_search_are_readable_for_everybody(desk_page, home):
    for query, state in (
        ("", "leeg"),
        ("?q=foto", "gevonden"),
        ("?q=eenhoorn&ook=ja", "niets"),
        ("?q=!!", "?"),
    ):
        await desk_page.goto(f"{home}/zoeken{query}")
        await assert_accessible(desk_page, f"zoeken {state}")


async def test_on_a_phone_the_tab_zoeken_leads_to_the_box(desk_page, home):
    await desk_page.set_viewport_size({"width": 390, "height": 844})
    await desk_page.goto(home)
    await desk_page.get_by_role("link", name="Zoeken").click()
    await expect(desk_page.get_by_role("searchbox", name="Wat zoek je?")).to_be_focused()
    await desk_page.keyboard.type("foto")
    await desk_page.keyboard.press("Enter")
    await expect(desk_page.get_by_role("status").filter(has_text="gevonden")).to_have_text(
        "24 plekken gevonden."
    )
    await assert_accessible(desk_page, "zoeken op een telefoon")


async def test_of_many_activities_those_with_the_words_stay(desk_page, home, services):
    many = [Item(id=f"a{n}", text=f"Les {n}") for n in range(12)]
    cafe = Item(id="cafe", text="Ouderavond in het café")
    id = uuid.UUID(home.rpartition("/")[2])
    await services.db.write(
        lambda db: answers.write(db, id, "3-B.activiteiten", [*many, cafe], account_id=None)
    )
    await desk_page.goto(f"{home}/bouwstenen/4")
    lines = desk_page.locator("#waarover li:has(bdi)")
    await expect(lines.last).to_be_hidden()  # folded away
    field = desk_page.get_by_role("searchbox", name="Zoek een activiteit")
    await field.fill("OUDER CAFE")
    await expect(lines.locator("visible=true")).to_have_text([re.compile(cafe.text)])
    said = desk_page.locator("#zoek-waarover [role=status]")
    await expect(said).to_have_text("1 van 13 gevonden")
    await field.press("ArrowDown")
    await expect(desk_page.get_by_role("link", name=cafe.text)).to_be_focused()
    await field.fill("iets heel anders")
    await expect(said).to_have_text("Niets gevonden. Kijk of het anders heet.")
    await field.press("Escape")
    await expect(field).to_have_value("")
    await expect(said).to_be_empty()
    await expect(lines.last).to_be_hidden()

    await desk_page.goto(f"{home}/sessies/nieuw?werkblad=4")
    await desk_page.get_by_label("Les 3").check()
    await field.fill("cafe")
    await expect(lines.locator("visible=true")).to_have_text(["Les 3", cafe.text])  # what was chosen stays
    await field.press("Enter")
    await expect(desk_page).to_have_url(re.compile("nieuw"))
