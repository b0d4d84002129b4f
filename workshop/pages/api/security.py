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
"""How long a copy can be trusted; the file is made anew for each request."""


@get(PATH, opt={"public": True}, sync_to_thread=False)
def security_txt(services: NamedDependency[Services]) -> Response[str]:
    """Answers with lines of `name: value` as plain text; 404 where nobody is named."""
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
