"""The calendar of a dossier, for whoever has its secret address. No visitor is known here, or kept."""

from __future__ import annotations

import hashlib
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from workshop import calendar
from workshop.models import now
from workshop.record import agenda
from workshop.services import Services

ENDING = ".ics"
CACHE = "private, max-age=900"
"""A quarter of an hour: a calendar that asks more often gets what it had."""


@get("/agenda/{token:str}")
async def calendar_feed(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    token: FromPath[str],
    als: FromQuery[str] = "",
) -> Response[str]:
    """Answers with an iCalendar file; `als=taken` gives actions as tasks. 304 for a calendar that has this
    version already (`If-None-Match`), 404 for an address that does not exist, and for one that existed."""
    async with services.db.read() as db:
        found = (
            await agenda.read(db, services.library, token.removesuffix(ENDING))
            if token.endswith(ENDING)
            else None
        )
    if found is None:
        raise NotFoundException
    entries = agenda.entries(found, services.library, services.settings.origin, as_todos=als == "taken")
    made_at = max((entry.changed for entry in entries if entry.changed), default=now())
    body = calendar.feed(found.partnership.name, entries, made_at)
    tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": CACHE, "ETag": tag, "X-Robots-Tag": "noindex"}
    if request.headers.get("if-none-match") == tag:
        return Response("", status_code=304, headers=headers, media_type="text/calendar")
    headers["Content-Disposition"] = 'inline; filename="kompas-live.ics"'
    return Response(body, media_type="text/calendar", headers=headers)


routes = [calendar_feed]
