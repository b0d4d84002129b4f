"""Who takes part in a dossier: roles, leaving, and invitations that are shown once."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from workshop.accounts import invitations, members, roles
from workshop.accounts.invitations import InvitationError
from workshop.models import Membership, now
from workshop.pages import errors
from workshop.pages.dossier.page import record_page
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back
from workshop.services import Services

SAID = {
    "rol": "De rol is aangepast.",
    "weg": (
        "Deze persoon doet niet meer mee. Uitnodigingen, API-sleutels en het agenda-adres van deze persoon "
        "werken ook niet meer. Loopt er een sessie? Maak dan bij de regie een nieuwe QR en code."
    ),
    "ingetrokken": "De uitnodiging werkt niet meer.",
    "overgedragen": "Je hebt het dossier overgedragen. Jij bent nu begeleider.",
}


@get("/dossiers/{partnership_id:uuid}/leden")
async def listing(
    services: NamedDependency[Services], member: NamedDependency[Membership], klaar: FromQuery[str] = ""
) -> Response[str]:
    return await _page(services, member, said=SAID.get(klaar, ""))


@post("/dossiers/{partnership_id:uuid}/leden/{membership_id:uuid}/rol")
async def change_role(
    request: Request[Any, Any, Any],
    membership_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `role`."""
    roles.require(member, roles.INVITE)
    try:
        found = await members.change_role(
            services.db, services.room.bus, member, membership_id, first(await posted(request), "role")
        )
    except ValueError as error:
        return await _page(services, member, error=str(error))
    return _done(found, f"{_address(member)}?klaar=rol")


@post("/dossiers/{partnership_id:uuid}/leden/{membership_id:uuid}/verwijdering")
async def remove(
    membership_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    roles.require(member, roles.INVITE)
    try:
        found = await members.remove(services.db, services.room.bus, member, membership_id)
    except members.LastCoordinator as error:
        return await _page(services, member, error=str(error))
    return _done(found, "/dossiers" if membership_id == member.id else f"{_address(member)}?klaar=weg")


@post("/dossiers/{partnership_id:uuid}/overdracht")
async def hand_over(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `to`, a membership's id."""
    roles.require(member, roles.INVITE)
    try:
        to = uuid.UUID(first(await posted(request), "to"))
    except ValueError:
        return await _page(services, member, error="Kies aan wie je het dossier overdraagt.")
    return _done(await members.hand_over(services.db, member, to), f"{_address(member)}?klaar=overgedragen")


@post("/dossiers/{partnership_id:uuid}/vertrek")
async def leave(services: NamedDependency[Services], member: NamedDependency[Membership]) -> Response[Any]:
    try:
        found = await members.remove(services.db, services.room.bus, member, member.id)
    except members.LastCoordinator as error:
        return await _page(services, member, error=str(error))
    return _done(found, "/dossiers")


@post("/dossiers/{partnership_id:uuid}/uitnodigingen", status_code=200)
async def invite(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `role`. The answer is the only page that ever shows the link."""
    roles.require(member, roles.INVITE)
    form = await posted(request)
    days = services.settings.invitation_days
    try:
        token = await invitations.invite(
            services.db,
            member.partnership_id,
            first(form, "role"),
            member.account_id,
            days,
            token=once(form).token,
        )
    except ValueError as error:
        return await _page(services, member, error=str(error))
    return await _page(services, member, link=f"{services.settings.origin}/uitnodiging/{token}")


@post("/dossiers/{partnership_id:uuid}/uitnodigingen/{invitation_id:uuid}/vernieuwing", status_code=200)
async def renew(
    request: Request[Any, Any, Any],
    invitation_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Makes a new link in the place of one that got lost or expired; the old one stops working."""
    roles.require(member, roles.INVITE)
    days, token = services.settings.invitation_days, once(await posted(request)).token
    try:
        await invitations.renew(
            services.db, member.partnership_id, invitation_id, member.account_id, days, token=token
        )
    except InvitationError as error:
        return errors.answer(request, error.status, str(error))
    return await _page(services, member, link=f"{services.settings.origin}/uitnodiging/{token}")


@post("/dossiers/{partnership_id:uuid}/uitnodigingen/{invitation_id:uuid}/intrekking")
async def withdraw(
    request: Request[Any, Any, Any],
    invitation_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    roles.require(member, roles.INVITE)
    try:
        await invitations.withdraw(services.db, member.partnership_id, invitation_id, member.account_id)
    except InvitationError as error:
        return errors.answer(request, error.status, str(error))
    return back(f"{_address(member)}?klaar=ingetrokken")


def _address(member: Membership) -> str:
    return f"/dossiers/{member.partnership_id}/leden"


def _done(found: bool, url: str) -> Response[Any]:
    if not found:
        raise NotFoundException
    return back(url)


async def _page(
    services: Services, member: Membership, *, said: str = "", error: str = "", link: str = ""
) -> Response[str]:
    may_invite = roles.may(member.role, roles.INVITE)
    waiting = await invitations.open_invitations(services.db, member.partnership_id) if may_invite else []
    return record_page(
        services,
        member,
        "members.html",
        "leden",
        422 if error else 200,
        address=_address(member),
        members=await members.listed(services.db, member.partnership_id),
        may_invite=may_invite,
        may_own=roles.may(member.role, roles.OWN),
        invitations=waiting,
        days=services.settings.invitation_days,
        now=now(),
        names=roles.NAMES,
        explained=roles.EXPLAINED,
        said=said,
        error=error,
        link=link,
    )


routes = [listing, change_role, remove, hand_over, leave, invite, renew, withdraw]
