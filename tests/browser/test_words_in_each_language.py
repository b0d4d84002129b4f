"""A phone in each language, at every step that is asked in it: no word of ours breaks in a place that is too
narrow for it, and nothing makes the page wider than its window."""

import pytest

from tests.browser.houses import give_cookies
from tests.browser.looks import glance
from tests.people import a_participant, a_session, conduct
from workshop import translating
from workshop.languages import OTHERS
from workshop.pages.phone.page import LANGUAGE

pytestmark = pytest.mark.tour

AROUND = ("/", "/doe-mee", "/hulp")


@pytest.mark.parametrize("code", OTHERS)
async def test_no_word_breaks(services, phone, code):
    page = await phone()
    found = {}

    async def visit(path, place):
        await page.goto(path)
        await page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        found[place] = [
            line for lines in (await glance(page, "sideways", "broken")).values() for line in lines
        ]

    await give_cookies(page.context, services.settings, {LANGUAGE: code})
    for path in AROUND:
        await visit(path, path)
    for worksheet in ("0-leren", *translating.WORKSHEETS):
        session = await a_session(services, worksheet, holds_back=True)
        desk = await conduct(services, session)
        await visit(f"/j/{session.join_token}", f"{worksheet} welkom")
        await give_cookies(
            page.context, services.settings, (await a_participant(services, session, "jongere")).cookies
        )
        for step in session.activities:
            await desk.go_to(step.id)
            await visit("/deelnemen", f"{worksheet} {step.key}")
    assert not {place: words for place, words in found.items() if words}
