"""The accessibility statement says what is so, and is easy to find."""

import re
from html import unescape

import msgspec

from tests.browser.looks import DESK_LOOKS
from tests.people import a_facilitator, signed_in
from workshop.app import make_app, make_services
from workshop.pages.accessibility import DRAWN_UP
from workshop.settings import ROOT

PARTS = ("wie", "status", "onderzoek", "grenzen", "melden", "klacht")
"""Of the government's model: whose, state, how tested, what is not accessible, feedback, complaint."""


async def test_the_statement_has_every_part_of_the_model(client, services):
    answer = await client.get("/toegankelijkheid")
    assert answer.status_code == 200
    assert re.findall(r'<h2 id="([^"]+)"', answer.text) == list(PARTS)
    assert "voldoet gedeeltelijk" in answer.text
    assert f"{DRAWN_UP.day} november {DRAWN_UP.year}" in answer.text


async def test_every_test_that_the_statement_names_is_there(client, services):
    named = re.findall(r"tests/[\w/.]+", (ROOT / "templates/account/accessibility.html").read_text())
    assert "tests/" not in (await client.get("/toegankelijkheid")).text  # who reads it builds no software
    assert len(named) >= 6
    for path in named:
        assert (ROOT / path).exists(), path
    assert {"barriers", "sideways", "clipped", "unfocused", "small", "restless"} <= set(DESK_LOOKS)


async def test_the_organisation_is_named_or_asked_for(client, services, settings):
    page = (await client.get("/toegankelijkheid")).text
    assert page.count("Hier vult de beheerder nog in") == 2
    filled = msgspec.structs.replace(
        settings, organisation="Gemeente <Lindewaard>", accessibility_contact="toegang@lindewaard.example"
    )
    own = make_services(filled)
    client._transport.app = make_app(filled, own)
    page = (await client.get("/toegankelijkheid")).text
    assert "Hier vult" not in page
    assert "Gemeente <Lindewaard>" in unescape(page)
    assert "<Lindewaard>" not in page
    assert 'href="mailto:toegang@lindewaard.example"' in page


async def test_the_statement_is_found_from_the_foot_of_every_page_and_from_help(client, services):
    for path in ("/inloggen", "/hulp"):
        assert 'href="/toegankelijkheid"' in (await client.get(path)).text
    await signed_in(client, services, await a_facilitator(services))
    for path in ("/account", "/dossiers", "/dossiers/nieuw"):
        assert 'href="/toegankelijkheid"' in (await client.get(path)).text
