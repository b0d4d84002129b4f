"""Whole sessions, played: what arrives where, what must not, and what the dossier holds afterwards."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.actors import assert_accessible
from tests.browser.conftest import Troupe
from tests.people import both_databases

Look = Callable[[Troupe, str], Awaitable[None]]

ZORG = "Foto's worden doorgestuurd zonder dat je het weet."
ZORG_TOO = "In groepsapps gaat het snel te ver."
HELD = "Deze kaart houdt de begeleider vast."
KANS = "De jongerenwerker kennen we."
TAKEN_BACK = "Dit wil ik toch niet zeggen."
IDEA = "Elkaar vaker zien dan twee keer per jaar."
ASKED = "Wat kan het samenwerken beter maken?"
ASKED_YOUNG = "Wat maakt het samenwerken beter voor jou?"
ACTION = "Elke partner kiest een vast gezicht."


@both_databases
async def test_a_whole_youth_session_is_played_saved_and_found_in_the_dossier(troupe_in_motion):
    await play_youth_session(troupe_in_motion, look_at)
    await review_and_save(troupe_in_motion)


async def test_a_whole_youth_session_is_played_where_websockets_are_cut(troupe_without_sockets):
    await play_youth_session(troupe_without_sockets, do_not_look)


async def test_a_session_of_marks_is_played_twice_and_the_second_shows_the_first(troupe):
    await play_marks(troupe, 6, ("6,5", "6,5"), look_at)
    await save_marks(troupe)
    await play_marks(troupe, 9, ("8,0", "was 6,5"), do_not_look)
    await troupe.desk.save()
    page = troupe.desk.page
    await page.goto(f"/dossiers/{troupe.partnership.id}/cijfers")
    for mean in ("6,5", "8,0"):
        await expect(page.locator("main")).to_contain_text(mean)
    await assert_accessible(page, "cijfers door de tijd")


async def test_marks_are_played_where_websockets_are_cut(troupe_without_sockets):
    await play_marks(troupe_without_sockets, 6, ("6,5", "6,5"), do_not_look)


async def test_three_marks_are_too_few_to_show(troupe):
    await troupe.open("0-leren", "Hoe gaat onze samenwerking?", young=False)
    await troupe.desk.start("Geef de samenwerking een cijfer")
    for phone in troupe.phones:
        await phone.sees("Gezamenlijk vraagstuk")
        await phone.give_marks([7, 6, 5, "weet-niet", 10], look=phone is troupe.phones[0])
    await troupe.desk.press("Laat de uitslag zien")
    await troupe.screen.shows("te weinig cijfers")
    await look_at(troupe, "te weinig cijfers")
    await assert_accessible(troupe.screen.page, "scherm, te weinig cijfers")
    await assert_accessible(troupe.phones[0].page, "telefoon, te weinig cijfers")


async def play_youth_session(troupe: Troupe, look: Look) -> None:
    desk, screen, phones, pace = troupe.desk, troupe.screen, troupe.phones, troupe.pace
    first, second, third = phones
    await troupe.open("1-A", "Hoe gaat het met jongeren hier?", young=True)
    await look(troupe, "lobby")

    await desk.start("Zorgen en kansen")
    for phone in phones:
        await phone.sees("Hoe gaat het met jongeren hier?", seconds=pace + 4)
    await first.write_card(ZORG, "Zorg", "Online")
    await second.write_card(ZORG_TOO, "Zorg")
    await second.write_card(HELD, "Zorg")
    await third.write_card(KANS, "Kans")
    await expect(first.card(ZORG)).to_contain_text("De begeleider leest dit nog")
    await desk.let_through(ZORG)
    await screen.shows(ZORG, pace)
    await expect(first.card(ZORG)).to_contain_text("Mag op het grote scherm")
    await desk.let_through(ZORG_TOO)
    await desk.let_through(KANS)
    await screen.shows(KANS, pace)
    assert HELD not in await screen.html()
    assert HELD not in await first.page.content()
    await look(troupe, "kaarten")

    await take_back(troupe, third)
    await desk.gather("Online gaat het te ver", ZORG, ZORG_TOO)
    await screen.shows("Online gaat het te ver", pace)
    await look(troupe, "groepen")

    await desk.start("Wat telt het zwaarst")
    for phone in phones:
        await phone.sees("Waar moeten we zeker iets mee doen?", seconds=pace + 4)
    await first.stick_dots("Online gaat het te ver")
    await second.stick_dots("Online gaat het te ver", KANS)
    await third.stick_dots(KANS)
    await screen.shows("3 van de 3 telefoons", pace)
    await look(troupe, "stippen verborgen")
    for page in (screen.page, third.page, desk.page):
        assert not re.search(r"\b2 stippen\b(?! over)", await page.inner_text("body"))
    assert "kl-rank" not in await screen.html()
    await desk.press("Laat de uitslag zien")
    await screen.shows("Online gaat het te ver", pace)
    await expect(first.page.locator("#stand")).to_contain_text("2 stippen")
    await look(troupe, "stippen getoond")

    await desk.end()
    for phone in phones:
        await phone.sees("Dank je wel", seconds=pace + 4)
    await screen.shows("Dank jullie wel", pace)


async def take_back(troupe: Troupe, phone) -> None:
    """A card that its sender takes back leaves the big screen."""
    await phone.write_card(TAKEN_BACK, "Zorg")
    await troupe.desk.let_through(TAKEN_BACK)
    await troupe.screen.shows(TAKEN_BACK, troupe.pace)
    await phone.card(TAKEN_BACK).get_by_role("button", name="Haal deze kaart weg").click()
    await expect(phone.card(TAKEN_BACK)).to_have_count(0)
    gone = troupe.pace * 1000
    await expect(troupe.screen.page.locator("#scherm")).not_to_contain_text(TAKEN_BACK, timeout=gone)


async def review_and_save(troupe: Troupe) -> None:
    page = troupe.desk.page
    kans = page.locator("li", has=page.get_by_role("checkbox", name=re.compile(re.escape(KANS))))
    await troupe.desk.unfold()
    await kans.locator("summary").click()
    await kans.get_by_label("Tekst voor het werkblad").fill("Jongeren vertrouwen de jongerenwerker.")
    await assert_accessible(page, "nakijken")
    await troupe.desk.save()
    await page.goto(f"/dossiers/{troupe.partnership.id}/bouwstenen/1-a?stap=s5")
    body = page.locator("main")
    await expect(body).to_contain_text("Online gaat het te ver")
    await expect(body).to_contain_text("Jongeren vertrouwen de jongerenwerker.")
    for text in (HELD, TAKEN_BACK):
        assert text not in await page.content()
    await assert_accessible(page, "werkblad")
    await page.goto(f"/dossiers/{troupe.partnership.id}")
    await expect(page.locator("main")).to_contain_text("Bewaard")
    await assert_accessible(page, "dossier")


async def play_marks(troupe: Troupe, quiet: int, means: tuple[str, str], look: Look) -> None:
    """Three phones give a 7 for the first theme, three quiet ones give `quiet`. To the end of the session."""
    desk, screen, phones, pace = troupe.desk, troupe.screen, troupe.phones, troupe.pace
    for phone in phones:
        await phone.page.context.clear_cookies()
    await troupe.open("0-leren", "Hoe gaat onze samenwerking?", young=False)
    await desk.start("Geef de samenwerking een cijfer")
    for phone in phones:
        await phone.sees("Gezamenlijk vraagstuk", seconds=pace + 4)
        await phone.give_marks([7, 6, 2, "weet-niet", 5], IDEA)
    await troupe.quiet_phones([a_form_of_marks(quiet) for _ in range(3)])
    await screen.shows("6 van de 6 telefoons", pace)
    await look(troupe, "cijfers verborgen")
    for page in (screen.page, desk.page, phones[1].page):
        assert IDEA not in await page.inner_text("body")
        assert means[0] not in await page.content()
    await desk.press("Laat de uitslag zien")
    for mean in means:
        await screen.shows(mean, pace)
    await screen.shows("Grootste verschil", pace)
    await look(troupe, "cijfers getoond")
    await desk.start("Wat gaan we doen")
    for phone, question in zip(phones, (ASKED_YOUNG, ASKED_YOUNG, ASKED), strict=True):
        await phone.sees(question, seconds=pace + 4)
    await phones[0].propose(ACTION)
    await screen.shows(ACTION, pace)
    await look(troupe, "acties")
    await desk.end()
    await phones[0].sees("Dank je wel", seconds=pace + 4)


async def save_marks(troupe: Troupe) -> None:
    page = troupe.desk.page
    await assert_accessible(page, "nakijken")
    await troupe.desk.save()
    await page.goto(f"/dossiers/{troupe.partnership.id}/acties")
    await expect(page.locator("main")).to_contain_text(ACTION)
    await assert_accessible(page, "acties")


def a_form_of_marks(first: int) -> dict[str, list[str]]:
    marks = {"vraagstuk": first, "belangen": 6, "relatie": 9, "organisatie": 6, "proces": 7}
    return {f"mark.{theme}": [str(mark)] for theme, mark in marks.items()}


async def look_at(troupe: Troupe, state: str) -> None:
    """axe-core on the desk; test_phone_states.py looks at every state of a phone and the big screen."""
    await assert_accessible(troupe.desk.page, f"regie, {state}")


async def do_not_look(troupe: Troupe, state: str) -> None:
    """For a play whose states another play has looked at."""
