"""Worksheets with kinds of their own, played live: what phones said stands in the dossier, field by field."""

import json
import re
import uuid

from playwright.async_api import expect
from sqlalchemy import select

from tests.browser.actors import DossierSheet, assert_accessible
from tests.browser.conftest import Troupe
from tests.browser.keyboard import Keyboard
from workshop.items import Item
from workshop.models import Answer, AnswerVersion
from workshop.record import answers

HELD = "Dit houdt de begeleider vast"
TAKEN_BACK = "Dit neem ik terug"
AMBITION = "Jongeren kennen hun grenzen"
RESTING = "Ouders praten thuis over seks"
ACTIVITY = "Lessen over grenzen"
PARTNERS = ("Ouder", "Iemand die met jongeren werkt", "Ouder")
"""Whom the questions of 0-A and 4 are for."""


async def test_partners_of_0_a_are_ticked_added_and_found_in_their_cells(troupe):
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second, third = troupe.phones
    await troupe.open("0-A", "Wie horen erbij?", young=True, groups=PARTNERS)
    await desk.go_to("Wie doen er mee")
    for phone in troupe.phones:
        await phone.sees("Wie moet er zeker meedoen?", seconds=pace + 4)
    await screen.shows("Nog niets gekozen", pace)
    await look_at(troupe, "lege tabel")

    care = ("Gezondheid en zorg", "Basisvoorzieningen")
    club = ("Welzijn, sport en cultuur", "Basisondersteuning")
    await first.tick(*care, "Huisarts", "Consultatiebureau")
    await first.add(*club, "Buurtsportcoach")
    await first.flag("Wonen, werk en inkomen", "Basisvoorzieningen")
    await first.send_table("Buurtsportcoach")
    await second.tick(*care, "Huisarts")
    await second.add(*club, HELD)
    await second.send_table(HELD)
    await third.add("Veiligheid", "Basisvoorzieningen", TAKEN_BACK)
    await third.send_table(TAKEN_BACK)
    await screen.shows_in("gezondheid-zorg.basisvoorzieningen", "Huisarts 2", pace)
    await screen.shows_in("wonen-werk-inkomen.basisvoorzieningen", "hier mist iets", pace)
    await look_at(troupe, "partijen die wachten")

    await desk.let_through("Buurtsportcoach")
    await desk.let_through(TAKEN_BACK)
    await screen.shows_in("welzijn-sport-cultuur.basisondersteuning", "Buurtsportcoach", pace)
    await screen.shows_in("veiligheid.basisvoorzieningen", TAKEN_BACK, pace)
    await third.card(TAKEN_BACK).get_by_role("button", name="Haal dit weg").click()
    await expect(third.card(TAKEN_BACK)).to_have_count(0)
    await screen.no_longer_shows(TAKEN_BACK, pace)
    await third.page.reload()
    await third.tick(*club, "Buurtsportcoach")
    await third.send_table()
    await first.tick(*care, "Verloskundige zorg")
    await first.cell(*care).get_by_role("checkbox", name="Consultatiebureau").uncheck()
    await first.send_table("Buurtsportcoach")
    await screen.shows_in("welzijn-sport-cultuur.basisondersteuning", "Buurtsportcoach 2", pace)
    await screen.shows_in("gezondheid-zorg.basisvoorzieningen", "Verloskundige zorg", pace)
    await screen.no_longer_shows("Consultatiebureau", pace)
    await look_at(troupe, "volle tabel")

    await end_and_save(troupe)
    sheet = await read_sheet(troupe, "0-a", "s2")
    assert await sheet.cells("0-A.partijen") == {
        care: ["Huisarts", "Verloskundige zorg"],
        club: ["Buurtsportcoach"],
    }
    await nowhere_in_the_dossier(troupe, HELD, TAKEN_BACK, "Consultatiebureau")


