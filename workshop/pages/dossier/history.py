"""The whole history of one question: every version with what it changed, word by word."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop.models import Membership
from workshop.pages.dossier.fields import field_at, named
from workshop.pages.dossier.page import record_page
from workshop.pages.dossier.worksheet import address
from workshop.pages.forms import as_number
from workshop.record import sheet, timeline, wording
from workshop.services import Services

MOST_LINES = 6
"""Lines of one version that are shown; the others are folded."""


@get("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/versies")
async def history(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
    over: FromQuery[str] = "",
    voor: FromQuery[str] = "",
) -> Response[str]:
    """Shows the versions of a field. Query: `over`, an ambition or activity; `voor`, a version: the page
    begins with the one before it."""
    field, own = field_at(services, field_id)
    async with services.db.read() as db:
        events = await timeline.page(
            db, member.partnership_id, field, about=over, before=max(as_number(voor), 0)
        )
        happened = await timeline.of_actions(db, member.partnership_id, [field.id], about=over)
        abouts = await timeline.abouts(db, member.partnership_id, field.id)
        subjects = await sheet.subjects_of(db, services.library, member.partnership_id, own)
    return record_page(
        services,
        member,
        "history.html",
        "bouwstenen",
        field=field,
        worksheet=own,
        over=over,
        subject=named(subjects, over),
        subjects=[each for each in subjects if each.id in abouts],
        has_whole="" in abouts,
        events=events,
        happened=happened,
        most_lines=MOST_LINES,
        changes=lambda event: wording.changes(event.lines),
        older=events[-1].number if events and events[-1].number > 1 else 0,
        worksheet_address=address(member, own, field, over),
    )


routes = [history]
