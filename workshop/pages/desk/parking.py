"""The parking lot of a session: `/sessies/{id}/parkeerplaats`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done
from workshop.pages.forms import as_id, first, once, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/parkeerplaats", status_code=200, rehearsal=True)
async def park_line(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `regel`, what is for later."""
    form = await posted(request)
    parked = conduct.park_line(first(form, "regel"), once(form).id)
    return await done(request, services, conduct, parked, "Dat staat op de Parkeerplaats.")


@post("/sessies/{session_id:uuid}/parkeerplaats/{card_id:uuid}/plek", status_code=200, rehearsal=True)
async def unpark(
    request: Request[Any, Any, Any],
    card_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `naar`, the id of the step on whose board the card comes."""
    form = await posted(request)
    moved = conduct.unpark(card_id, as_id(first(form, "naar")))
    return await done(request, services, conduct, moved, "De kaart staat weer op het bord van die stap.")


routes = [park_line, unpark]
