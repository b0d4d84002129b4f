"""What may help with the cards that somebody chose at the desk: `/sessies/{id}/stappen/{step}/suggesties`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import RUN, require
from workshop.live.suggesting import Suggestions
from workshop.models import Membership
from workshop.pages.desk.page import chosen
from workshop.pages.reply import blocks
from workshop.services import Services


@get("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/suggesties", rehearsal=True)
async def suggestions(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Answers `#lijkt-op`: other cards, piles, and names for a new one. It is empty for cards that are not on
    the screen of the current step. Query: `kaart`, as `chosen` reads it, for each card."""
    require(member, RUN)
    cards, _ = chosen({"kaart": request.query_params.getall("kaart", [])})
    picture = await services.fanout.scene(session_id)
    found = Suggestions()
    if picture and picture.scene and picture.scene.activity.id == activity_id:
        found = await services.suggesting.suggest(session_id, picture.scene, set(map(str, cards)))
    return blocks(services.render.block("desk/_suggestions.html", "suggestions", found=found))


routes = [suggestions]
