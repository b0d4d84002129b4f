"""Where a webhook may reach: an https address on the internet, so that nobody makes this server ask machines
that only this server can reach."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

LONGEST = 500
NOT_HTTPS = "Begin het adres met https:// en een naam, zoals https://systeem.voorbeeld.nl/kompas."
NOT_PUBLIC = "Dit adres is alleen binnen een eigen netwerk te bereiken. Kies een adres op internet."
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv6 that stand for one of IPv4, which may be private (RFC 6052)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotReached(OSError):
    """A webhook that may not, or cannot, be reached."""


def checked(typed: str, *, private: bool) -> str:
    """Returns an address as it was typed. With `private` it may be of an own network, and http. Raises
    `ValueError` with a sentence."""
    address = typed.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(NOT_HTTPS) from None
    schemes = ("https", "http") if private else ("https",)
    wrong = parts.scheme not in schemes or not host or "@" in parts.netloc or parts.fragment
    if (
        wrong
        or len(address) > LONGEST
        or not address.isascii()
        or not address.isprintable()
        or " " in address
    ):
        raise ValueError(NOT_HTTPS)
    if not private and not _may_be_public(host or ""):
        raise ValueError(NOT_PUBLIC)
    return address


async def resolved(host: str, port: int, *, private: bool) -> str:
    """Returns the number of a host to connect to, so that no other answer comes between the check and the
    request. Raises `NotReached` where it has none, or one of an own network."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotReached("no address") from error
    numbers = [ipaddress.ip_address(each[4][0]) for each in found]
    if not numbers or not (private or all(map(is_public, numbers))):
        raise NotReached("not a public address")
    return str(numbers[0])


def is_public(number: Address) -> bool:
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped:
            return is_public(number.ipv4_mapped)
        if number in TRANSLATED or number.sixtofour or number.teredo:
            return False
    return number.is_global and not number.is_multicast


def _may_be_public(host: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))