async def test_a_phone_and_the_desk_fill_the_table_of_0_a_with_the_keyboard_only(troupe_of_two):
    troupe = troupe_of_two
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second = troupe.phones
    await troupe.open("0-A", "Wie horen erbij?", young=True, groups=PARTNERS)
    chair, hand = Keyboard(desk.page), Keyboard(first.page)
    await chair.tab_to("Ga naar Wie doen er mee")
    await chair.press("Enter")
    await first.sees("Wie moet er zeker meedoen?", seconds=pace + 4)

    row, cell = "Gezondheid en zorg", "gezondheid-zorg.basisvoorzieningen"
    await hand.tab_to(row)
    await hand.press("Enter")
    await hand.tab_to("Huisarts", within=f"{row} > Basisvoorzieningen")
    await hand.press("Space")
    await hand.tab_to("Nog een partner", within=f"{row} > Basisvoorzieningen")
    await hand.type("Apotheek")
    await hand.tab_to("Hier mist iets", within=f"{row} > Basisondersteuning")
    await hand.press("Space")
    await hand.tab_to("Verstuur mijn keuze")
    await hand.press("Enter")
    await expect(first.card("Apotheek")).to_be_visible()
    assert await hand.focus() == "Verstuur mijn nieuwe keuze"
    await screen.shows_in(cell, "Huisarts 1", pace)
    await screen.shows_in("gezondheid-zorg.basisondersteuning", "hier mist iets", pace)

    await chair.tab_to("Laat zien")
    await second.add("Veiligheid", "Basisvoorzieningen", HELD)
    await second.send_table(HELD)
    await expect(desk.page.locator(".kl-held", has_text=HELD)).to_be_visible(timeout=6000)
    assert await chair.focus() == "Laat zien"
    await chair.press("Enter")
    await screen.shows_in(cell, "Apotheek", pace)
    await expect(desk.page.locator(".kl-held", has_text=HELD)).to_be_focused()
    await chair.tab_to("Niet laten zien")
    await chair.press("Enter")
    await chair.tab_to("Niet op het scherm (1)")
    await chair.press("Enter")
    await expect(desk.page.get_by_role("button", name="Toch laten zien")).to_be_visible()
    await chair.tab_to(re.compile("^Vak"))
    await chair.press("ArrowDown", "Tab")
    await chair.type("Leerlingenraad")
    await chair.press("Enter")
    await screen.shows_in("opvang-onderwijs.basisvoorzieningen", "Leerlingenraad", pace)
    await look_at(troupe, "tabel met het toetsenbord")

    await hand.tab_to("Haal dit weg")
    await hand.press("Enter")
    await expect(first.card("Apotheek")).to_have_count(0)
    await screen.no_longer_shows("Apotheek", pace)
    await chair.tab_to("Stop sessie")
    await chair.press("Enter")
    await chair.tab_to("Stop en kijk na")
    await chair.press("Enter")
    await desk.page.wait_for_url("**/nakijken")
    await chair.tab_to("Bekijk en bewaar")
    await chair.press("Enter")
    await desk.page.wait_for_url("**/voorbeeld")
    await chair.tab_to("Bewaar in het dossier")
    await chair.press("Enter")
    await desk.page.wait_for_url("**/klaar")
    sheet = await read_sheet(troupe, "0-a", "s2")
    assert await sheet.cells("0-A.partijen") == {
        ("Opvang en onderwijs", "Basisvoorzieningen"): ["Leerlingenraad"],
        (row, "Basisvoorzieningen"): ["Huisarts"],
    }
    await nowhere_in_the_dossier(troupe, HELD, "Apotheek")


