"""The secret address under which people's own calendars follow the actions of a dossier."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.models import Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import once, posted
from workshop.pages.reply import back
from workshop.record import agenda
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/agenda")
async def agenda_page(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[str]:
    return await _page(services, member)


@post("/dossiers/{partnership_id:uuid}/agenda", status_code=200)
async def renew(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Makes a new address, shown this once: only its hash is kept."""
    roles.require(member, roles.EDIT)
    made = once(await posted(request))

    async def save(db: AsyncSession) -> str:
        return await agenda.open(db, member.partnership_id, member.account, token=made.token)

    token = await services.db.write(save)
    return await _page(services, member, f"{services.settings.origin}/agenda/{token}.ics")


@post("/dossiers/{partnership_id:uuid}/agenda/einde", status_code=303)
async def end(services: NamedDependency[Services], member: NamedDependency[Membership]) -> Response[Any]:
    roles.require(member, roles.EDIT)

    async def save(db: AsyncSession) -> None:
        await agenda.close(db, member.partnership_id, member.account)

    await services.db.write(save)
    return back(f"{home_of(member)}/agenda")


async def _page(services: Services, member: Membership, address: str = "") -> Response[str]:
    async with services.db.read() as db:
        found = await agenda.of(db, member.partnership_id)
    return record_page(services, member, "agenda.html", "acties", feed=found, address=address)


routes = [agenda_page, renew, end]
