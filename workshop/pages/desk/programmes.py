"""Renaming and deleting the programmes that a partnership saved, below the form for a new session."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import EDIT, require
from workshop.kinds import KindError
from workshop.live import programmes
from workshop.models import Membership
from workshop.pages.forms import first, posted
from workshop.pages.reply import back
from workshop.services import Services


@post("/dossiers/{partnership_id:uuid}/programmas/{programme_id:uuid}/naam", status_code=303)
async def rename(
    request: Request[Any, Any, Any],
    programme_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `naam`; goes back to the form for a new session."""
    require(member, EDIT)
    try:
        name = first(await posted(request), "naam")
        worksheet = await programmes.rename(services.db, member, programme_id, name)
    except ValueError as error:
        raise KindError(str(error)) from None
    return _form(member, worksheet)


@post("/dossiers/{partnership_id:uuid}/programmas/{programme_id:uuid}/verwijdering", status_code=303)
async def remove(
    programme_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Deletes the programme; goes back to the form for a new session."""
    require(member, EDIT)
    return _form(member, await programmes.remove(services.db, member, programme_id))


def _form(member: Membership, worksheet: str) -> Response[Any]:
    return back(f"/dossiers/{member.partnership_id}/sessies/nieuw?werkblad={worksheet}")


routes = [rename, remove]
