"""Review before saving: what goes to which question, with what stays out, and how the dossier will say it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts.roles import RUN, require
from workshop.content.worksheets import Worksheet
from workshop.handover import draft, presses, proposal, saving
from workshop.handover.draft import Hand, OtherReviewer
from workshop.handover.review import left, reviewed
from workshop.handover.sections import Section, alike_in, sections_of, suggested
from workshop.live import links
from workshop.live.reading import open_alerts
from workshop.means import mean
from workshop.models import Account, Action, Activity, Contribution, Membership, Session, SignIn, ThemeMarks
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import NUMBER, as_number, first, posted
from workshop.pages.reply import HTML, back, page, wants_blocks
from workshop.record import actions, answers, sessions
from workshop.record.actions import STATUSES
from workshop.rhythms import RHYTHMS
from workshop.services import Services

Form = dict[str, list[str]]
SAVE, LATER, LOOK, UNDO = "opslaan", "later", "bekijk", "terug"
"""Values of `knop` that are no press on a question."""


@get("/sessies/{session_id:uuid}/nakijken")
async def review(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    session = await _session(services, session_id)
    return _elsewhere(session) or await _page(services, member, session, session.review or {})


@get("/sessies/{session_id:uuid}/nakijken/voorbeeld")
async def preview(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows what the dossier will say, and what it will not, of the review as it was kept."""
    require(member, RUN)
    session = await _session(services, session_id)
    if elsewhere := _elsewhere(session):
        return elsewhere
    if session.review is None:
        return back(f"/sessies/{session_id}/nakijken")
    try:
        return await _preview(services, member, session)
    except ValueError as error:
        return await _page(services, member, session, session.review, error=str(error))


