"""An idea becomes an action there and then: `/sessies/{id}/ideeen/{card}/actie`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done
from workshop.pages.forms import first, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/ideeen/{card_id:uuid}/actie", status_code=200, rehearsal=True)
async def agree(
    request: Request[Any, Any, Any],
    card_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `text`, `owner`, and `due` (ISO date, or nothing)."""
    form = await posted(request)
    agreed = conduct.agree(card_id, first(form, "text"), first(form, "owner"), first(form, "due"))
    return await done(request, services, conduct, agreed, "Dat staat bij de acties.")


routes = [agree]
