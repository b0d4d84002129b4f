"""The cookies of a browser: their names and attributes, and one bounded rule by which they are read.

Over TLS each name begins with `__Host-`: a browser takes such a cookie from this host only, over TLS only, so
no site beside ours can plant one. Names here are without it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from workshop.settings import Settings

MOST = 200
"""Cookies that are read; a browser keeps fewer of one website."""
OURS_ALONE = "__Host-"
READ = "workshop.cookies"
"""Key of an ASGI scope under which its cookies are kept once read: several layers ask for them."""
_ONE = re.compile(r"(?:^|;) ?([\w-]{1,40})=([\w-]{0,4096}+)(?=;|$)", re.ASCII)


def of(connection: Any, settings: Settings) -> dict[str, str]:
    """Returns the cookies by name, of a request or WebSocket or its ASGI scope. Ours hold letters, digits,
    `-` and `_`, unquoted: what cannot be ours is left out."""
    scope = getattr(connection, "scope", connection)
    if READ not in scope:
        scope[READ] = _read(scope, settings)
    return scope[READ]


def put(
    answer: Any, name: str, value: str, settings: Settings, *, seconds: int, for_scripts: bool = False
) -> None:
    """Adds a cookie to an answer, for this many seconds; scripts cannot read it unless `for_scripts`.
    SameSite is lax: the cookie comes along when somebody follows a link to us."""
    answer.set_cookie(
        key=_before(settings) + name,
        value=value,
        max_age=seconds,
        httponly=not for_scripts,
        secure=settings.secure,
        samesite="lax",
    )


def drop(answer: Any, name: str, settings: Settings) -> None:
    """Makes the browser throw a cookie away; without the same attributes as `put` it would keep it."""
    put(answer, name, "", settings, seconds=0)


def _read(scope: Any, settings: Settings) -> dict[str, str]:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    before = _before(settings)
    found = islice(_ONE.finditer(header), MOST)
    return {one[1].removeprefix(before): one[2] for one in found if one[1].startswith(before)}


def _before(settings: Settings) -> str:
    return OURS_ALONE if settings.secure else ""
