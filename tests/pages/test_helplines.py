"""The page where managers keep the help lines: every phone shows what they wrote, and nobody else can."""

import datetime as dt
import re
from html import unescape

import msgspec
import pytest
import pytest_asyncio

from tests.people import a_facilitator, signed_in
from workshop import days
from workshop.languages import DUTCH, speaking
from workshop.models import now
from workshop.pages.manage.helplines import ADDRESS
from workshop.safety import helplines

STARTERS = helplines.load()
NEW = {
    "name": "Jongerenwerk <b>Lindewaard</b>",
    "what": "Praten in de buurt",
    "phone": "06 12 34 56 78",
    "url": "https://www.lindewaard.nl/jongeren/",
    "when": "Elke middag",
    "source": "https://www.lindewaard.nl/jongeren/contact",
    "checked": "2026-11-20",
}


@pytest_asyncio.fixture
async def manager(client, services):
    """This browser is a manager's."""
    account = await a_facilitator(services, "Bea", manager=True)
    await signed_in(client, services, account)
    return account


async def told(client, answer):
    assert answer.status_code == 303, answer.text
    return unescape((await client.get(answer.headers["location"])).text)


async def phone_page(client):
    return (await client.get("/hulp")).text


async def test_a_new_line_is_on_every_phone_page_with_a_number_that_can_be_dialled(client, manager):
    shown = await told(client, await client.post(f"{ADDRESS}/nieuw", data=NEW))
    assert "De hulplijn is toegevoegd." in shown
    for address in ("/hulp", "/doe-mee", "/j/onbekend"):
        phone = (await client.get(address)).text
        assert "Jongerenwerk &lt;b&gt;Lindewaard&lt;/b&gt;" in phone
        assert 'href="tel:0612345678"' in phone
        assert 'href="https://www.lindewaard.nl/jongeren/"' in phone


async def test_a_line_is_edited_with_what_it_says_now(client, manager):
    line = STARTERS[1]
    form = (await client.get(f"{ADDRESS}/{line.id}")).text
    for value in (line.name, line.phone, line.source, line.checked.isoformat()):
        assert f'value="{value}"' in form
    shown = await told(client, await client.post(f"{ADDRESS}/{line.id}", data=NEW))
    assert "De hulplijn is aangepast." in shown
    assert line.phone not in await phone_page(client)


async def test_one_tap_says_checked_today(client, manager):
    line = STARTERS[1]
    assert f'aria-label="Vandaag gecontroleerd: {line.name}"' in (await client.get(ADDRESS)).text
    shown = await told(client, await client.post(f"{ADDRESS}/{line.id}/controle"))
    assert "Genoteerd: vandaag gecontroleerd." in shown
    assert f'aria-label="Vandaag gecontroleerd: {line.name}"' not in shown


async def test_lines_change_places_and_go_and_come_back(client, manager):
    third = STARTERS[2]
    await told(client, await client.post(f"{ADDRESS}/{third.id}/plaats", data={"naar": "omhoog"}))
    phone = await phone_page(client)
    assert phone.index(third.phone) < phone.index(STARTERS[1].phone)
    shown = await told(client, await client.post(f"{ADDRESS}/{third.id}/verwijdering"))
    assert "weg van alle telefoons" in shown
    assert third.phone not in await phone_page(client)
    await told(client, await client.post(f"{ADDRESS}/{third.id}/terugzetting"))
    assert third.phone in await phone_page(client)


async def test_the_start_list_comes_back(client, manager):
    assert "Zet de startlijst terug" not in (await client.get(ADDRESS)).text
    await client.post(f"{ADDRESS}/nieuw", data=NEW)
    assert "Zet de startlijst terug" in (await client.get(ADDRESS)).text
    shown = await told(client, await client.post(f"{ADDRESS}/startlijst"))
    assert "De startlijst staat er weer." in shown
    assert "0612345678" not in await phone_page(client)


async def test_112_stays_first_with_a_sentence_that_says_why(client, manager):
    first, second = STARTERS[:2]
    for address, form in (
        (f"{first.id}/verwijdering", {}),
        (f"{first.id}/plaats", {"naar": "omlaag"}),
        (f"{second.id}/plaats", {"naar": "omhoog"}),
        (f"{first.id}", NEW),
    ):
        answer = await client.post(f"{ADDRESS}/{address}", data=form)
        assert (answer.status_code, "112 blijft bovenaan" in answer.text) == (422, True), address
    assert re.search(r"tel:112.*tel:0800", await phone_page(client), re.S)


