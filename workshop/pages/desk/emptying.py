"""Empties a step: `/sessies/{id}/stappen/{id}/leeg`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done, seen
from workshop.pages.forms import posted
from workshop.services import Services

EMPTIED = "De stap is leeg. Iedereen kan opnieuw meedoen."


@post("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/leeg", status_code=200, rehearsal=True)
async def empty(
    request: Request[Any, Any, Any],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `gezien`: when the step began, as the button was drawn with it."""
    form = await posted(request)
    return await done(request, services, conduct, conduct.empty(activity_id, seen(form)), EMPTIED)


routes = [empty]
