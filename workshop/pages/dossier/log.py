"""The log of a dossier, for its coordinators: who saw it, and who changed what. Facilitators read the part
about moderation, with the alerts that somebody must take up."""

from __future__ import annotations

import uuid
from itertools import groupby

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from workshop import days, paging
from workshop.accounts import roles
from workshop.log import reading
from workshop.log.what import Group, sentence
from workshop.models import Membership
from workshop.pages.dossier.page import record_page
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/logboek")
async def log(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    wie: FromQuery[str] = "",
    wat: FromQuery[str] = "",
    blad: FromQuery[str] = "1",
) -> Response[str]:
    """Shows the log. Query: `wie` (an account's id), `wat` (a group), `blad` (a page number). A value that
    does not exist chooses nothing. Somebody who is not a coordinator gets moderation, whatever was asked."""
    roles.require(member, roles.RUN)
    whole = roles.may(member.role, roles.INVITE)
    page = paging.asked(blad)
    person, group = _as_id(wie), _group(wat) if whole else Group.MODERATION
    found = await reading.listed(services.db, member.partnership_id, person=person, group=group, page=page)
    alerts = await reading.alerts(services.db, member.partnership_id)
    by_day = groupby(found.lines, key=lambda line: days.day_of(line.deed.at))
    return record_page(
        services,
        member,
        "log.html",
        "leden",
        days=[(day, list(lines)) for day, lines in by_day],
        alerts=alerts if page == 1 and not person and group in (None, Group.MODERATION) else [],
        whole=whole,
        people=found.people,
        groups=Group,
        person=str(person or ""),
        group=group or "",
        said=lambda line: sentence(line.deed.what, line.deed.particulars, roles.NAMES),
        number=page,
        pages=found.pages,
        here_at=days.here,
    )


def _group(typed: str) -> Group | None:
    return next((group for group in Group if group == typed), None)


def _as_id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


routes = [log]
