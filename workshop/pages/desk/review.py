"""Review before saving: what goes to which field, editable, with the lines to leave out."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import func, select

from workshop.accounts.roles import RUN, require
from workshop.handover import proposal, saving
from workshop.handover.proposal import ProposedLine
from workshop.handover.review import as_typed, keep_for_later
from workshop.live import links
from workshop.live.reading import open_alerts
from workshop.models import Activity, Contribution, Membership, Session, SignIn, ThemeMarks
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, page
from workshop.record import answers
from workshop.record.actions import STATUSES
from workshop.services import Services


@get("/sessies/{session_id:uuid}/nakijken")
async def review(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
    if session.ended_at is None:
        return back(f"/sessies/{session_id}/regie")
    if session.saved_at:
        return back(f"/dossiers/{session.partnership_id}/sessies/{session_id}")
    return await _page(services, member, session, session.review or {})


@post("/sessies/{session_id:uuid}/nakijken", status_code=303)
async def save(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form that `handover.review.reviewed` reads; `knop` = later keeps it for another day, anything
    else saves. Goes to the session in the dossier, or shows the form again (422)."""
    require(member, RUN)
    form = await posted(request)
    if first(form, "knop") == "later":
        await keep_for_later(services.db, session_id, form)
        return back(f"/dossiers/{member.partnership_id}")
    try:
        await saving.save(services.db, services.room.reader, session_id, form, sign_in)
    except ValueError as error:
        async with services.db.read() as db:
            session = await db.get_one(Session, session_id)
        return await _page(services, member, session, form, str(error))
    return back(f"/dossiers/{member.partnership_id}/sessies/{session_id}?opgeslagen=ja")


async def _page(
    services: Services,
    member: Membership,
    session: Session,
    form: dict[str, list[str]],
    error: str = "",
) -> Response[str]:
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, session)
        alerts = await open_alerts(db, session.id)
        present = await _present(services, session)
        held = await db.scalar(
            select(func.count())
            .select_from(Contribution)
            .join(Activity, Contribution.activity_id == Activity.id)
            .where(Activity.session_id == session.id, Contribution.state == "held")
        )
        rounds = await db.scalar(
            select(func.count(ThemeMarks.session_id.distinct())).where(
                ThemeMarks.partnership_id == session.partnership_id
            )
        )
    return page(
        services,
        "desk/review.html",
        422 if error else 200,
        member=member,
        session=session,
        sections=_sections(services, _typed(lines, form)),
        ideas=proposal.ideas(lines),
        fields=services.library.worksheet(session.worksheet).fields,
        alerts=alerts,
        present=present,
        rounds=rounds or 0,
        statuses=STATUSES,
        error=error,
        held=held,
        reopens_until=links.reopens_until(session),
        admission_hours=services.settings.admission_hours,
    )


def _typed(lines: list[ProposedLine], form: dict[str, list[str]]) -> list[ProposedLine]:
    """Returns the lines as they were left, also where they do not fit yet."""
    return [as_typed(line, form) for line in lines] if form else lines


def _sections(services: Services, lines: list[ProposedLine]) -> list[dict[str, Any]]:
    """Groups lines by field, in the order of the plan: `{"field": Field | None, "label", "step", "tone",
    "lines": […]}`."""
    sections: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        known = services.library.has_field(line.field)
        field = services.library.field(line.field) if known else None
        key = (line.field, line.label if not field else "")
        section = sections.setdefault(
            key, {"field": field, "label": line.label, "step": line.step, "tone": line.tone, "lines": []}
        )
        section["lines"].append(line)
    return list(sections.values())


async def _present(services: Services, session: Session) -> dict[str, int]:
    """Returns field id -> how many lines it has already, for the ambition or activity of this session."""
    async with services.db.read() as db:
        found = await answers.current(db, session.partnership_id, about=session.about)
    return {field: len(answers.items_of(answer)) for field, answer in found.items()}


routes = [review, save]
