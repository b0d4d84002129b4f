"""Chooses the address of this machine that the QR shows: `/sessies/{id}/adres`."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from workshop.kinds import KindError
from workshop.live.conduct import Conduct
from workshop.pages.forms import first, posted
from workshop.pages.reply import go
from workshop.services import Services


@post("/sessies/{session_id:uuid}/adres", status_code=200)
async def choose(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `adres`, one of this machine's own. 404 where the address is configured."""
    wanted = first(await posted(request), "adres")
    if services.settings.base_url:
        raise NotFoundException
    try:
        await conduct.choose_address(wanted)
    except ValueError as error:
        raise KindError(str(error)) from None
    return go(request, f"/sessies/{conduct.session_id}/regie")


routes = [choose]
