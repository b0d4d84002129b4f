"""The note that a facilitator keeps at a step: `/sessies/{id}/stappen/{id}/notitie`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.live.conduct.jotting import WroteTogether
from workshop.models import Membership
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, misfit, page, wants_blocks
from workshop.services import Services


@post("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/notitie", status_code=200, rehearsal=True)
async def jot(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `notitie`, `stamp` (the note that was read) and `terug` = plan, to go to the page of
    the step instead of the desk; `keuze` = mijn writes over what a colleague wrote, and theirs leaves it.

    The form that saves itself is answered `{"stamp": "…"}`, 409 with both notes, or 422 with
    `{"sentence": "…", "row": "", "name": ""}`.
    """
    form = await posted(request)
    words, choice, by_itself = first(form, "notitie"), first(form, "keuze"), wants_blocks(request)
    in_plan = first(form, "terug") == "plan"
    place = f"/sessies/{session_id}/{f'programma/stappen/{activity_id}' if in_plan else 'regie'}"
    try:
        if choice != "hun":
            words = await conduct.jot(activity_id, words, None if choice == "mijn" else first(form, "stamp"))
    except WroteTogether as together:
        told = {"mine": words, "theirs": together.theirs, "place": place, "back_to": first(form, "terug")}
        address = f"/sessies/{session_id}/stappen/{activity_id}/notitie"
        if by_itself:
            body = services.render.block("desk/note_clash.html", "choice", by_itself=True, **told)
            return Response(body, status_code=409, media_type=MediaType.HTML)
        return page(
            services, "desk/note_clash.html", 409, member=member, address=address, by_itself=False, **told
        )
    except ValueError as error:
        return misfit(error, by_itself)
    return Response({"stamp": words}, status_code=200) if by_itself else back(place)


routes = [jot]
