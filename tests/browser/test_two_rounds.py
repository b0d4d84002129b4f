"""Two rounds of dots with a budget, then a matrix and a proposal: desk, screen, and phones with and without
scripts."""

import re

from playwright.async_api import expect

from tests.browser.actors import assert_accessible
from tests.browser.conftest import a_troupe
from tests.browsers import PHONE
from tests.people import a_participant
from workshop import bus, codes

REVEAL = "Laat de uitslag zien"
OTHERS = 8
"""Phones without a browser: with the two that have one, five of them may change their mind."""
STEPS = {
    "Stippen plakken": ("dots", {"options": ["Een spreekuur", "Meer licht"], "dots": 3, "each": 2}),
    "Wat eerst": ("matrix", {"options": ["Een spreekuur", "Meer licht"]}),
    "Het voorstel": ("consent", {"options": ["We houden elke week spreekuur."]}),
}


async def test_a_room_chooses_twice_then_places_and_agrees(services, visitor):
    troupe = await a_troupe(services, visitor, phones=(PHONE, PHONE | {"java_script_enabled": False}))
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    scripted, plain = (phone.page for phone in troupe.phones)
    await troupe.open("1-A", "Samen kiezen", young=False, groups=("Ouder", "Ouder"))
    await services.room.change((await troupe.session()).id, bus.STATE, make_plan)
    others = [await a_participant(services, await troupe.session()) for _ in range(OTHERS)]

    async def look(state):
        for page in (desk.page, screen.page, scripted):
            await assert_accessible(page, state)

    async def send(form):
        session = await troupe.session()
        for phone in others:
            await services.room.contribute(session.id, phone.id, session.activity_id, codes.new_id(), form)

    async def stick(page, spreekuur, licht):
        for option, dots in (("Een spreekuur", spreekuur), ("Meer licht", licht)):
            card = page.get_by_role("group", name=option)
            for number in range(1, 3):
                await card.get_by_label(f"Stip {number}").set_checked(number <= dots, force=True)
        await page.get_by_role("button", name=re.compile("^Verstuur mijn")).click()
        await expect(page.get_by_text("Je stippen zijn verstuurd.").first).to_be_visible()

    # Dots: no more than there are, and twice on one thing.
    await desk.page.reload()
    await desk.go_to("Stippen plakken")
    await expect(scripted.get_by_role("group", name="Een spreekuur")).to_be_visible(timeout=pace * 1000)
    await plain.reload()
    await stick(plain, 2, 1)
    await stick(scripted, 2, 1)
    await send({"options": ["1", "1", "2"]})
    await screen.shows("10 telefoons", pace)
    await look("stippen")
    await desk.press(REVEAL)
    await screen.shows("Een spreekuur", pace)

    # The second round: everybody has the same list again, and both results stand side by side.
    await desk.press("Begin ronde 2")
    await expect(scripted.get_by_role("button", name="Verstuur mijn stippen")).to_be_visible()
    await plain.reload()
    await stick(scripted, 1, 2)
    await stick(plain, 1, 2)
    await send({"options": ["1", "2", "2"]})
    await desk.press(REVEAL)
    both = desk.page.get_by_role("row", name="Meer licht")
    await expect(both.get_by_role("cell")).to_have_text(["10", "20"])
    await screen.shows("Ronde 2", pace)
    await expect(screen.page.get_by_role("row", name="Meer licht").get_by_role("cell")).to_have_text(
        ["10", "20"]
    )
    await look("twee rondes")

    # The matrix: a card with one of two answers is sent back, and nothing that was chosen is lost.
    await desk.go_to("Wat eerst")
    await plain.reload()
    await plain.locator("[name='effect.1'][value='5']").check(force=True)
    await plain.get_by_role("button", name="Verstuur mijn keuzes").click()
    await expect(
        plain.get_by_text("Kies bij elke kaart twee keer, of sla de hele kaart over.")
    ).to_be_visible()
    await expect(plain.locator("[name='effect.1'][value='5']")).to_be_checked()
    for page in (plain, scripted):
        await page.locator("[name='effect.1'][value='5']").check(force=True)
        await page.locator("[name='feasible.1'][value='4']").check(force=True)
        await page.get_by_role("button", name="Verstuur mijn keuzes").click()
        await expect(page.get_by_text("Je keuzes zijn verstuurd.").first).to_be_visible()
    await send({"effect.1": ["5"], "feasible.1": ["4"]})
    await look("matrix")
    await desk.press(REVEAL)
    await screen.shows("Een spreekuur", pace)
    await expect(
        desk.page.get_by_text("veel effect, makkelijk te doen: effect 5,0, haalbaar 4,0")
    ).to_be_visible()
    await look("matrix in beeld")

    # The proposal: a no has a reason, and nobody sees whose it is.
    await desk.go_to("Het voorstel")
    await plain.reload()
    await plain.get_by_label("Nee, want…").check(force=True)
    await plain.get_by_label("Waarom?").fill("Elke week is te veel")
    await plain.get_by_role("button", name="Verstuur mijn antwoord").click()
    await expect(plain.get_by_text("Je antwoord is verstuurd.").first).to_be_visible()
    await scripted.get_by_label("Ja", exact=True).check(force=True)
    await scripted.get_by_role("button", name="Verstuur mijn antwoord").click()
    await expect(scripted.get_by_text("Je antwoord is verstuurd.").first).to_be_visible()
    await send({"choice": ["ja"]})
    await look("voorstel")
    await desk.press(REVEAL)
    await screen.shows("Elke week is te veel", pace)
    await plain.reload()
    await expect(plain.locator("#stand")).to_contain_text("Nee, want…")
    await look("voorstel in beeld")


async def make_plan(db, session):
    for step, (title, (kind, settings)) in zip(session.activities[1:], STEPS.items(), strict=False):
        step.title, step.kind, step.settings, step.saves = title, kind, settings, {}
