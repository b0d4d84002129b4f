"""The lobby says whether phones can come in, and the desk chooses another network."""

import msgspec
import pytest
import pytest_asyncio

from tests.people import a_facilitator, a_partnership, a_session, signed_in
from tests.test_reach import VPN, WIFI
from workshop import reach


@pytest.fixture
def settings(settings, networks):
    """Of a laptop that nobody configured."""
    networks(WIFI, VPN, outward=WIFI.address)
    return msgspec.structs.replace(settings, base_url="", host="0.0.0.0")


@pytest_asyncio.fixture
async def lobby(client, services):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    desk = await signed_in(client, services, account)
    return await a_session(services, partnership=partnership, sign_in=desk)


async def page(client, lobby):
    return (await client.get(f"/sessies/{lobby.id}/regie")).text


async def choose(client, lobby, address):
    return await client.post(f"/sessies/{lobby.id}/adres", data={"adres": address})


async def test_the_desk_chooses_the_network_of_the_phones_and_the_qr_follows(client, lobby, settings):
    assert f"http://192.168.1.5:{settings.port}/j/" in await page(client, lobby)
    assert "Lukt scannen niet?" in await page(client, lobby)
    assert (await choose(client, lobby, VPN.address)).status_code == 303
    assert f"http://10.8.0.2:{settings.port}/j/" in await page(client, lobby)
    there = await client.get(f"/j/{lobby.join_token}", headers={"Host": f"10.8.0.2:{settings.port}"})
    assert there.status_code == 200


async def test_an_address_that_is_not_of_this_machine_is_refused_and_changes_nothing(client, lobby):
    for wanted in ("10.0.0.9", "evil.example", "", "127.0.0.1"):
        answer = await choose(client, lobby, wanted)
        assert (answer.status_code, "Kies een ander adres" in answer.text) == (422, True), wanted
    assert reach.address() == WIFI.address


async def test_a_name_that_leads_to_this_machine_is_no_address_of_it(client, settings):
    for host in (f"evil.example:{settings.port}", f"10.0.0.9:{settings.port}"):
        assert (await client.get("/", headers={"Host": host})).status_code == 400


async def test_who_does_not_drive_chooses_nothing(client, lobby, services):
    colleague = await a_facilitator(services, "Kevin")
    await signed_in(client, services, colleague)
    assert (await choose(client, lobby, VPN.address)).status_code == 404
    assert reach.address() == WIFI.address


async def test_a_laptop_that_lost_its_network_says_so_in_the_lobby(client, lobby, networks):
    assert 'id="qr-bereik"' not in await page(client, lobby)
    networks()
    client.base_url = f"http://127.0.0.1:{client.base_url.port}"
    assert "Verbind hem met het netwerk" in await page(client, lobby)
