"""The secret addresses at which organisations follow their own actions: who has one, making and revoking."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.models import Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back
from workshop.record import owners
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/acties/adressen")
async def owner_list(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[str]:
    return await _page(services, member)


@post("/dossiers/{partnership_id:uuid}/acties/adressen", status_code=200)
async def make(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `organisatie`, as it stands at an action. Makes an address, shown this once: only its
    hash is kept."""
    roles.require(member, roles.EDIT)
    form = await posted(request)
    owner, made = first(form, "organisatie"), once(form)

    async def save(db: AsyncSession) -> str:
        return await owners.open(db, member.partnership_id, member.account, owner, token=made.token)

    try:
        token = await services.db.write(save)
    except ValueError as error:
        return await _page(services, member, error=str(error))
    return await _page(services, member, owner, f"{services.settings.origin}/onze-acties/{token}")


@post("/dossiers/{partnership_id:uuid}/acties/adressen/{address_id:uuid}/intrekking", status_code=303)
async def revoke(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    address_id: FromPath[uuid.UUID],
) -> Response[Any]:
    roles.require(member, roles.EDIT)

    async def save(db: AsyncSession) -> None:
        await owners.revoke(db, member.partnership_id, member.account, address_id)

    await services.db.write(save)
    return back(f"{home_of(member)}/acties/adressen")


async def _page(
    services: Services, member: Membership, owner: str = "", address: str = "", error: str = ""
) -> Response[str]:
    async with services.db.read() as db:
        found = await owners.of(db, member.partnership_id)
    status = 422 if error else 200
    told = {"owners": found, "owner": owner, "address": address, "error": error}
    return record_page(services, member, "owners.html", "acties", status, **told)


routes = [owner_list, make, revoke]
