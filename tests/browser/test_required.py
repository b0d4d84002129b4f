"""A field that is empty or wrong says so in our words, in the language of the page and not of the browser."""

import pytest
from playwright.async_api import expect

from tests.people import a_session, conduct

SAID = "(at) => { at.form.requestSubmit(); return at.validationMessage; }"


@pytest.mark.parametrize(
    ("language", "empty", "unchosen"),
    [
        ("Nederlands", "Vul dit nog in.", "Kies er eerst een."),
        ("English", "Please fill this in.", "Choose one first."),
    ],
)
async def test_a_phone_says_what_is_missing_in_its_own_language(services, phone, language, empty, unchosen):
    session = await a_session(services)
    await (await conduct(services, session)).go_to(session.activities[0].id)
    page = await phone(locale="en-US")
    await page.goto(f"/j/{session.join_token}")
    choice = page.locator("form[action='/taal']").get_by_role("button", name=language)
    if await choice.count():  # not there when the page speaks it already
        await choice.click()
    await page.locator("form[data-onto='/deelnemen'] button").click()
    field = page.locator("#kaart")
    await expect(field).to_be_visible()
    assert await page.locator("[name=column]").first.evaluate(SAID) == unchosen
    await page.locator("label.is-kans").click()
    assert await field.evaluate(SAID) == empty
    await field.fill("Nu staat er iets")
    assert await field.evaluate("(at) => at.form.checkValidity()")


async def test_an_address_that_is_none_says_so_in_dutch_at_the_desk(desk_page):
    await desk_page.goto("/inloggen")
    field = desk_page.get_by_label("E-mailadres")
    await field.fill("geen adres")
    assert await field.evaluate(SAID) == "Dit klopt nog niet. Kijk het nog eens na."
