"""Beside the plan: a message to all, a quick question, a conclusion, a line for later, a phone that goes."""

import uuid

from playwright.async_api import expect

from tests.browser.actors import assert_accessible
from tests.browser.houses import give_cookies
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import a_participant, a_session, conduct, reloaded
from workshop.accounts import sign_in
from workshop.pages.visitor import COOKIE

PAUSE, ASKED, CONCLUDED = "Over 5 minuten pauze", "We beginnen elke avond op tijd", "We beginnen op het plein"
LATER = "Wie betaalt de verlichting?"


async def a_room(services, visitor, settings):
    """Desk, screen and phone at one session; the phone sent a card, which stands on the screen."""
    session = await a_session(services, step="zorgen-kansen")
    chair = await conduct(services, session)
    token = await services.db.write(lambda db: sign_in.begin(db, chair.sign_in.account_id, days=1))
    who = await a_participant(services, session)
    form = {"column": ["zorg"], "text": ["Dit plan helpt niet"]}
    await services.room.contribute(session.id, who.id, session.activity_id, uuid.uuid4(), form)
    desk, screen, phone = [await visitor(**options) for options in (DESK, SCREEN, PHONE)]
    await give_cookies(desk.context, settings, {COOKIE: token})
    await give_cookies(phone.context, settings, who.cookies)
    await desk.goto(f"/sessies/{session.id}/regie")
    await screen.goto(f"/scherm/{session.screen_token}")
    await phone.goto("/deelnemen")
    await desk.get_by_role("button", name="Neem de regie over").click()
    await expect(desk.get_by_role("button", name="Neem de regie over")).to_have_count(0)
    return session, desk, screen, phone


async def test_a_message_a_question_a_conclusion_a_line_and_a_phone_that_goes(services, visitor, settings):
    session, desk, screen, phone = await a_room(services, visitor, settings)
    step = session.activities[0].question

    box = desk.locator("#bericht-deel")
    await box.get_by_role("textbox").fill(PAUSE)
    await box.get_by_role("button", name="Zet op alle telefoons").click()
    await expect(phone.locator("#bericht")).to_contain_text(PAUSE)
    await assert_accessible(phone, "bericht")
    await box.get_by_role("button", name="Ook op het scherm").click()
    await expect(screen.get_by_role("heading", name=PAUSE)).to_be_visible()
    await assert_accessible(screen, "bericht op het scherm")
    await box.get_by_role("button", name="Haal weg").click()
    await expect(phone.locator("#bericht")).to_be_empty()
    await expect(screen.get_by_role("heading", name=step)).to_be_visible()

    box = desk.locator("#tussenvraag-deel")
    await box.get_by_role("textbox").fill(ASKED)
    await box.get_by_role("button", name="Stel de vraag").click()
    await expect(phone.get_by_role("heading", name=ASKED)).to_be_visible()
    await phone.get_by_role("button", name="Eens", exact=True).click()
    await expect(phone.locator("button[aria-pressed=true]")).to_contain_text("Eens")
    await assert_accessible(phone, "tussenvraag")
    question = (await reloaded(services, session.id)).question_id
    for value in ("eens", "eens", "bijna", "niet-eens"):
        other = await a_participant(services, session)
        await services.room.contribute(session.id, other.id, question, uuid.uuid4(), {"light.1": [value]})
    await expect(screen.get_by_text("5 van de 5 telefoons")).to_be_visible()
    await desk.get_by_role("button", name="Laat de uitslag zien").click()
    await expect(screen.get_by_role("img", name="Eens 3, een beetje 1, niet eens 1")).to_be_visible()
    await assert_accessible(desk, "tussenvraag aan de regie")
    await desk.get_by_role("button", name="Sluit de tussenvraag").click()
    await expect(phone.get_by_role("heading", name=step)).to_be_visible()

    box = desk.locator("#conclusie-deel")
    await box.locator("summary").click()
    await box.get_by_role("textbox").press_sequentially(CONCLUDED)
    await expect(box.locator("[data-autosave-status]")).to_contain_text("Bewaard om")
    await box.get_by_role("button", name="Laat zien op het scherm").click()
    await expect(screen.locator("#hoofd")).to_contain_text(CONCLUDED)
    await expect(phone.locator("#stand")).to_contain_text(CONCLUDED)
    await box.get_by_role("textbox").press_sequentially(" en thuis")
    await expect(screen.locator("#hoofd")).to_contain_text(f"{CONCLUDED} en thuis")
    await assert_accessible(screen, "conclusie")
    await assert_accessible(phone, "conclusie op de telefoon")
    await box.get_by_role("button", name="Terug naar de vraag").click()
    await expect(screen.get_by_role("heading", name=step)).to_be_visible()

    await desk.locator("h1").first.click()
    await desk.keyboard.press("p")
    await desk.keyboard.type(LATER)
    await desk.keyboard.press("Enter")
    box = desk.locator("#parkeerplaats-deel")
    await expect(box.get_by_role("listitem")).to_contain_text(LATER)
    await expect(box.get_by_role("textbox")).to_have_value("")
    await box.get_by_role("button", name="Laat zien op het scherm").click()
    await expect(screen.locator("#hoofd")).to_contain_text(LATER)
    await assert_accessible(screen, "voor later")
    await assert_accessible(desk, "parkeerplaats")
    await box.get_by_role("button", name="Terug naar de vraag").click()
    await expect(screen.get_by_role("heading", name=step)).to_be_visible()

    await desk.get_by_role("tab", name="Op het scherm").click()
    await desk.locator("#deel-scherm").get_by_role("button", name="Haal woorden weg").click()
    fold = desk.locator("#wegsturen")
    await fold.locator("summary").click()
    await assert_accessible(desk, "telefoon wegsturen")
    await fold.get_by_text("Gaat van alle schermen").click()
    await fold.get_by_role("button").click()
    gone = phone.get_by_role("heading", name="De begeleider heeft de sessie op deze telefoon gestopt")
    await expect(gone).to_be_visible()
    await assert_accessible(phone, "weggestuurd")
    await phone.get_by_role("link", name="Hulp").click()
    await expect(phone.get_by_role("dialog", name="Hulp")).to_be_visible()
    await expect(screen.get_by_text("Dit plan helpt niet")).to_have_count(0)