async def test_elements_of_3_a_and_how_they_hang_together_are_found_in_the_dossier(troupe):
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second, third = troupe.phones
    early, safe, time = "Op tijd beginnen", "Iedereen zorgt voor veiligheid", "Uren om samen te werken"
    await troupe.open("3-A", "Ons veranderverhaal", young=True)
    await desk.go_to("Elementen van het veranderverhaal")
    for phone in troupe.phones:
        await phone.sees(re.compile("Wat is er nodig om|Hoe komen we bij"), seconds=pace + 4)
    await first.write_card(early, "Dit helpt")
    await second.write_card(safe, "Dit vinden we belangrijk")
    await third.write_card(time, "Dit moet geregeld zijn")
    await second.write_card(HELD, "Anders")
    for card in (early, safe, time):
        await desk.let_through(card)
        await screen.shows(card, pace)

    await desk.start("Wat past en wat botst")
    for phone in troupe.phones:
        await phone.sees(re.compile("Passen deze twee|Helpen deze twee"), seconds=pace + 4)
    await look_at(troupe, "een paar")
    opinions = {
        frozenset((early, safe)): "Versterkt",
        frozenset((early, time)): "Sluit aan",
        frozenset((safe, time)): "Geen verband",
    }
    await first.judge_pairs(opinions)
    await expect(first.page.locator("#mijn")).to_contain_text("Je hebt 3 paren bekeken")
    await third.judge_pairs(opinions)
    await second.relate(early, safe, "Versterkt")
    await second.relate(time, early, "Botst", "Wie vroeg begint, heeft meer uren nodig")
    await second.relate(safe, time, "Botst", HELD)
    await screen.shows("3 van de 3 telefoons", pace)
    await desk.let_through("Wie vroeg begint")
    await look_at(troupe, "verbanden verborgen")
    assert "Versterkt" not in await screen.page.inner_text("#scherm")
    await desk.press("Laat de uitslag zien")
    await screen.shows("3 van 3", pace)
    await expect(first.page.locator("#stand")).to_contain_text("Dit zien we samen")
    await look_at(troupe, "verbanden getoond")

    await end_and_save(troupe, keep=("botst met",))
    sheet = await read_sheet(troupe, "3-a", "s3")
    for field, text in (("kennis", early), ("principes", safe), ("randvoorwaarden", time)):
        assert list(await sheet.lines(f"3-A.{field}")) == [text]
    assert await sheet.lines("3-A.anders") == {}
    sheet = await read_sheet(troupe, "3-a", "s4")
    assert unordered(await sheet.lines("3-A.samenhang")) == {
        ("versterkt", frozenset((early, safe)), "3 versterkt"),
        ("sluit aan bij", frozenset((early, time)), "2 sluit aan, 1 botst"),
    }
    clashes = await sheet.lines("3-A.tegenspraak")
    assert unordered(clashes) == {
        ("botst met", frozenset((early, time)), "2 sluit aan, 1 botst"),
        ("botst met", frozenset((safe, time)), "1 botst, 2 geen verband"),
    }
    reasons = [reason for clash in clashes for reason in await sheet.reasons(clash)]
    assert reasons == ["Wie vroeg begint, heeft meer uren nodig"]
    await nowhere_in_the_dossier(troupe, HELD)


async def test_activities_of_3_b_and_what_is_missing_stand_at_their_result(troupe):
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second, third = troupe.phones
    fewer, more = "Minder meldingen op school", "Meer jongeren zoeken hulp"
    (ambition, _) = await write(troupe, "1-B.ambities", AMBITION, RESTING)
    await write(troupe, "2.bereiken", fewer, more, about=ambition.id)
    await troupe.open("3-B", "Wat doen we al?", young=True, about=AMBITION)
    await desk.go_to("Activiteiten op een rij")
    for phone in troupe.phones:
        await phone.sees("Wat is er al voor jongeren hier?", seconds=pace + 4)
    await screen.shows(fewer, pace)
    await look_at(troupe, "lege matrix")

    await first.add("Preventie", fewer, "Lessen over grenzen")
    await first.add("Eerstelijns", more, "Spreekuur")
    await first.send_table("Lessen over grenzen", "Spreekuur")
    await second.add("Preventie", fewer, "Lessen over grenzen")
    await second.flag("Basis", more)
    await second.add("Basis", fewer, TAKEN_BACK)
    await second.send_table("Lessen over grenzen", TAKEN_BACK)
    await third.flag("Basis", more)
    await third.flag("Intensieve ondersteuning", fewer)
    await third.add("Intensieve ondersteuning", more, HELD)
    await third.send_table(HELD)
    await desk.press("Laat alle 5 zien")
    await screen.shows(HELD, pace)
    await look_at(troupe, "gevulde matrix")
    await take_off_the_screen(troupe, HELD, "Intensieve ondersteuning")
    await second.card(TAKEN_BACK).get_by_role("button", name="Haal dit weg").click()
    for text in (HELD, TAKEN_BACK):
        await screen.no_longer_shows(text, pace)
    await screen.shows("Lessen over grenzen 2", pace)
    await third.flag("Intensieve ondersteuning", fewer)
    await third.cell("Intensieve ondersteuning", fewer).get_by_role("checkbox").uncheck()
    await third.send_table()

    await end_and_save(troupe)
    sheet = await read_sheet(troupe, "3-b", "s1", ambition.id)
    assert await sheet.cells("3-B.activiteiten") == {
        ("Preventie", fewer): ["Lessen over grenzen"],
        ("Eerstelijns", more): ["Spreekuur"],
    }
    sheet = await read_sheet(troupe, "3-b", "s2", ambition.id)
    assert list(await sheet.lines("3-B.ontbreekt")) == [f"Basis, {more}"]
    await nowhere_in_the_dossier(troupe, HELD, TAKEN_BACK)
    assert await said_about(troupe, "3-B.activiteiten") == {ambition.id}


