"""Practising with a plan: beginning a rehearsal, and throwing it away. Its desk is that of any session."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import RUN, require
from workshop.models import Membership, SignIn
from workshop.pages.forms import once, posted
from workshop.pages.reply import back
from workshop.services import Services


@post("/sessies/{session_id:uuid}/oefening", status_code=303)
async def begin(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Begins a rehearsal of the plan of this session, and goes to its desk."""
    require(member, RUN)
    id = once(await posted(request)).id
    await services.rehearsals.begin(session_id, sign_in, id)
    return back(f"/sessies/{id}/regie")


@post("/sessies/{session_id:uuid}/oefening/einde", status_code=303)
async def end(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Throws away the visitor's rehearsal of the plan of this session, and goes back to the plan."""
    require(member, RUN)
    await services.rehearsals.end(session_id, sign_in)
    return back(f"/sessies/{session_id}/programma")


routes = [begin, end]
