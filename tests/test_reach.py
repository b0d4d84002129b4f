"""Which address of this machine the QR is of, and when phones cannot open it."""

import pytest

from workshop import reach
from workshop.reach import Way
from workshop.settings import Settings

WIFI, VPN, DOCKER = Way("192.168.1.5", "wlan0"), Way("10.8.0.2", "tun0"), Way("172.17.0.1", "docker0")


def test_neither_a_vpn_nor_a_container_takes_the_place_of_the_wifi(networks):
    networks(DOCKER, VPN, WIFI, outward=VPN.address)
    assert reach.ways() == (WIFI, VPN, DOCKER)
    assert Settings().origin == "http://192.168.1.5:8000"


def test_of_two_networks_for_people_the_one_that_leads_outward_comes_first(networks):
    cable = Way("192.168.2.7", "eth0")
    networks(WIFI, cable, outward=cable.address)
    assert reach.address() == cable.address


def test_another_wifi_is_followed_and_what_was_chosen_counts_while_it_is_there(networks):
    networks(WIFI, VPN, outward=WIFI.address)
    reach.choose(VPN.address)
    assert reach.address() == VPN.address
    elsewhere = Way("172.20.10.3", "wlan0")
    networks(elsewhere, outward=elsewhere.address)
    assert reach.address() == elsewhere.address
    assert Settings().hosts == {"172.20.10.3:8000", "localhost:8000", "127.0.0.1:8000"}


@pytest.mark.parametrize("wanted", ["10.0.0.1", "evil.example", "", "127.0.0.1", "192.168.1.5:80"])
def test_only_an_own_address_can_be_chosen(networks, wanted):
    networks(WIFI, VPN)
    with pytest.raises(ValueError, match="Kies een ander adres"):
        reach.choose(wanted)
    assert reach.address() == WIFI.address


def test_a_machine_without_a_network_says_that_no_phone_can_come_in(networks):
    networks()
    assert Settings().origin == "http://127.0.0.1:8000"
    assert "Verbind hem met het netwerk" in Settings().trouble


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(), ""),
        (Settings(base_url="https://kompas.nl", host="127.0.0.1"), ""),  # behind a proxy
        (Settings(base_url="http://192.168.1.5:8000"), ""),
        (Settings(base_url="http://8.8.8.8"), ""),  # a router that passes on
        (Settings(base_url="http://192.168.1.9:8000"), "heeft het adres 192.168.1.9 niet meer"),
        (Settings(base_url="http://localhost:8000"), "werkt alleen op deze computer"),
        (Settings(base_url="http://127.0.0.1:8000"), "werkt alleen op deze computer"),
        (Settings(base_url="http://[::1]:8000"), "werkt alleen op deze computer"),
        (Settings(host="127.0.0.1"), "luistert alleen op deze computer"),
    ],
)
def test_what_is_known_against_an_address_is_said(networks, settings, said):
    networks(WIFI)
    assert settings.trouble == "" if not said else said in settings.trouble


def test_in_a_container_only_its_keeper_knows_the_address(networks, monkeypatch, tmp_path):
    networks(Way("172.17.0.2", "eth0"))
    monkeypatch.setattr(reach, "_CONTAINER", (tmp_path,))
    assert "draait in een container" in Settings().trouble
    assert Settings(base_url="http://192.168.1.9:8000").trouble == ""


def test_this_machine_knows_its_addresses():
    assert all(way.address and way.network for way in reach.ways())
