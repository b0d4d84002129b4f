"""Undoes the last deed of a desk: `/sessies/{id}/ongedaan`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done
from workshop.pages.forms import first, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/ongedaan", status_code=200, rehearsal=True)
async def undo(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `wat`, the id of the deed. Only the last deed of this desk that can be undone is: any
    other id changes nothing."""
    form = await posted(request)
    return await done(
        request, services, conduct, conduct.undo(first(form, "wat")), lambda why: why or PUT_BACK
    )


PUT_BACK = "Teruggezet."
routes = [undo]
