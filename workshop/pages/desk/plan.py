"""The plan of a session, and changing it: /sessies/{id}/programma."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import EDIT, RUN, require
from workshop.live import lists, plan, programmes
from workshop.models import Membership, SignIn
from workshop.pages.forms import first, flat, once, posted
from workshop.pages.reply import back, page
from workshop.services import Services


@get("/sessies/{session_id:uuid}/programma")
async def show_plan(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    return await _plan(services, member, session_id)


@post("/sessies/{session_id:uuid}/programma/stappen", status_code=303)
async def add_step(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `titel`, `vraag`: a question of the facilitator's own, with cards, at the end of the
    plan."""
    require(member, RUN)
    form = await posted(request)
    added = plan.add_step(
        services.room, session_id, first(form, "titel"), first(form, "vraag"), once(form).id
    )
    return await _changed(services, member, session_id, added, "nieuw", flat(form))


@post("/sessies/{session_id:uuid}/programma/bewaring", status_code=303)
async def keep_programme(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `naam`: the plan becomes a programme of the partnership."""
    require(member, EDIT)
    form = await posted(request)
    kept = programmes.keep(services.db, session_id, first(form, "naam"), sign_in)
    return await _changed(services, member, session_id, kept, "bewaard", flat(form))


@post("/sessies/{session_id:uuid}/programma/stappen/{activity_id:uuid}", status_code=303)
async def change_step(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `title`, `question`, `help`, `minutes`; or `knop` = omhoog, omlaag, overslaan or
    meedoen, with in `gezien` its place, or lijst with `regels`, one line for each thing to choose from."""
    require(member, RUN)
    form = flat(await posted(request))
    room = services.room
    buttons = {
        "omhoog": lambda: plan.move_step(room, session_id, activity_id, -1, form.get("gezien", "")),
        "omlaag": lambda: plan.move_step(room, session_id, activity_id, 1, form.get("gezien", "")),
        "overslaan": lambda: plan.skip_step(room, session_id, activity_id, True),
        "meedoen": lambda: plan.skip_step(room, session_id, activity_id, False),
        "lijst": lambda: lists.type_in(room, session_id, activity_id, form.get("regels", "")),
    }
    pressed = buttons.get(form.get("knop", ""))
    changed = pressed() if pressed else plan.change_step(room, session_id, activity_id, form)
    return await _changed(services, member, session_id, changed, str(activity_id), form)


async def _changed(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    change: Awaitable[Any],
    about: str,
    form: dict[str, str],
) -> Response[Any]:
    """Goes back to the plan; shows it with the sentence and what was typed when something did not fit
    (422)."""
    try:
        await change
    except ValueError as error:
        return await _plan(services, member, session_id, about, form, str(error))
    return back(f"/sessies/{session_id}/programma#stap-{about}")


async def _plan(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    about: str = "",
    typed: dict[str, str] | None = None,
    error: str = "",
) -> Response[str]:
    session = await plan.planned(services.db, session_id)
    async with services.db.read() as db:
        empty = await lists.empty(db, services.library, session)
    return page(
        services,
        "desk/plan.html",
        422 if error else 200,
        member=member,
        session=session,
        worksheet=services.library.worksheet(session.worksheet),
        library=services.library,
        empty=empty,
        about=about,
        typed=typed or {},
        error=error,
    )


routes = [show_plan, add_step, keep_programme, change_step]
