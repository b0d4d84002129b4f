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
"""Names of network interfaces that no phone is on: those of containers, virtual machines and VPNs."""
_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_SECONDS = 5
"""How long a list of addresses is used again: every request asks for it."""


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
    """Lists the addresses of this machine that another machine may reach, the likeliest for phones first."""
    if time.monotonic() >= _known.until:
        _known.ways, _known.until = _ordered(_found(), _outward()), time.monotonic() + _SECONDS
    return _known.ways


def address() -> str:
    """Returns the address that somebody chose as long as the machine has it, else the likeliest one."""
    there = [way.address for way in ways()]
    return _known.chosen if _known.chosen in there else (there or [ITSELF])[0]


def choose(wanted: str) -> None:
    """Makes `address` return this one from now on. Raises `ValueError` with a sentence for an address that
    this machine does not have."""
    if wanted not in {way.address for way in ways()}:
        raise ValueError(NOT_HERE)
    _known.chosen = wanted


def trouble(host: str, listens_on: str, configured: bool) -> str:
    """Says in a Dutch sentence why phones cannot open an address with this host; returns an empty text when
    nothing is known against it. `listens_on` is the address of the server's socket; `configured` says that
    the host is from `WORKSHOP_BASE_URL`."""
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
    """Returns True for a private address that this machine does not have: nobody else answers on it. In a
    container that cannot be known, so False."""
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
    """Sorts networks that people are on before those inside a machine, and within each first the one that
    leads outward."""
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
    """Returns the address from which this machine would talk to others, or an empty text. Sends no packet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return ""