async def test_lights_of_4_are_saved_for_their_activity_with_the_reasons_that_were_let_through(troupe):
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second, third = troupe.phones
    able, norms = "Wie het doet, kan het werk goed aan.", "We gebruiken de richtlijnen en normen van het vak."
    (ambition,) = await write(troupe, "1-B.ambities", AMBITION)
    (activity, _) = await write(troupe, "3-B.activiteiten", ACTIVITY, "Spreekuur", about=ambition.id)
    await troupe.open("4", "Hoe goed is de les?", young=True, about=ACTIVITY, groups=PARTNERS)
    await desk.go_to("Weten en kunnen")
    for phone in troupe.phones:
        await phone.sees("Weten en kunnen mensen genoeg voor dit werk?", seconds=pace + 4)
    await look_at(troupe, "zinnen")
    await first.tap(able, "Actie nodig", "Er is te weinig scholing")
    await first.tap(norms, "Op orde")
    await second.tap(able, "Actie nodig", HELD)
    await second.tap(norms, "Past niet")
    await third.tap(able, "Op orde")
    await third.tap(norms, "Weet ik niet")
    for phone in troupe.phones:
        await phone.send_lights()
    await third.tap(norms, "Toch geen antwoord")
    await third.send_lights()
    await troupe.quiet_phones([{"light.aankunnen": ["op-orde"], "light.normen": ["op-orde"]}] * 3)
    await screen.shows("6 telefoons zijn klaar", pace)
    await desk.let_through("Er is te weinig scholing")
    await look_at(troupe, "antwoorden verborgen")
    for page in (screen.page, first.page):
        assert "Op orde 4" not in await page.content()
    await desk.press("Laat de uitslag zien")
    await screen.shows(able, pace)
    bar = screen.page.get_by_role("img", name="Op orde 4, actie nodig 2", exact=True)
    await expect(bar).to_be_visible(timeout=pace * 1000)
    await expect(first.page.locator("#stand")).to_contain_text("Op orde 4, actie nodig 2")
    await look_at(troupe, "antwoorden getoond")

    await end_and_save(troupe)
    sheet = await read_sheet(troupe, "4", "s3", activity.id)
    assert await sheet.lines("4.schema") == {
        able: ["Op orde 4", "Actie nodig 2"],
        norms: ["Op orde 4", "Past niet 1"],
    }
    assert await sheet.reasons(able) == ["Er is te weinig scholing"]
    assert await said_about(troupe, "4.schema") == {activity.id}
    await nowhere_in_the_dossier(troupe, HELD)


async def test_signals_of_2_are_sorted_and_saved_for_one_active_ambition(troupe):
    desk, screen, pace = troupe.desk, troupe.screen, troupe.pace
    first, second, third = troupe.phones
    figure, sign, extra = "Meldingen bij de politie", "Leerlingen spreken elkaar aan", "Bezoek aan de website"
    needless = "Aantal posters op school"
    (ambition, _) = await write(troupe, "1-B.ambities", AMBITION, RESTING)
    await troupe.open("2", "Hoe zien we het?", young=True, about=AMBITION)
    await desk.go_to("Meten en merken")
    for phone in troupe.phones:
        await phone.sees(re.compile("Hoe kun je zien|Welk getal of signaal"), seconds=pace + 4)
    await look_at(troupe, "nog geen voorstellen")
    await first.signal("Indicator", figure, "politie")
    await first.signal("Signaal", sign, "mentoren")
    await second.signal("Indicator", extra)
    await second.signal("Signaal", HELD)
    await third.signal("Indicator", needless)
    await third.signal("Signaal", TAKEN_BACK)
    for proposal in (figure, sign, extra, needless, TAKEN_BACK):
        await desk.let_through(proposal)
        await screen.shows(proposal, pace)
    await third.card(TAKEN_BACK).get_by_role("button", name="Haal dit voorstel weg").click()
    await screen.no_longer_shows(TAKEN_BACK, pace)
    await look_at(troupe, "voorstellen")

    for phone in troupe.phones:
        await phone.look_again()
        for proposal, need in (
            (figure, "Nodig"),
            (sign, "Nodig"),
            (extra, "Leuk om te weten"),
            (needless, "Niet"),
        ):
            await phone.sort(proposal, need)
    await first.sort(extra, "Nodig")
    await first.sort(extra, "Niet")
    await screen.shows("Leuk om te weten", pace)
    await desk.agree(figure, "GGD", "elk jaar")
    await screen.shows("elk jaar, GGD", pace)
    await look_at(troupe, "gesorteerd")
    await assert_accessible(troupe.screen.page, "scherm, gesorteerd")
    await assert_accessible(first.page, "telefoon, gesorteerd")

    await end_and_save(troupe, keep=(extra,))
    sheet = await read_sheet(troupe, "2", "s5", ambition.id)
    assert await sheet.lines("2.indicatoren") == {
        figure: ["Indicator", "Bron: politie", "Nodig", "Hoe vaak: elk jaar", "Wie: GGD"],
        sign: ["Signaal", "Bron: mentoren", "Nodig"],
        extra: ["Indicator", "Leuk om te weten"],
    }
    assert await said_about(troupe, "2.indicatoren") == {ambition.id}
    await nowhere_in_the_dossier(troupe, HELD, TAKEN_BACK, needless)


