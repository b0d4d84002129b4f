"""What is done to a session around its hours: choosing its day, opening its door, copying it, and deleting
one that was only a try."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop import calendar
from workshop.accounts.roles import RUN, require
from workshop.kinds import KindError
from workshop.live import plan, preparing
from workshop.live.conduct import Conduct
from workshop.live.errors import Gone
from workshop.models import Membership, SignIn, now
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back, go
from workshop.record import sessions
from workshop.services import Services

NO_DAY = "Voor deze sessie is nog geen dag gekozen."


@post("/sessies/{session_id:uuid}/opening", status_code=200)
async def open_door(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Lets people in from now on, and goes to the desk."""
    await conduct.open()
    return go(request, f"/sessies/{session_id}/regie")


@post("/sessies/{session_id:uuid}/moment", status_code=200)
async def choose_moment(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `dag`, `tijd`; both empty take the day away."""
    require(member, RUN)
    form = await posted(request)
    try:
        starts_at = preparing.moment(first(form, "dag"), first(form, "tijd"))
    except ValueError as error:
        raise KindError(str(error)) from None
    await preparing.plan_for(services.room, session_id, sign_in, starts_at)
    return go(request, f"/sessies/{session_id}/regie")


@get("/sessies/{session_id:uuid}/agenda.ics")
async def calendar_file(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[str]:
    """Answers with an iCalendar file of the day and time that the session is meant for."""
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    sheet = services.library.worksheet(session.worksheet)
    entry = sessions.appointment(session, sheet, services.settings.origin)
    if entry is None:
        raise Gone(NO_DAY)
    headers = {"Content-Disposition": 'attachment; filename="sessie.ics"'}
    return Response(calendar.file(entry, now()), media_type="text/calendar", headers=headers)


@post("/sessies/{session_id:uuid}/kopie", status_code=303)
async def copy(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Makes a new session with the same plan, and goes to its preparation."""
    require(member, RUN)
    made = once(await posted(request)).id
    return back(f"/sessies/{await preparing.copy(services.room, session_id, sign_in, made)}/regie")


@post("/sessies/{session_id:uuid}/verwijdering", status_code=303)
async def remove(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Deletes the session for good, and goes to the sessions of its dossier."""
    require(member, RUN)
    await preparing.remove(services.room, session_id, member)
    return back(f"/dossiers/{member.partnership_id}/sessies")


routes = [open_door, choose_moment, calendar_file, copy, remove]
