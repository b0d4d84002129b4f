"""The board of actions by keyboard, and every page of actions and marks for who cannot see it."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.actors import Desk, assert_accessible
from tests.browsers import DESK, PHONE
from tests.people import a_facilitator, a_partnership
from workshop.items import Item
from workshop.models import Session, ThemeMarks
from workshop.record import actions, answers

MARKS, HIGHER = "0-leren.cijfers", "0-leren.naar-hoger-cijfer"


@pytest_asyncio.fixture
async def home(services):
    """The address of a dossier with marks, a card and an action; and who may sign in there."""
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)

    async def fill(db):
        session = Session(partnership_id=partnership.id, worksheet="0-leren", title="Meting")
        db.add(session)
        await db.flush()
        groups = {"jongere": [0, 0, 0, 5, 0, 0, 0, 0, 0, 0], "": [0, 0, 0, 0, 0, 0, 0, 6, 0, 0]}
        db.add(
            ThemeMarks(
                partnership_id=partnership.id,
                session_id=session.id,
                field=MARKS,
                theme="relatie",
                label="Relatie",
                counts=[0, 0, 0, 5, 0, 0, 0, 6, 0, 0],
                groups=groups,
            )
        )
        card = Item(id="k1", text="Vaker langs gaan", labels=("Relatie",), session=str(session.id))
        await answers.write(db, partnership.id, HIGHER, [card], account_id=account.id)
        for wording in ("Rondje maken", "Les maken"):
            action = await actions.create(
                db, partnership.id, "0-leren.acties", wording, account_id=account.id, origin="k1"
            )
        return action

    action = await services.db.write(fill)
    return account, f"/dossiers/{partnership.id}", action


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
async def test_every_page_is_accessible_and_fits(visitor, home, options):
    account, address, action = home
    page = await visitor(**options)
    await Desk(page).sign_in(account.email)
    for path in (
        "/acties",
        "/acties?weergave=bord",
        "/acties?wie=nergens",
        f"/acties/{action.id}?was=busy",
        "/agenda",
        "/cijfers",
        f"/cijfers/{MARKS}/relatie",
        f"/cijfers/{MARKS}/proces",
    ):
        await page.goto(address + path)
        await assert_accessible(page, path)
        wide = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, path


async def test_an_action_is_moved_by_keyboard_and_put_back(visitor, home):
    account, address, _ = home
    page = await visitor(**DESK)
    await Desk(page).sign_in(account.email)
    await page.goto(f"{address}/acties?weergave=bord")
    card = page.locator(".kl-lane-card", has_text="Rondje maken")
    await card.locator("summary").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    busy = page.get_by_role("region", name="Bezig")
    await expect(busy.locator(".kl-lane-card", has_text="Rondje maken")).to_be_visible()
    undo = page.get_by_role("button", name="Zet terug op nog niet begonnen")
    await expect(undo).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name=re.compile("^Nog niet begonnen"))).to_contain_text(
        "Rondje maken"
    )
    await expect(undo).to_have_count(0)


async def test_the_address_for_calendars_is_copied_with_a_button(visitor, home):
    account, address, _ = home
    page = await visitor(**DESK)
    await Desk(page).sign_in(account.email)
    await page.goto(f"{address}/agenda")
    await page.get_by_role("button", name="Maak een adres").click()
    await assert_accessible(page, "het nieuwe adres")
    await expect(page.get_by_label("Adres voor je agenda")).to_have_value(
        re.compile(r"/agenda/[\w-]{22}\.ics$")
    )
