"""Opening a session from a worksheet's script, and changing its plan."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop.accounts.roles import EDIT, RUN, require
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.kinds import KindError
from workshop.live import lists, plan, programmes
from workshop.models import Membership, SignIn
from workshop.pages.forms import first, flat, once, posted
from workshop.pages.reply import back, page
from workshop.record.sheet import subjects_of
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/sessies/nieuw")
async def choose(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    werkblad: FromQuery[str] = "",
    over: FromQuery[str] = "",
) -> Response[Any]:
    """Shows the form for a new session. Query: `werkblad`; `over` chooses what the session is about, where
    the page that leads here knows."""
    require(member, RUN)
    chosen = _worksheet(services.library, werkblad) if werkblad else None
    return await _form(services, member, chosen, {"over": over})


@post("/dossiers/{partnership_id:uuid}/sessies/nieuw", status_code=303)
async def open_session(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `werkblad` (id), `titel`, `programma` (id of a `programmes.Choice`), `over` (id of an
    ambition or activity), `jongeren` = ja when young people take part: then cards are held back. Goes to the
    plan, or shows the form again (422)."""
    require(member, RUN)
    form = await posted(request)
    worksheet = _worksheet(services.library, first(form, "werkblad"))
    async with services.db.read() as db:
        programme = await programmes.chosen(db, member.partnership_id, worksheet, first(form, "programma"))
        subjects = await subjects_of(db, services.library, member.partnership_id, worksheet)
    subject = next((item.id for item in subjects if item.id == first(form, "over")), "")
    if subjects and not subject:
        return await _form(services, member, worksheet, flat(form), "Kies waar deze sessie over gaat.")
    try:
        session_id = await plan.open_session(
            services.db,
            member.partnership_id,
            worksheet,
            sign_in,
            title=first(form, "titel"),
            holds_back=first(form, "jongeren") == "ja",
            script=programme.steps,
            about=subject,
            id=once(form).id,
        )
    except ValueError as error:
        return await _form(services, member, worksheet, flat(form), str(error))
    return back(f"/sessies/{session_id}/programma")


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


async def _form(
    services: Services,
    member: Membership,
    chosen: Worksheet | None,
    typed: dict[str, str] | None = None,
    error: str = "",
) -> Response[str]:
    return page(
        services,
        "desk/new.html",
        422 if error else 200,
        member=member,
        partnership=member.partnership,
        library=services.library,
        chosen=chosen,
        **(await _choices(services, member, chosen) if chosen else {}),
        typed=typed or {},
        error=error,
        admission_hours=services.settings.admission_hours,
    )


async def _choices(services: Services, member: Membership, worksheet: Worksheet) -> dict[str, Any]:
    """Returns what to choose from: `{"choices": programmes, "subjects": ambitions or activities}`."""
    async with services.db.read() as db:
        return {
            "choices": await programmes.choices(db, member.partnership_id, worksheet),
            "subjects": await subjects_of(db, services.library, member.partnership_id, worksheet),
        }


def _worksheet(library: Library, id: str) -> Worksheet:
    try:
        return library.worksheet(id)
    except KeyError:
        raise KindError("Dit werkblad bestaat niet. Kies er een uit de lijst.") from None


routes = [choose, open_session, show_plan, add_step, keep_programme, change_step]
