"""The address of an installation as browsers write it in `Host` and `Origin`."""

from __future__ import annotations

import ipaddress
from functools import cache
from urllib.parse import SplitResult, urlsplit

import idna

PORTS = {"http": 80, "https": 443}
PLAIN = "alleen http:// of https://, de naam en zo nodig de poort. Bijvoorbeeld https://kompas.nl."


def plain(typed: str) -> str:
    """Returns an address that somebody typed as browsers send it (`https://kompas.nl`): in small letters,
    without the default port, and with an international name in the form that the network uses (IDNA).

    Raises `ValueError` with a sentence for whatever has more than a scheme, a name and a port.
    """
    try:
        parts = urlsplit(typed.strip())
        name, port = _name(parts.hostname or ""), parts.port
    except ValueError:
        raise ValueError(PLAIN) from None
    if "@" in parts.netloc or any(sign in typed for sign in "?#"):
        raise ValueError(PLAIN)
    if parts.path not in ("", "/"):
        raise ValueError("zonder pad, dus tot de eerste /.")
    return f"{parts.scheme}://{name}" + (f":{port}" if port not in (None, PORTS[parts.scheme]) else "")


@cache
def hosts(origin: str) -> frozenset[str]:
    """Returns what the header `Host` may say for an origin: a proxy may name the default port too. Cached: it
    is asked for every request, always of the few origins of an installation."""
    parts = urlsplit(origin)
    return frozenset((parts.netloc, *_with_port(parts)))


def _name(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return idna.encode(host.rstrip("."), uts46=True, std3_rules=True).decode()
    return f"[{address}]" if address.version == 6 else str(address)


def _with_port(parts: SplitResult) -> tuple[str, ...]:
    return () if parts.port else (f"{parts.netloc}:{PORTS[parts.scheme]}",)
