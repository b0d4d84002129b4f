"""Where a finder of a weakness writes to (RFC 9116)."""

from __future__ import annotations

import datetime as dt

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from workshop import days
from workshop.services import Services

PATH = "/.well-known/security.txt"
GOOD_FOR = dt.timedelta(days=180)
"""It is made when it is asked for; a copy is not to be trusted for longer."""


@get(PATH, opt={"public": True}, sync_to_thread=False)
def security_txt(services: NamedDependency[Services]) -> Response[str]:
    """Lines of `name: value` as plain text; 404 where nobody is named."""
    settings = services.settings
    if not settings.security_contact:
        raise NotFoundException
    lines = {
        "Contact": settings.security_contact,
        "Expires": (days.now() + GOOD_FOR).isoformat(timespec="seconds"),
        "Preferred-Languages": "nl, en",
        "Canonical": f"{settings.origin}{PATH}",
    }
    return Response("".join(f"{name}: {value}\n" for name, value in lines.items()), media_type="text/plain")


routes = [security_txt]