TOMORROW = (days.today() + dt.timedelta(days=1)).isoformat()
MISFITS = [
    ("name", "", "Hoe heet deze hulplijn?"),
    ("name", "x" * 61, "Maak het 1 tekens korter."),
    ("what", " \u200b ", "Waarvoor kun je hier terecht?"),
    ("phone", "0800-HULP", "Dit nummer kun je niet bellen."),
    ("phone", "0800", "Dit nummer kun je niet bellen."),
    ("phone", "12", "Dit nummer kun je niet bellen."),
    ("phone", "0800-0432 of 113", "Dit nummer kun je niet bellen."),
    ("phone", "٠٨٠٠٠٤٣٢", "Dit nummer kun je niet bellen."),
    ("url", "http://lindewaard.nl", "Het begint met https://."),
    ("url", "javascript:alert(1)", "Het begint met https://."),
    ("url", "https://", "Het begint met https://."),
    ("url", "https://een site.nl", "Het begint met https://."),
    ("url", "https://kompas@lindewaard.nl", "Het begint met https://."),
    ("source", "", "Op welke pagina van de lijn zelf"),
    ("source", "de folder", "Het begint met https://."),
    ("checked", "", "Op welke dag"),
    ("checked", "vandaag", "Op welke dag"),
    ("checked", TOMORROW, "Deze dag moet nog komen."),
    ("checked", "1999-01-01", "Kijk de lijn opnieuw na."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), MISFITS)
async def test_what_does_not_fit_gets_a_sentence_beside_the_field_and_loses_nothing(
    client, manager, field, value, sentence
):
    before = await phone_page(client)
    for address in (f"{ADDRESS}/nieuw", f"{ADDRESS}/{STARTERS[1].id}"):
        answer = await client.post(address, data=NEW | {field: value})
        assert answer.status_code == 422
        shown = unescape(answer.text)
        assert sentence in re.search(rf'id="{field}-fout"[^>]*>(.*?)</p>', shown, re.S)[1]
        for other, typed in (NEW | {field: value}).items():
            assert f'value="{typed}"' in shown, other
    assert await phone_page(client) == before


async def test_a_line_needs_a_number_or_a_website(client, manager):
    neither = await client.post(f"{ADDRESS}/nieuw", data=NEW | {"phone": "", "url": ""})
    assert (neither.status_code, "of een website" in neither.text) == (422, True)
    for left_out in ("phone", "url"):
        assert (await client.post(f"{ADDRESS}/nieuw", data=NEW | {left_out: ""})).status_code == 303


@pytest.mark.parametrize(
    "number", ["112", "113", "116 111", "14 0318", "0800-0432", "(020) 261 52 75", "+32 78 15 00"]
)
async def test_numbers_that_people_can_dial_are_taken(client, manager, number):
    assert (await client.post(f"{ADDRESS}/nieuw", data=NEW | {"phone": number})).status_code == 303


async def test_after_a_year_the_manager_is_warned_on_the_home_page_and_at_each_line(
    client, services, manager, clock
):
    assert "langer dan een jaar niet gecontroleerd" not in (await client.get("/dossiers")).text
    clock(now() + dt.timedelta(days=400))
    await signed_in(client, services, manager)
    home = (await client.get("/dossiers")).text
    assert f"{len(STARTERS)} hulplijnen zijn langer dan een jaar niet gecontroleerd" in home
    assert (await client.get(ADDRESS)).text.count("Langer dan een jaar niet gecontroleerd") == len(STARTERS)
    for line in STARTERS:
        await client.post(f"{ADDRESS}/{line.id}/controle")
    assert "een jaar niet gecontroleerd" not in (await client.get("/dossiers")).text
    assert "een jaar niet gecontroleerd" not in (await client.get(ADDRESS)).text


async def test_who_is_no_manager_sees_no_warning_and_no_way_there(client, services, clock):
    clock(now() + dt.timedelta(days=400))
    await signed_in(client, services, await a_facilitator(services))
    shown = (await client.get("/dossiers")).text
    assert "een jaar niet gecontroleerd" not in shown
    assert ADDRESS not in shown


async def test_a_manager_finds_the_page_from_home_and_account(client, manager):
    for address in ("/dossiers", "/account"):
        assert f'href="{ADDRESS}"' in (await client.get(address)).text


async def test_the_panel_says_since_when_the_whole_list_is_checked(client, manager):
    assert "Deze lijst is nagekeken op 22 november 2026." in await phone_page(client)
    await client.post(f"{ADDRESS}/nieuw", data=NEW)
    assert "Deze lijst is nagekeken op 20 november 2026." in await phone_page(client)


async def test_a_line_that_is_gone_is_a_404(client, manager):
    line = STARTERS[1]
    await client.post(f"{ADDRESS}/{line.id}/verwijdering")
    assert (await client.get(f"{ADDRESS}/{line.id}")).status_code == 404
    for deed in ("", "/controle", "/plaats", "/verwijdering"):
        assert (await client.post(f"{ADDRESS}/{line.id}{deed}", data=NEW)).status_code == 404, deed
    assert (await client.post(f"{ADDRESS}/{STARTERS[2].id}/terugzetting")).status_code == 404


def test_a_list_that_was_drawn_follows_what_changes_and_who_reads_it(services):
    def page(language):
        with speaking(language):
            return services.render.page("phone/help.html")

    calls = {DUTCH: "Bel", "en": "Call"}
    for language, call in [*calls.items(), *calls.items()]:
        assert set(re.findall(r'aria-label="(Bel|Call)\b', page(language))) == {call}
    services.helplines.lines = (msgspec.structs.replace(STARTERS[0], phone="06 12 34 56 78"),)
    for language in (DUTCH, "en"):
        assert set(re.findall(r'href="tel:([^"]+)"', page(language))) == {"0612345678"}
