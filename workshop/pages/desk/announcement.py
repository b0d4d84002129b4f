"""A message from the desk to every phone: `/sessies/{id}/bericht`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done, seen
from workshop.pages.forms import first, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/bericht", status_code=200, rehearsal=True)
async def announce(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `bericht`, and in `gezien` the message before, empty for none."""
    form = await posted(request)
    said = "Dit bericht staat nu op alle telefoons."
    return await done(request, services, conduct, conduct.announce(first(form, "bericht"), seen(form)), said)


@post("/sessies/{session_id:uuid}/bericht/einde", status_code=200, rehearsal=True)
async def end_announcement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `gezien`, the message that goes."""
    form = await posted(request)
    said = "Het bericht is weg van alle telefoons."
    return await done(request, services, conduct, conduct.end_announcement(seen(form)), said)


routes = [announce, end_announcement]
