"""Making a session from a worksheet's script."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from workshop.accounts.roles import RUN, require
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.kinds import KindError
from workshop.live import plan, preparing, programmes
from workshop.models import Membership, SignIn
from workshop.pages.forms import first, flat, once, posted
from workshop.pages.reply import back, page
from workshop.record import progress
from workshop.record.sheet import subjects_of
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/sessies/nieuw")
async def choose(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    werkblad: FromQuery[str] = "",
    over: FromQuery[str] = "",
) -> Response[Any]:
    """Shows the form for a new session. Query: `werkblad`; `over` chooses what the session is about, where
    the page that leads here knows."""
    require(member, RUN)
    chosen = _worksheet(services.library, werkblad) if werkblad else None
    return await _form(services, member, chosen, {"over": over})


@post("/dossiers/{partnership_id:uuid}/sessies/nieuw", status_code=303)
async def make_session(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `werkblad` (id), `titel`, `programma` (id of a `programmes.Choice`), `over` (id of an
    ambition or activity), `jongeren` = ja when young people take part: then cards are held back; `dag` and
    `tijd` if a day is known. Goes to the preparation, or shows the form again (422)."""
    require(member, RUN)
    form = await posted(request)
    worksheet = _worksheet(services.library, first(form, "werkblad"))
    async with services.db.read() as db:
        programme = await programmes.chosen(db, member.partnership_id, worksheet, first(form, "programma"))
        subjects = await subjects_of(db, services.library, member.partnership_id, worksheet)
    subject = next((item.id for item in subjects if item.id == first(form, "over")), "")
    if subjects and not subject:
        return await _form(services, member, worksheet, flat(form), "Kies waar deze sessie over gaat.")
    try:
        starts_at = preparing.moment(first(form, "dag"), first(form, "tijd"))
    except ValueError as error:
        return await _form(services, member, worksheet, flat(form), moment_error=str(error))
    try:
        session_id = await plan.make_session(
            services.db,
            member.partnership_id,
            worksheet,
            sign_in,
            title=first(form, "titel"),
            holds_back=first(form, "jongeren") == "ja",
            script=programme.steps,
            groups=programme.groups,
            about=subject,
            starts_at=starts_at,
            id=once(form).id,
        )
    except ValueError as error:
        return await _form(services, member, worksheet, flat(form), str(error))
    return back(f"/sessies/{session_id}/regie")


async def _form(
    services: Services,
    member: Membership,
    chosen: Worksheet | None,
    typed: dict[str, str] | None = None,
    error: str = "",
    moment_error: str = "",
) -> Response[str]:
    return page(
        services,
        "desk/new.html",
        422 if error or moment_error else 200,
        member=member,
        partnership=member.partnership,
        library=services.library,
        chosen=chosen,
        **(await _choices(services, member, chosen) if chosen else await _states(services, member)),
        typed=typed or {},
        error=error,
        moment_error=moment_error,
    )


async def _choices(services: Services, member: Membership, worksheet: Worksheet) -> dict[str, Any]:
    """Returns what to choose from: `{"choices": programmes, "subjects": ambitions or activities}`."""
    async with services.db.read() as db:
        return {
            "choices": await programmes.choices(db, member.partnership_id, worksheet),
            "subjects": await subjects_of(db, services.library, member.partnership_id, worksheet),
        }


async def _states(services: Services, member: Membership) -> dict[str, Any]:
    """Returns how far each worksheet is: `{"next": id of the next one or "", "states": {id: HowFar}}`."""
    async with services.db.read() as db:
        answered = await progress.answered_fields(db, member.partnership_id)
    suggestion = progress.suggestion(services.library, answered)
    return {
        "next": suggestion.worksheet.id if suggestion and not suggestion.missing else "",
        "states": progress.states(services.library, answered),
    }


def _worksheet(library: Library, id: str) -> Worksheet:
    try:
        return library.worksheet(id)
    except KeyError:
        raise KindError("Dit werkblad bestaat niet. Kies er een uit de lijst.") from None


routes = [choose, make_session]
