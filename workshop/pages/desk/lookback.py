"""The facilitator's side of a lookback: choose, publish, and later tell what happened."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from workshop.accounts.roles import EDIT, RUN, require
from workshop.handover import lookback
from workshop.handover.lookback import LookbackLine
from workshop.handover.publishing import LookbackDraft, Message, Publisher
from workshop.models import Lookback, Membership, Session, now
from workshop.pages.dossier.page import record_page
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back, page
from workshop.record import lookbacks, sessions, sheet
from workshop.record.actions import STATUSES
from workshop.services import Services

Form = dict[str, list[str]]


@get("/sessies/{session_id:uuid}/terugblik")
async def show(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    session = await _session(services, member, session_id)
    if session.saved_at is None:
        return back(sessions.address(session))
    return await _page(services, member, session)


@post("/sessies/{session_id:uuid}/terugblik", status_code=303)
async def keep(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `regel` (ids of lines), `intro`, `maanden`; on an open page also what `tell` takes.
    Shows the page again, with 422 when something does not fit."""
    form = await posted(request)
    written, message = _written(form), _message(form)
    kept = _publisher(services, member, session_id).keep(written or LookbackDraft(), message)
    return await _done(services, member, session_id, kept, written, message)


@post("/sessies/{session_id:uuid}/terugblik/publicatie", status_code=303)
async def publish(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form of `keep`: what was chosen is saved first."""
    written = _written(await posted(request)) or LookbackDraft()
    published = _publisher(services, member, session_id).publish(written)
    return await _done(services, member, session_id, published, written)


@post("/sessies/{session_id:uuid}/terugblik/intrekking", status_code=303)
async def take_back(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    return await _done(services, member, session_id, _publisher(services, member, session_id).take_back())


@post("/sessies/{session_id:uuid}/terugblik/adres", status_code=303)
async def renew(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    token = once(await posted(request)).token
    return await _done(services, member, session_id, _publisher(services, member, session_id).renew(token))


@post("/sessies/{session_id:uuid}/terugblik/bericht", status_code=303)
async def tell(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `verteld`, and per action `note.<id>` and `status.<id>`; what `keep` takes is saved
    too."""
    form = await posted(request)
    written, message = _written(form), _message(form)
    told = _publisher(services, member, session_id).tell(message or Message(), written)
    return await _done(services, member, session_id, told, written, message)


@get("/sessies/{session_id:uuid}/terugblik/poster")
async def poster(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Shows one sheet with the QR, to hang up where the people of the session come. Goes to the page of the
    lookback as long as that is not open."""
    require(member, RUN)
    session = await _session(services, member, session_id)
    async with services.db.read() as db:
        row = await lookbacks.of_session(db, session.id)
    if row is None or lookbacks.state(row, now()) != lookbacks.OPEN:
        return back(f"/sessies/{session_id}/terugblik")
    title = services.library.worksheet(session.worksheet).called(session.title, session.holds_back)
    address = _address(services, row)
    return page(services, "desk/lookback_poster.html", session=session, title=title, row=row, address=address)


async def _done(
    services: Services,
    member: Membership,
    session_id: uuid.UUID,
    deed: Awaitable[None],
    written: LookbackDraft | None = None,
    message: Message | None = None,
) -> Response[Any]:
    """Goes back to the page; shows it with the sentence and what was typed when something did not fit
    (422)."""
    try:
        await deed
    except ValueError as error:
        session = await _session(services, member, session_id)
        return await _page(services, member, session, written, message, str(error))
    return back(f"/sessies/{session_id}/terugblik")


async def _page(
    services: Services,
    member: Membership,
    session: Session,
    written: LookbackDraft | None = None,
    message: Message | None = None,
    error: str = "",
) -> Response[str]:
    async with services.db.read() as db:
        row = await lookbacks.of_session(db, session.id)
        lines = await lookback.offered(db, services.library, session, services.settings.marks_minimum)
        about = await sheet.subject_of(db, services.library, session)
        latest = await lookbacks.latest_changes(db, member.partnership_id)
    worksheet = services.library.worksheet(session.worksheet)
    written = written or _kept(row, lines)
    began = (row.published_at if row else None) or now()
    return record_page(
        services,
        member,
        "lookback.html",
        "sessies",
        422 if error else 200,
        session=session,
        row=row,
        state=lookbacks.state(row, now()),
        address=_address(services, row) if row else "",
        story=lookback.story(worksheet, row, session, lines, about),
        parts=lookback.in_sections(lines),
        written=written,
        long_sentences=lookback.long_sentences(written.intro),
        lasts={months: lookback.end_of(began, months) for months in lookback.MONTHS},
        months=lookback.MONTHS,
        report=message or (Message(row.told, row.notes) if row else Message()),
        changed=lookbacks.changed(row, latest),
        statuses=STATUSES,
        longest=lookback.LONGEST_TEXT,
        longest_note=lookback.LONGEST_NOTE,
        error=error,
    )


def _publisher(services: Services, member: Membership, session_id: uuid.UUID) -> Publisher:
    """Returns the publisher of this session. Raises `PermissionDeniedException` (403) for somebody who may
    only read."""
    require(member, RUN)
    require(member, EDIT)
    minimum = services.settings.marks_minimum
    return Publisher(services.room, services.library, minimum, session_id, member.account)


def _kept(row: Lookback | None, lines: Sequence[LookbackLine]) -> LookbackDraft:
    """Returns the page's form as it was saved, or as it is proposed."""
    ids = tuple(lookback.chosen_ids(row, lines))
    return LookbackDraft(ids, row.intro, row.months) if row else LookbackDraft(ids)


def _written(form: Form) -> LookbackDraft | None:
    """Reads the choices for the page; None when this part was not posted."""
    if "maanden" not in form:
        return None
    known = {str(count): count for count in lookback.MONTHS}
    months = known.get(first(form, "maanden"), 0)
    return LookbackDraft(tuple(form.get("regel", ())), first(form, "intro"), months)


def _message(form: Form) -> Message | None:
    """Reads what happened afterwards; None when this part was not posted."""
    if "verteld" not in form:
        return None
    return Message(first(form, "verteld"), _per_line(form, "note."), _per_line(form, "status."))


def _per_line(form: Form, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): given[0] for name, given in form.items() if name.startswith(prefix)}


def _address(services: Services, row: Lookback) -> str:
    return f"{services.settings.origin}/terugblik/{row.token}"


async def _session(services: Services, member: Membership, session_id: uuid.UUID) -> Session:
    async with services.db.read() as db:
        session = await sessions.one(db, member.partnership_id, session_id)
    if session is None:
        raise NotFoundException
    return session


routes = [show, keep, publish, take_back, renew, tell, poster]
