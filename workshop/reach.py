"""How phones on the same network reach this machine, as long as `WORKSHOP_BASE_URL` does not say so."""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from pathlib import Path

import ifaddr
import msgspec

ITSELF = "127.0.0.1"
NOT_HERE = "Deze computer heeft dat adres niet meer. Kies een ander adres."
_INSIDE = re.compile(r"docker|br-|veth|virbr|vmnet|vboxnet|vethernet|podman|cni|tun|tap|wg|utun|zt|tailscale")
"""How networks are named that phones are not on: of containers, virtual machines and VPNs."""
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_SECONDS = 5
"""For which the list is not made again: every request asks for it."""


class Way(msgspec.Struct, frozen=True):
    address: str
    network: str
    """The name of the interface, such as `wlan0`."""


class _Known(msgspec.Struct):
    ways: tuple[Way, ...] = ()
    until: float = 0.0
    chosen: str = ""


_known = _Known()


def ways() -> tuple[Way, ...]:
    """The addresses of this machine that another machine may reach, the likeliest for phones first."""
    if time.monotonic() >= _known.until:
        _known.ways, _known.until = _ordered(_found(), _outward()), time.monotonic() + _SECONDS
    return _known.ways


def address() -> str:
    """The one that somebody chose while the machine has it, else the likeliest."""
    there = [way.address for way in ways()]
    return _known.chosen if _known.chosen in there else (there or [ITSELF])[0]


def choose(wanted: str) -> None:
    """Raises `ValueError` with a sentence for an address that this machine does not have."""
    if wanted not in {way.address for way in ways()}:
        raise ValueError(NOT_HERE)
    _known.chosen = wanted


def trouble(host: str, listens_on: str, configured: bool) -> str:
    """Why phones cannot open an address with this host; empty when nothing is known against it."""
    if not configured and any(file.exists() for file in _CONTAINER):
        return (
            "Kompas Live draait in een container. Zet WORKSHOP_BASE_URL op het adres van de computer zelf, "
            "anders komt geen telefoon binnen."
        )
    if not configured and _is_itself(listens_on):
        return "Kompas Live luistert alleen op deze computer. Zet WORKSHOP_HOST op 0.0.0.0 en start opnieuw."
    if _is_itself(host):
        return "Het adres in de QR-code werkt alleen op deze computer. " + (
            "Zet WORKSHOP_BASE_URL op een adres dat telefoons bereiken, of laat het weg."
            if configured
            else "Verbind hem met het netwerk waar de telefoons op zitten."
        )
    if _was_here(host):
        return (
            f"Deze computer heeft het adres {host} niet meer: telefoons komen misschien niet binnen. "
            "Kijk WORKSHOP_BASE_URL na, of laat het weg."
        )
    return ""


def _is_itself(host: str) -> bool:
    found = _ip(host)
    return host == "localhost" or (found is not None and found.is_loopback)


def _was_here(host: str) -> bool:
    """A private address is this machine's or nobody's; in a container nobody can tell."""
    found = _ip(host)
    if found is None or not found.is_private or any(file.exists() for file in _CONTAINER):
        return False
    return host not in {way.address for way in ways()}


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _ordered(found: list[Way], outward: str) -> tuple[Way, ...]:
    """Networks for people before those inside a machine; among them first the one that leads outward."""
    return tuple(sorted(found, key=lambda way: (_is_inside(way.network), way.address != outward)))


def _is_inside(network: str) -> bool:
    return _INSIDE.match(network.lower()) is not None


def _found() -> list[Way]:
    usable = []
    for adapter in ifaddr.get_adapters():
        for each in adapter.ips:
            if each.is_IPv4 and not ipaddress.ip_address(str(each.ip)).is_loopback:
                usable.append(Way(str(each.ip), adapter.nice_name))
    return [way for way in usable if not ipaddress.ip_address(way.address).is_link_local] or usable


def _outward() -> str:
    """The address from which this machine would talk to others; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""
