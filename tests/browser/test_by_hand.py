"""The dossier by hand: keyboard only, saved by itself, and two people who write at the same moment."""

import re
import uuid

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.actors import Desk, assert_accessible
from tests.browser.keyboard import Keyboard
from tests.browsers import DESK
from tests.people import a_facilitator, a_member, a_partnership, versions_of
from workshop.accounts import roles
from workshop.items import Item
from workshop.record import answers
from workshop.record.answers import items_of

SAVED = re.compile(r"^Bewaard om \d\d\.\d\d$")


class Writer(Keyboard):
    """Somebody at a worksheet of one dossier."""

    def __init__(self, page: Page, home: str) -> None:
        super().__init__(page)
        self.home = home

    async def open(self, path: str) -> None:
        await self.page.goto(self.home + path)

    async def is_saved(self) -> None:
        await expect(self.status).to_have_text(SAVED)

    @property
    def status(self):
        return self.page.locator("form.kl-editor [data-autosave-status]")


@pytest_asyncio.fixture
async def dossier(services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Voorbeeldstad")
    return account, partnership


async def sits_down(page: Page, account, partnership) -> Writer:
    await Desk(page).sign_in(account.email)
    return Writer(page, f"/dossiers/{partnership.id}")


@pytest_asyncio.fixture
async def samira(visitor, dossier):
    return await sits_down(await visitor(**DESK), *dossier)


@pytest_asyncio.fixture
async def kevin(visitor, services, dossier):
    account = await a_facilitator(services, "Kevin")
    await a_member(services, dossier[1], account, roles.BEGELEIDER)
    return await sits_down(await visitor(**DESK), account, dossier[1])


async def written(services, partnership, field, about=""):
    async with services.db.read() as db:
        found = await answers.current(db, partnership.id, [field], about=about)
    return items_of(found.get(field))


async def history(services, partnership, field):
    async with services.db.read() as db:
        found = await versions_of(db, partnership.id, field)
    return [{item.text for item in items_of(version)} for version in found]


async def write(services, partnership, field, *texts, about=""):
    items = [Item(id=uuid.uuid4().hex, text=text) for text in texts]
    await services.db.write(
        lambda db: answers.write(db, partnership.id, field, items, account_id=None, about=about)
    )
    return items


async def test_the_partners_are_ticked_and_added_with_the_keyboard_and_save_themselves(
    samira, services, dossier
):
    await samira.open("/bouwstenen/0-a?stap=s2")
    await samira.tab_to("Verander: Partners bij ons plan")
    await samira.press("Enter")
    await expect(samira.page.locator("form.kl-editor")).to_be_visible()
    await samira.tab_to("Huisarts")
    await samira.press("Space", "Tab")
    await samira.type("d")
    await samira.tab_to("Wie gaat het vragen?")
    await samira.type("Gemeente")
    await samira.tab_to("Andere partner", within="Gezondheid en zorg > Basisvoorzieningen")
    await samira.type("Apotheek")
    await samira.press("Enter")
    await samira.is_saved()
    await assert_accessible(samira.page, "partners bewerken")
    items = await written(services, dossier[1], "0-A.partijen")
    cell = "gezondheid-zorg.basisvoorzieningen"
    assert [(item.text, item.cell, item.details["status"]) for item in items] == [
        ("Huisarts", cell, "doet mee"),
        ("Apotheek", cell, "vragen"),
    ]
    assert items[0].details["owner"] == "Gemeente"

    await samira.tab_to("Bewaar")
    await samira.press("Enter")
    table = samira.page.locator("#veld-0-A\\.partijen table")
    await expect(table).to_contain_text("Huisarts")
    await expect(table).to_contain_text("Wie: Gemeente")
    await assert_accessible(samira.page, "partners lezen")


async def test_activities_are_placed_in_the_matrix_with_the_keyboard(samira, services, dossier):
    (ambition,) = await write(services, dossier[1], "1-B.ambities", "Jongeren kennen hun grenzen")
    await write(services, dossier[1], "3-B.resultaten", "Minder meldingen", "Meer hulp", about=ambition.id)
    await samira.open(f"/bouwstenen/3-b?stap=s1&over={ambition.id}")
    await samira.tab_to("Verander: Activiteiten per rij")
    await samira.press("Enter")
    await expect(samira.page.locator("form.kl-editor")).to_be_visible()
    await samira.tab_to("Activiteit", within="Preventie > Meer hulp")
    await samira.type("Lessen")
    await samira.tab_to("Organisatie")
    await samira.type("School")
    await samira.tab_to("Voor wie")
    await samira.type("klas 2")
    await samira.tab_to("Erkend")
    await samira.press("Space")
    await samira.tab_to("Nog een activiteit", within="Preventie > Meer hulp")
    await samira.press("Enter")
    await samira.type("Spreekuur")
    await samira.tab_to("Hier mist iets", within="Basis > Minder meldingen")
    await samira.press("Space")
    await samira.is_saved()
    await assert_accessible(samira.page, "matrix bewerken")
    items = await written(services, dossier[1], "3-B.activiteiten", ambition.id)
    assert [(item.text, item.labels) for item in items] == [
        ("Lessen", ("Preventie", "Meer hulp")),
        ("Spreekuur", ("Preventie", "Meer hulp")),
    ]
    assert items[0].details == {"owner": "School", "target": "klas 2", "known": "erkend"}
    await samira.tab_to("Bewaar")
    await samira.press("Enter")
    await expect(samira.page.locator("#veld-3-B\\.activiteiten table")).to_contain_text("Hier mist iets")
    await assert_accessible(samira.page, "matrix lezen")


async def test_two_indicators_are_written_with_the_keyboard_and_a_mistake_is_said(samira, services, dossier):
    await samira.open("/bouwstenen/2?stap=s5&bewerk=2.indicatoren")
    await expect(samira.page.locator("form.kl-editor textarea").first).to_be_focused()
    await samira.type("Meldingen bij de politie")
    await samira.tab_to("Waar kun je dat vinden?")
    await samira.type("politie")
    await samira.tab_to("Nodig of leuk om te weten")
    await samira.type("n")
    await samira.is_saved()

    await samira.tab_to("Indicator of signaal")
    await samira.type("s")
    await samira.tab_to("Waar kun je dat vinden?")
    await samira.type("jongerenwerk")
    await expect(samira.status).to_contain_text("Een signaal zonder tekst kan niet")
    await assert_accessible(samira.page, "indicator zonder tekst")
    await samira.press("Shift+Tab")
    await samira.type("Jongeren praten er vaker over")
    await samira.is_saved()
    items = await written(services, dossier[1], "2.indicatoren")
    assert [item.labels for item in items] == [
        ("Indicator", "Bron: politie", "Nodig"),
        ("Signaal", "Bron: jongerenwerk"),
    ]
    assert len(await history(services, dossier[1], "2.indicatoren")) == 1


async def test_two_people_at_once_see_both_texts_and_choose(samira, kevin, services, dossier):
    partnership = dossier[1]
    await write(services, partnership, "1-A.zorgen", "Begin")
    for person in (samira, kevin):
        await person.open("/bouwstenen/1-a?stap=s5&bewerk=1-A.zorgen")
        await expect(person.page.locator("form.kl-editor textarea").last).to_be_focused()
    await samira.type("Van Samira")
    await samira.is_saved()
    await kevin.type("Van Kevin")
    choice = kevin.page.locator(".kl-clash")
    await expect(choice).to_be_focused(timeout=8000)
    for text in ("Samira", "Van Samira", "Van Kevin"):
        await expect(choice).to_contain_text(text)
    await expect(kevin.status).to_contain_text("Nog niet bewaard")
    await assert_accessible(kevin.page, "kiezen")

    await kevin.tab_to("Bewaar allebei")
    await kevin.press("Enter")
    await expect(kevin.page.locator("form.kl-editor textarea")).to_have_count(4)
    items = await written(services, partnership, "1-A.zorgen")
    assert [item.text for item in items] == ["Begin", "Van Samira", "Van Kevin"]

    await samira.type(", aangevuld")
    await expect(samira.page.locator(".kl-clash")).to_be_visible(timeout=8000)
    await samira.tab_to("Neem de tekst van de ander")
    await samira.press("Enter")
    await expect(samira.page.locator("form.kl-editor textarea")).to_have_count(4)
    texts = set().union(*await history(services, partnership, "1-A.zorgen"))
    assert {"Begin", "Van Samira", "Van Kevin", "Van Samira, aangevuld"} <= texts


async def test_without_a_connection_it_says_so_keeps_the_text_and_saves_when_it_is_back(
    samira, services, dossier
):
    await samira.open("/bouwstenen/0-b?stap=s1&bewerk=0-B.regie")
    await samira.page.context.set_offline(True)
    await samira.type("De gemeente")
    await expect(samira.status).to_contain_text("Geen verbinding")
    assert await written(services, dossier[1], "0-B.regie") == ()
    await samira.page.context.set_offline(False)
    await samira.is_saved()
    (item,) = await written(services, dossier[1], "0-B.regie")
    assert (item.text, item.by) == ("De gemeente", "Samira")


async def test_a_fourth_active_ambition_is_said_and_stays_on_the_page(samira, services, dossier):
    await write(services, dossier[1], "1-B.ambities", "Een", "Twee", "Drie")
    await samira.open("/bouwstenen/1-b?stap=s1&bewerk=1-B.ambities")
    await samira.type("Vier")
    await samira.is_saved()
    await samira.tab_to("Hier werken we nu aan")
    await samira.press("Space")
    await expect(samira.status).to_contain_text("hooguit 3 ambities")
    await assert_accessible(samira.page, "vierde ambitie")
    await samira.press("Space")
    await expect(samira.status).to_have_text("Alles is bewaard.")
    assert [i.text for i in await written(services, dossier[1], "1-B.ambities")] == [
        "Een",
        "Twee",
        "Drie",
        "Vier",
    ]


async def test_a_removed_line_goes_at_once_and_the_focus_stays_in_the_list(samira, services, dossier):
    await write(services, dossier[1], "1-A.zorgen", "Een", "Twee")
    await samira.open("/bouwstenen/1-a?stap=s5&bewerk=1-A.zorgen")
    await expect(samira.page.locator("form.kl-editor textarea").last).to_be_focused()
    await samira.press("Shift+Tab", "Shift+Tab", "Shift+Tab")
    assert await samira.focus() == "Verwijder: Een"
    await samira.press("Enter")
    await expect(samira.page.locator("form.kl-editor textarea")).to_have_count(2)
    await expect(samira.page.locator("form.kl-editor textarea").first).to_be_focused()
    assert [i.text for i in await written(services, dossier[1], "1-A.zorgen")] == ["Twee"]


async def test_without_scripts_every_editor_has_its_button(visitor, services, dossier):
    account, partnership = dossier
    page = await visitor(**DESK, java_script_enabled=False)
    writer = await sits_down(page, account, partnership)
    await writer.open("/bouwstenen/1-a?stap=s5&bewerk=1-A.zorgen")
    await page.locator("form.kl-editor textarea").fill("Naroepen")
    await page.get_by_role("button", name="Nog een regel").click()
    await expect(page.locator("form.kl-editor textarea")).to_have_count(2)
    await page.locator("form.kl-editor textarea").last.fill("Doorsturen")
    await page.get_by_role("button", name="Bewaar", exact=True).click()
    await expect(page.locator("#veld-1-A\\.zorgen")).to_contain_text("Doorsturen")
    assert len(await written(services, partnership, "1-A.zorgen")) == 2