@post("/sessies/{session_id:uuid}/nakijken", status_code=303)
async def save(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form that `handover.review.reviewed` reads, with the `number` of the review that was seen.

    `knop` = later keeps it for another day; bekijk keeps it and shows what the dossier will say; meer keeps
    it and stays; terug undoes the last press; a press (handover/presses.py) does what it says. Without
    `knop`, or with opslaan, it is saved, and goes to the page that says so. `keuze` = mijne goes on from
    here although somebody else changed the review.

    A form that saves itself gets `{"number": 4}`. 422 with the form again when it does not fit; 409 when
    somebody else changed the review first.
    """
    require(member, RUN)
    form = await posted(request)
    seen = as_number(first(form, "number")) if "number" in form and first(form, "keuze") != "mijne" else None
    hand = Hand(sign_in.account_id, seen)
    try:
        if wants_blocks(request):
            number = await draft.keep(services.db, session_id, form, hand)
            return _told({"number": number})
        return back(await _done(services, session_id, member, sign_in, form, hand))
    except OtherReviewer as other:
        return await _clash(services, member, session_id, form, other, wants_blocks(request))
    except ValueError as error:
        session = await _session(services, session_id)
        return await _page(services, member, session, form, error=str(error))


async def _done(
    services: Services,
    session_id: uuid.UUID,
    member: Membership,
    sign_in: SignIn,
    form: Form,
    hand: Hand,
) -> str:
    """Does what the button says. Returns the address to go to."""
    here, button = f"/sessies/{session_id}/nakijken", first(form, "knop", SAVE)
    if button == SAVE and "keuze" not in form:
        await saving.save(services.db, services.room.reader, session_id, form, sign_in, hand.number)
        return f"/sessies/{session_id}/klaar"
    if button == UNDO:
        await draft.undo(services.db, session_id, hand, first(form, NUMBER), form)
        return f"{here}#gedaan"
    if not presses.exists(button):
        if button == LOOK:
            await _must_fit(services, session_id, form)
        await draft.keep(services.db, session_id, form, hand)
        return {LATER: home_of(member), LOOK: f"{here}/voorbeeld"}.get(button, here)
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
        lines = await proposal.proposed(db, services.room.reader, session)
    after = presses.pressed(button, form, lines)
    await draft.press(services.db, session_id, hand, button, first(form, NUMBER), form, after)
    return f"{here}#gedaan"


async def _must_fit(services: Services, session_id: uuid.UUID, form: Form) -> None:
    """Raises `ValueError` with a sentence for a line that cannot be saved like this."""
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
        reviewed(await proposal.proposed(db, services.room.reader, session), form, services.library)


def _elsewhere(session: Session) -> Response[Any] | None:
    """Sends on who comes to review what still runs, or what is saved."""
    if session.ended_at is None or session.saved_at:
        return back(sessions.address(session))
    return None


async def _session(services: Services, session_id: uuid.UUID) -> Session:
    async with services.db.read() as db:
        return await db.get_one(Session, session_id)


async def _page(
    services: Services,
    member: Membership,
    session: Session,
    form: Mapping[str, Sequence[str]],
    *,
    error: str = "",
    other: str = "",
    status: int = 200,
) -> Response[str]:
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, session)
        alerts = await open_alerts(db, session.id)
        present = await _present(services, session)
        held = await _held(db, session)
        passed_over = await sessions.passed_over(db, session)
        rounds = await db.scalar(
            select(func.count(ThemeMarks.session_id.distinct())).where(
                ThemeMarks.partnership_id == session.partnership_id
            )
        )
    sections = sections_of(left(lines, form) if form else lines)
    return page(
        services,
        "desk/review.html",
        422 if error else status,
        member=member,
        session=session,
        sections=sections,
        suggestions={one.id: suggested(session.activities, one.step) for one in sections},
        same_count=sum(len(alike_in(one.lines, near=False)) for one in sections),
        looked={*form.get("nagekeken", ())},
        number=draft.number_of(session.review),
        undoable=draft.undoable(session.review),
        pressed_in=_pressed_in(session, sections),
        ideas=proposal.ideas(lines),
        fields=[field for field in _worksheet(services, session).fields if field.kind != "marks"],
        field_of=services.library.find_field,
        alerts=alerts,
        present=present,
        rounds=rounds or 0,
        statuses=STATUSES,
        rhythms=RHYTHMS.values(),
        kept_notes=form.get(draft.NOTES, ()),
        error=error,
        other=other,
        held=held,
        passed_over=passed_over,
        reopens_until=links.reopens_until(session),
        admission_hours=services.settings.admission_hours,
    )


def _pressed_in(session: Session, sections: Sequence[Section]) -> str:
    """Returns the question of the last press; empty where that was about the whole review."""
    undoable = draft.undoable(session.review)
    where = undoable.press.partition(".")[2] if undoable else ""
    return next((one.id for one in sections if where == one.id or where.startswith(f"{one.id}.")), "")


async def _preview(services: Services, member: Membership, session: Session) -> Response[str]:
    """Draws what a save would put into the dossier. Raises `ValueError` for a line that does not fit."""
    form = session.review or {}
    async with services.db.read() as db:
        proposed = await proposal.proposed(db, services.room.reader, session)
        lines = reviewed(proposed, form, services.library)
        earlier = [uuid.UUID(line.item.action) for line in lines if line.item.action]
        rows = await db.scalars(select(Action).where(Action.id.in_(earlier)))
        brought = saving.brings(session, lines, services.library, {str(row.id): row for row in rows})
        plan = await sessions.order(db, session)
        held = await _held(db, session)
        passed_over = await sessions.passed_over(db, session)
    return record_page(
        services,
        member,
        "preview.html",
        "sessies",
        session=session,
        state=sessions.REVIEW,
        brought=brought,
        told_of=answers.told_of,
        fields=sessions.in_order(services.library, brought.fields, plan),
        left_out=[section for section in sections_of(lines) if section.kept < len(section.lines)],
        field_of=services.library.find_field,
        kept=len([line for line in lines if line.kept]),
        held=held,
        passed_over=passed_over,
        again=[(name, value) for name, values in draft.asked(form).items() for value in values],
        number=draft.number_of(form),
        statuses=STATUSES,
        is_late=actions.is_late,
        mean=lambda counts: mean(counts, services.settings.marks_minimum),
        minimum=services.settings.marks_minimum,
    )


async def _clash(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    form: Form,
    other: OtherReviewer,
    by_itself: bool,
) -> Response[Any]:
    """Says who changed the review meanwhile, beside what this one left: nothing is lost before a choice."""
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
        account = await db.get(Account, uuid.UUID(other.by)) if other.by else None
    name = account.name if account else "Iemand anders"
    if by_itself:
        body = services.render.page("desk/_review_clash.html", other=name, session=session)
        return Response(body, status_code=409, media_type=HTML)
    return await _page(services, member, session, form, other=name, status=409)


def _worksheet(services: Services, session: Session) -> Worksheet:
    return services.library.worksheet(session.worksheet)


async def _held(db: AsyncSession, session: Session) -> int:
    """Counts the cards that nobody showed or hid."""
    found = await db.scalar(
        select(func.count())
        .select_from(Contribution)
        .join(Activity, Contribution.activity_id == Activity.id)
        .where(Activity.session_id == session.id, Contribution.state == "held")
    )
    return found or 0


async def _present(services: Services, session: Session) -> dict[str, int]:
    """Returns field id -> how many lines it has already, for the ambition or activity of this session."""
    async with services.db.read() as db:
        found = await answers.current(db, session.partnership_id, about=session.about)
    return {field: len(answers.items_of(answer)) for field, answer in found.items()}


def _told(facts: dict[str, Any]) -> Response[dict[str, Any]]:
    """Answers the script of the form with JSON."""
    return Response(facts, status_code=200, media_type="application/json")


routes = [review, preview, save]
