"""The log of a dossier, for its coordinators: who saw it, and who changed what. Facilitators read the part
about moderation, with the signals that somebody must take up."""

from __future__ import annotations

import uuid
from itertools import groupby

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from workshop import days, leaves
from workshop.accounts import deeds, roles
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
    """Shows the log. Query: `wie` (an account's id), `wat` (a kind of line), `blad` (a page number). A value
    that does not exist chooses nothing. Somebody who is not a coordinator gets moderation, whatever was
    asked."""
    roles.require(member, roles.RUN)
    whole = roles.may(member.role, roles.INVITE)
    page = leaves.asked(blad)
    person, kind = _as_id(wie), (wat if wat in deeds.KINDS else "") if whole else deeds.MODERATION
    found = await deeds.listed(services.db, member.partnership_id, person=person, kind=kind, page=page)
    signals = await deeds.signals(services.db, member.partnership_id)
    by_day = groupby(found.lines, key=lambda line: days.day_of(line.deed.at))
    return record_page(
        services,
        member,
        "log.html",
        "leden",
        days=[(day, list(lines)) for day, lines in by_day],
        signals=signals if page == 1 and not person and kind in ("", deeds.MODERATION) else [],
        whole=whole,
        people=found.people,
        kinds=deeds.KINDS,
        person=str(person or ""),
        kind=kind,
        number=page,
        pages=found.pages,
        here_at=days.here,
    )


def _as_id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


routes = [log]
