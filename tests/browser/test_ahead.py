"""People answer one step before the meeting: opened on the plan, closed by its day, there when it opens."""

import datetime as dt
import re

import pytest
from playwright.async_api import expect

from tests.browser.actors import assert_accessible
from tests.browser.houses import give_cookies
from tests.browsers import DESK, PHONE, SCREEN
from tests.people import a_desk, a_facilitator, a_partnership, a_session, a_sign_in, activity, reloaded
from workshop.live import endings
from workshop.live.conduct import Conduct
from workshop.models import now
from workshop.pages.visitor import COOKIE

TODAY = dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC)


async def write(page, words):
    await page.get_by_role("radio", name="Zorg").check(force=True)
    await page.locator("textarea").first.fill(words)
    await page.get_by_role("button", name=re.compile(r"^\s*Verstuur kaart\s*$")).click()


@pytest.mark.in_this_process
async def test_two_phones_answer_ahead_and_their_cards_are_there_when_it_opens(services, visitor, clock):
    clock(TODAY)
    account = await a_facilitator(services)
    partnership, sign_in = await a_partnership(services, account), await a_desk(services, account)
    session = await a_session(services, partnership=partnership, sign_in=sign_in, opened=False)
    plan = f"/sessies/{session.id}/programma"

    desk = await visitor(**DESK)
    await give_cookies(desk.context, services.settings, {COOKIE: await a_sign_in(services, account)})
    await desk.goto(plan)
    ahead = desk.locator("#stap-vooraf")
    await ahead.get_by_label("Welke stap?").select_option(label=activity(session, "zorgen-kansen").title)
    await ahead.get_by_label("Dag").fill("2027-03-01")
    await ahead.get_by_role("button", name="Open vooraf invullen").click()
    await expect(ahead.get_by_text("hooguit 14 dagen. Kies een eerdere dag.")).to_be_visible()
    await ahead.get_by_label("Dag").fill("2027-01-08")
    await ahead.get_by_label("Tijd").fill("20:00")
    await ahead.get_by_role("button", name="Open vooraf invullen").click()
    address = await ahead.get_by_label("Geheim adres").input_value()
    await expect(ahead.get_by_role("img", name="QR-code om vooraf in te vullen")).to_be_visible()
    assert address in await ahead.get_by_label("Uitnodiging").input_value()
    await assert_accessible(desk, "programma, vooraf open")

    phone, plain = await visitor(**PHONE), await visitor(**PHONE, java_script_enabled=False)
    for page, words in ((phone, "Er is weinig licht"), (plain, "De bus rijdt niet meer")):
        await page.goto(address)
        await expect(page.get_by_text("Niemand leest nu mee.").first).to_be_visible()
        await page.get_by_role("button", name=re.compile(r"^\s*Meedoen\s*$")).click()
        await expect(page.get_by_text("De begeleider leest dit later.").first).to_be_visible()
        await write(page, words)
        await expect(page.get_by_role("heading", name="Mijn kaarten (1)")).to_be_visible()
    await assert_accessible(phone, "telefoon, vooraf")
    await write(phone, "Deze haal ik weg")
    await expect(phone.get_by_role("heading", name="Mijn kaarten (2)")).to_be_visible()
    await phone.get_by_role("button", name="Haal deze kaart weg").first.click()
    await expect(phone.get_by_role("heading", name="Mijn kaarten (1)")).to_be_visible()

    await desk.goto(plan)
    await expect(ahead.get_by_text("2 mensen vulden het in.")).to_be_visible()
    await ahead.get_by_role("link", name="Lees wat er binnenkwam").click()
    await expect(desk.locator("#vooraf")).to_contain_text("Te lezen (2)")
    await assert_accessible(desk, "kaarten van vooraf")
    await desk.locator("#vooraf").get_by_role("button", name=re.compile(r"^\s*Laat alle 2 zien\s*$")).click()
    await expect(desk.locator("#vooraf")).to_contain_text("Te lezen (0)")

    clock(TODAY + dt.timedelta(days=5))
    settled = await services.db.write(lambda db: endings.settle(db, services.settings, now()))
    for change in settled.changes:
        await services.room.bus.tell(change)
    await expect(phone.get_by_role("heading", name="Vooraf invullen is gesloten")).to_be_visible()
    await assert_accessible(phone, "telefoon, vooraf gesloten")
    await plain.goto(address)
    await expect(plain.get_by_role("heading", name="Vooraf invullen is gesloten")).to_be_visible()

    chair = Conduct(services.room, session.id, sign_in)
    await chair.open()
    await chair.go_to(activity(session, "zorgen-kansen").id)
    screen = await visitor(**SCREEN)
    await screen.goto(f"/scherm/{(await reloaded(services, session.id)).screen_token}")
    for words in ("Er is weinig licht", "De bus rijdt niet meer"):
        await expect(screen.get_by_text(words).first).to_be_visible()
    await phone.goto(f"/j/{session.join_token}")
    await phone.get_by_role("button", name=re.compile(r"^\s*Meedoen\s*$")).click()
    await expect(phone.get_by_text("Vulde je dit vooraf al in?")).to_be_visible()
