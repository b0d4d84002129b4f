"""What a facilitator does about answers before the meeting: opening a step for them, the day, the address,
and the end. They stand on the plan (pages/desk/plan.py)."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import RUN, require
from workshop.live import ahead
from workshop.models import Membership, SignIn
from workshop.pages.desk.plan import AHEAD, changed
from workshop.pages.forms import as_id, flat, once, posted
from workshop.services import Services


@post("/sessies/{session_id:uuid}/vooraf", status_code=303)
async def begin(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `stap` (id of a step), `dag` and `tijd`: until then people can answer it."""
    require(member, RUN)
    raw = await posted(request)
    form = flat(raw)

    async def work() -> None:
        until = ahead.moment(form.get("dag", ""), form.get("tijd", ""))
        await ahead.begin(services.room, session_id, sign_in, as_id(form.get("stap", "")), until)

    return await changed(services, member, session_id, work(), AHEAD, raw)


@post("/sessies/{session_id:uuid}/vooraf/moment", status_code=303)
async def move(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `dag` and `tijd`: until then people can answer."""
    require(member, RUN)
    raw = await posted(request)
    form = flat(raw)

    async def work() -> None:
        until = ahead.moment(form.get("dag", ""), form.get("tijd", ""))
        await ahead.move(services.room, session_id, sign_in, until)

    return await changed(services, member, session_id, work(), AHEAD, raw)


@post("/sessies/{session_id:uuid}/vooraf/adres", status_code=303)
async def renew(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Makes a new address; the one before opens nothing any more."""
    require(member, RUN)
    renewed = ahead.renew(services.room, session_id, sign_in, once(await posted(request)).token)
    return await changed(services, member, session_id, renewed, AHEAD, {})


@post("/sessies/{session_id:uuid}/vooraf/einde", status_code=303)
async def stop(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Closes it for good, before its day."""
    require(member, RUN)
    stopped: Awaitable[None] = ahead.stop(services.room, session_id, sign_in)
    return await changed(services, member, session_id, stopped, AHEAD, {})


routes = [begin, move, renew, stop]
