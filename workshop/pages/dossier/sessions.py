"""The sessions of a dossier, and what one of them brought."""

from __future__ import annotations

import uuid

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop import paging
from workshop.live.errors import Gone
from workshop.means import mean
from workshop.models import Membership, now
from workshop.pages.dossier.page import record_page
from workshop.record import actions, answers, lookbacks, sessions
from workshop.record.sheet import subjects_of
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/sessies")
async def session_list(
    services: NamedDependency[Services], member: NamedDependency[Membership], pagina: FromQuery[str] = ""
) -> Response[str]:
    async with services.db.read() as db:
        list_page = paging.at(pagina, await sessions.count(db, member.partnership_id))
        found = await sessions.of(db, member.partnership_id, most=paging.ON_A_PAGE, skip=list_page.skip)
    return record_page(
        services,
        member,
        "sessions.html",
        "sessies",
        sessions=found,
        list_page=list_page,
        session_state=sessions.state,
        session_address=sessions.address,
        library=services.library,
    )


@get("/dossiers/{partnership_id:uuid}/sessies/{session_id:uuid}")
async def session(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    session_id: FromPath[uuid.UUID],
) -> Response[str]:
    async with services.db.read() as db:
        found = await sessions.one(db, member.partnership_id, session_id)
        if found is None:
            raise Gone("Deze sessie bestaat niet meer.")
        brought = await sessions.brought(db, found)
        plan = await sessions.order(db, found)
        noted = await sessions.noted(db, found)
        passed_over = await sessions.passed_over(db, found)
        worksheet = services.library.worksheet(found.worksheet)
        subjects = await subjects_of(db, services.library, member.partnership_id, worksheet)
        row = await lookbacks.of_session(db, found.id)
        latest = await lookbacks.latest_changes(db, member.partnership_id)
    return record_page(
        services,
        member,
        "session.html",
        "sessies",
        session=found,
        brought=brought,
        noted=noted,
        told_of=answers.told_of,
        passed_over=passed_over,
        fields=sessions.in_order(services.library, brought.fields, plan),
        worksheet=worksheet,
        subject=next((item for item in subjects if item.id == found.about), None),
        session_state=sessions.state,
        session_address=sessions.address,
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        mean=lambda counts: mean(counts, services.settings.marks_minimum),
        minimum=services.settings.marks_minimum,
        lookback=row,
        lookback_state=lookbacks.state(row, now()),
        lookback_changed=lookbacks.changed(row, latest),
    )


routes = [session_list, session]
