"""What people without a phone wrote on paper, typed over at the desk: `/sessies/{id}/papier/{sheet}`.

One sheet is one person. The page shows the form that a phone shows at this step, as a plain form: it has
nothing of a phone's drafts and waiting line.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import escape

from workshop import codes
from workshop.accounts.roles import RUN, require
from workshop.kinds import KindError
from workshop.live.conduct import Conduct
from workshop.live.errors import Closed, Gone
from workshop.live.typed import Typed, unsent
from workshop.models import Membership
from workshop.pages.forms import as_id, first, posted
from workshop.pages.reply import back, page
from workshop.services import Services

OF_A_PHONE = re.compile(r'\s(?:(?:hx-\w+|data-contribution|data-draft)="[^"]*"|data-pager(?=[\s>]))')
"""What the script of a phone does with a form."""


@get("/sessies/{session_id:uuid}/papier", rehearsal=True)
async def next_sheet(session_id: FromPath[uuid.UUID], member: NamedDependency[Membership]) -> Response[Any]:
    """Takes an empty sheet."""
    require(member, RUN)
    return back(f"/sessies/{session_id}/papier/{codes.new_id()}")


@get("/sessies/{session_id:uuid}/papier/{sheet_id:uuid}", rehearsal=True)
async def sheet(
    session_id: FromPath[uuid.UUID],
    sheet_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows the form of the current step, with what is on this sheet."""
    require(member, RUN)
    return await _page(services, member, session_id, sheet_id)


@post("/sessies/{session_id:uuid}/papier/{sheet_id:uuid}/{look:uuid}", status_code=303, rehearsal=True)
async def fill_in(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    sheet_id: FromPath[uuid.UUID],
    look: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form of a phone. `look` is the id of the page that it stood on: the same form sent again from
    there is a repetition."""
    form = await posted(request)
    id = uuid.uuid5(look, repr(sorted(form.items())))
    try:
        await conduct.fill_in(as_id(first(form, "activity")), sheet_id, id, form)
    except (KindError, Closed) as error:
        status = 422 if isinstance(error, KindError) else 409
        return await _page(services, member, session_id, sheet_id, form, str(error), status)
    return back(f"/sessies/{session_id}/papier/{sheet_id}")


@post(
    "/sessies/{session_id:uuid}/papier/{sheet_id:uuid}/{look:uuid}/{contribution_id:uuid}/intrekking",
    status_code=303,
    rehearsal=True,
)
async def take_off(
    session_id: FromPath[uuid.UUID],
    sheet_id: FromPath[uuid.UUID],
    look: FromPath[uuid.UUID],
    contribution_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes one answer off a sheet."""
    scene = await _scene(services, session_id)
    await conduct.take_off_sheet(scene.activity.id, sheet_id, contribution_id)
    return back(f"/sessies/{session_id}/papier/{sheet_id}")


@post("/sessies/{session_id:uuid}/papier/{sheet_id:uuid}/verwijdering", status_code=303, rehearsal=True)
async def throw_away(
    session_id: FromPath[uuid.UUID],
    sheet_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Deletes everything on a sheet at the current step."""
    scene = await _scene(services, session_id)
    await conduct.take_off_sheet(scene.activity.id, sheet_id)
    return back(f"/sessies/{session_id}/papier")


async def _page(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    sheet_id: uuid.UUID,
    form: dict[str, list[str]] | None = None,
    error: str = "",
    status: int = 200,
) -> Response[Any]:
    state = await services.room.memory.state(session_id, newest=True)
    if state is None or state.session.ended_at or state.current is None:
        return back(f"/sessies/{session_id}/regie")
    picture, own = state.picture(), state.own(sheet_id)
    here = first(form or {}, "activity") == str(state.current.activity.id)
    typed = Typed(form if here else None)
    told = {"picture": picture, "form": typed, "error": error if here else ""}
    drawn = ""
    if state.current.activity.open:
        drawn += services.render.of_kind(picture.scene, "phone", **told)
        drawn += services.render.of_kind(picture.scene, "mine", own=own, young=False, **told)
    address = f"/sessies/{session_id}/papier/{sheet_id}"
    return page(
        services,
        "desk/paper.html",
        status,
        member=member,
        picture=picture,
        own=own,
        address=address,
        fields=_as_plain(drawn, address),
        error="" if escape(error) in drawn else error,
        unsent=unsent(form or {}, typed),
    )


def _as_plain(drawn: str, address: str) -> str:
    """Returns the forms of a phone as plain forms that post to this sheet."""
    plain = OF_A_PHONE.sub("", drawn)
    plain = plain.replace('action="/deelnemen/bijdragen', f'action="{address}/{codes.new_id()}')
    return plain.replace('href="/deelnemen"', f'href="{address}"')


async def _scene(services: Services, session_id: uuid.UUID) -> Any:
    picture = await services.fanout.scene(session_id)
    if picture is None or picture.scene is None:
        raise Gone("Deze stap is voorbij.")
    return picture.scene


routes = [next_sheet, sheet, fill_in, take_off, throw_away]
