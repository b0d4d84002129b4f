"""A quick question above the current step: `/sessies/{id}/tussenvraag`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done, seen
from workshop.pages.forms import first, once, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/tussenvraag", status_code=200, rehearsal=True)
async def ask(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `stelling`."""
    form = await posted(request)
    asked = conduct.ask(first(form, "stelling"), once(form).id)
    return await done(request, services, conduct, asked, "De vraag staat nu op alle telefoons.")


@post("/sessies/{session_id:uuid}/tussenvraag/einde", status_code=200, rehearsal=True)
async def close(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `gezien`, the id of the question."""
    form = await posted(request)
    said = "De tussenvraag is dicht. Wat eruit kwam, staat straks bij Nakijken."
    return await done(request, services, conduct, conduct.close_question(seen(form)), said)


routes = [ask, close]
