"""A worksheet in the dossier: a step with its answers, and the form for one of them on request."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop.bouwstenen import Field, Worksheet
from workshop.live.room import Gone
from workshop.models import Membership
from workshop.pages.record_page import home_of, record_page
from workshop.record import actions, editing, sheet
from workshop.record.editing import Draft
from workshop.services import Services

NO_WORKSHEET = "Dit werkblad bestaat niet. Kies er een uit de lijst van bouwstenen."
NO_STEP = "Deze stap staat niet op het werkblad. Kies er een uit de lijst."


@get("/dossiers/{partnership_id:uuid}/bouwstenen/{slug:str}")
async def worksheet(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    slug: FromPath[str],
    stap: FromQuery[str] = "",
    over: FromQuery[str] = "",
    wijzig: FromQuery[str] = "",
    erbij: FromQuery[str] = "",
) -> Response[str]:
    """`stap` is a step, `over` an ambition or activity; `wijzig` opens one item, `erbij` one field."""
    try:
        found = services.library.by_slug(slug.lower())
    except KeyError:
        raise Gone(NO_WORKSHEET) from None
    return await sheet_page(services, member, found, stap, over, Draft(item=wijzig), erbij)


async def sheet_page(
    services: Services,
    member: Membership,
    own: Worksheet,
    step: str,
    over: str,
    draft: Draft,
    adding: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response[str]:
    minimum = services.settings.marks_minimum
    try:
        async with services.db.read() as db:
            found = await sheet.read(db, services.library, member.partnership_id, own, step, over, minimum)
    except LookupError:
        raise Gone(NO_STEP) from None
    return record_page(
        services,
        member,
        "worksheet.html",
        "bouwstenen",
        status,
        sheet=found,
        draft=draft,
        adding="" if draft.item else adding,
        trouble=trouble,
        by_column=editing.by_column,
        column_of=editing.column_of,
        columns_of=editing.columns_of,
        tone_of=editing.tone_of,
        is_late=actions.is_late,
        statuses=actions.STATUSES,
        library=services.library,
    )


def address(member: Membership, own: Worksheet, field: Field, over: str = "", more: str = "") -> str:
    """The worksheet at this field; `more` opens the form for a next item there."""
    query = f"?stap={step_of(own, field)}" + (f"&over={over}" if over else "")
    place = f"&erbij={more}" if more else f"#veld-{field.id}"
    return f"{home_of(member)}/bouwstenen/{own.slug}{query}{place}"


def step_of(own: Worksheet, field: Field) -> str:
    step = next(step for step in own.steps if any(f.id == field.id for f in step.fields))
    return step.id.rsplit(".", 1)[1]


routes = [worksheet]
