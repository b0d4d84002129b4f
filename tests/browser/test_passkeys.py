"""Passkeys in Chromium, with its virtual authenticator: our own script, the browser's own checks."""

import re

import pytest
from msgspec.structs import replace
from playwright.async_api import expect

from tests.browser.actors import assert_accessible
from tests.browsers import DESK
from tests.people import PASSWORD, a_facilitator

pytestmark = pytest.mark.in_this_process


@pytest.fixture
def settings(settings):
    """Browsers know no passkeys of an address in numbers."""
    return replace(settings, base_url=f"http://localhost:{settings.port}")


async def _authenticator(page):
    """A device with a fingerprint reader that always says yes."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, made["authenticatorId"]


async def _password(page, email):
    await page.goto("/inloggen")
    await page.get_by_label("E-mailadres").fill(email)
    await page.get_by_label("Wachtwoord").fill(PASSWORD)
    await page.get_by_role("button", name="Log in", exact=True).click()


async def _sign_out(page):
    await page.goto("/account")
    await page.get_by_role("button", name="Uitloggen").click()
    await page.wait_for_url(re.compile(r"/$"))


async def test_a_passkey_is_made_and_signs_in_after_the_password_and_alone_until_it_is_removed(
    services, visitor
):
    account = await a_facilitator(services)
    page = await visitor(**DESK)
    cdp, device = await _authenticator(page)
    await _password(page, account.email)
    await page.wait_for_url("**/dossiers")

    await page.goto("/account")
    await assert_accessible(page, "account")
    await page.get_by_label("Naam van de nieuwe passkey").fill("Mijn laptop")
    await page.get_by_role("button", name="Maak een passkey").click()
    await expect(page.get_by_role("heading", name="Je herstelcodes")).to_be_visible()
    await expect(page.locator("#herstelcodes li")).to_have_count(8)
    await expect(page.locator("#passkeys")).to_contain_text("Mijn laptop")
    await assert_accessible(page, "herstelcodes")
    assert len((await cdp.send("WebAuthn.getCredentials", {"authenticatorId": device}))["credentials"]) == 1

    # This device has it already.
    await page.get_by_label("Naam van de nieuwe passkey").fill("Nog eens")
    await page.get_by_role("button", name="Maak een passkey").click()
    await expect(page.locator("#passkeys [data-passkey-error]")).to_contain_text("heb je hier al")

    await _sign_out(page)
    await _password(page, account.email)
    await page.wait_for_url("**/inloggen/tweede-stap")
    await assert_accessible(page, "tweede stap")
    await page.get_by_role("button", name="Gebruik je passkey").click()
    await page.wait_for_url("**/dossiers")

    await _sign_out(page)
    await page.goto("/inloggen?verder=/account")
    await assert_accessible(page, "inloggen")
    await page.get_by_role("button", name="Log in met een passkey").click()
    await page.wait_for_url("**/account")

    await page.get_by_role("button", name="Verwijder de passkey Mijn laptop").click()
    await expect(page.get_by_text("De passkey is verwijderd.")).to_be_visible()
    await _sign_out(page)
    await page.goto("/inloggen")
    await page.get_by_role("button", name="Log in met een passkey").click()
    await expect(page.get_by_text("Deze passkey werkt hier niet.")).to_be_visible()
    await _password(page, account.email)
    await page.wait_for_url("**/dossiers")


async def test_an_owner_whom_the_device_does_not_know_gets_a_sentence_and_may_try_again(services, visitor):
    account = await a_facilitator(services)
    page = await visitor(**DESK)
    cdp, device = await _authenticator(page)
    await _password(page, account.email)
    await page.wait_for_url("**/dossiers")
    await page.goto("/account")
    await page.get_by_label("Naam van de nieuwe passkey").fill("Mijn laptop")
    await page.get_by_role("button", name="Maak een passkey").click()
    await expect(page.locator("#herstelcodes li")).to_have_count(8)
    await _sign_out(page)
    verified = {"authenticatorId": device, "isUserVerified": False}
    await cdp.send("WebAuthn.setUserVerified", verified)
    await page.goto("/inloggen")
    await page.get_by_role("button", name="Log in met een passkey").click()
    await expect(page.locator("[data-passkey-error]")).to_contain_text("Het is niet gelukt.")
    await cdp.send("WebAuthn.setUserVerified", verified | {"isUserVerified": True})
    await page.get_by_role("button", name="Log in met een passkey").click()
    await page.wait_for_url("**/dossiers")