# --- the dossier before and after -----------------------------------------------------------------


async def write(troupe: Troupe, field: str, *texts: str, about: str = "") -> list[Item]:
    """What stood in the dossier before the session."""
    items = [Item(id=uuid.uuid4().hex, text=text) for text in texts]
    await troupe.services.db.write(
        lambda db: answers.write(db, troupe.partnership.id, field, items, account_id=None, about=about)
    )
    return items


async def end_and_save(troupe: Troupe, keep: tuple[str, ...] = ()) -> None:
    """Ends, ticks the lines with these words, and saves. What was held or taken back is not there to save."""
    page = troupe.desk.page
    await troupe.desk.end()
    for phone in troupe.phones:
        await phone.sees("Dank je wel", seconds=troupe.pace + 4)
    await troupe.screen.shows("Dank jullie wel", troupe.pace)
    await look_at(troupe, "nakijken")
    assert not await page.get_by_text(re.compile(f"{HELD}|{TAKEN_BACK}")).count()
    await troupe.desk.unfold()
    for words in keep:
        for box in await page.get_by_role("checkbox", name=words).all():
            await box.check()
    await troupe.desk.save()


async def read_sheet(troupe: Troupe, slug: str, step: str, about: str = "") -> DossierSheet:
    page = troupe.desk.page
    over = f"&over={about}" if about else ""
    await page.goto(f"/dossiers/{troupe.partnership.id}/bouwstenen/{slug}?stap={step}{over}")
    await assert_accessible(page, f"werkblad {slug}, {step}")
    return DossierSheet(page)


async def nowhere_in_the_dossier(troupe: Troupe, *texts: str) -> None:
    """Not on the page that is open, and not in any version of any answer."""
    page = await troupe.desk.page.content()
    async with troupe.services.db.read() as db:
        bodies = [json.dumps(body) for body in await db.scalars(select(AnswerVersion.body))]
    for text in texts:
        assert text not in page
        assert not any(text in body for body in bodies)


async def said_about(troupe: Troupe, field: str) -> set[str]:
    """The ambitions or activities that this field has a session's answer about."""
    async with troupe.services.db.read() as db:
        found = list(await db.scalars(select(Answer).where(Answer.field == field)))
    return {one.about for one in found if any(item.session for item in answers.items_of(one))}


def unordered(lines: dict[str, list[str]]) -> set[tuple[str, frozenset[str], str]]:
    """Relations of two elements: which stands first says nothing."""
    parts = {text: re.fullmatch("‘(.+)’ (.+) ‘(.+)’", text).groups() for text in lines}
    return {(verb, frozenset((a, b)), ", ".join(lines[text])) for text, (a, verb, b) in parts.items()}


async def take_off_the_screen(troupe: Troupe, text: str, row: str) -> None:
    page = troupe.desk.page
    await page.locator("#nu-deel details.kl-fold", has_text=row).locator("summary").first.click()
    thing = page.locator("#nu-deel li", has=page.get_by_text(text, exact=True)).last
    await thing.get_by_role("button", name="Haal van het scherm").click()


async def look_at(troupe: Troupe, state: str) -> None:
    """axe-core on the desk; test_phone_states.py looks at every state of a phone and the big screen."""
    await assert_accessible(troupe.desk.page, f"regie, {state}")
