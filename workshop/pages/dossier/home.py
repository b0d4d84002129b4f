"""The home of a dossier, and the list of its bouwstenen."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from workshop.models import Membership
from workshop.pages.dossier.page import record_page
from workshop.record import actions, moments, overview, progress, reminders, sessions
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}")
async def home(services: NamedDependency[Services], member: NamedDependency[Membership]) -> Response[str]:
    async with services.db.read() as db:
        found = await overview.read(
            db, services.library, member.partnership_id, services.settings.marks_minimum
        )
        which, lately = await moments.asked(db, services.library, member.partnership_id)
    return record_page(
        services,
        member,
        "home.html",
        "overzicht",
        overview=found,
        which=which,
        lately=lately,
        was_action=moments.WAS_ACTION,
        is_late=actions.is_late,
        is_due=reminders.is_due,
        rhythm_of=moments.rhythm_of,
        library=services.library,
        session_state=sessions.state,
        session_address=sessions.address,
    )


@get("/dossiers/{partnership_id:uuid}/bouwstenen")
async def bouwstenen(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[str]:
    async with services.db.read() as db:
        answered = await progress.answered_fields(db, member.partnership_id)
        latest = await sessions.of(db, member.partnership_id, most=1)
    library = services.library
    return record_page(
        services,
        member,
        "bouwstenen.html",
        "bouwstenen",
        progress=progress.per_bouwsteen(library, answered),
        now=progress.now_at(library, answered, [session.worksheet for session in latest]),
        counts={sheet.id: progress.count(sheet.fields, answered) for sheet in library.worksheets},
        library=library,
    )


routes = [home, bouwstenen]
