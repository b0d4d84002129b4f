"""Joining: by the QR's address or by typing the code. No account, no name."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select

from workshop import codes, cookies, groups
from workshop.brake import MINUTE, Crowded, Gate
from workshop.languages import Sentence
from workshop.live.errors import Closed, Gone
from workshop.live.room import CLOSED_DOOR, WRONG_QR
from workshop.live.state import State
from workshop.models import Session, now
from workshop.pages.forms import first, posted
from workshop.pages.phone.page import participant_of, remember
from workshop.pages.policy import framed
from workshop.pages.reply import back, blocks, message, page, wants_blocks
from workshop.record import lookbacks
from workshop.services import Services
from workshop.session_groups import offered

WRONG_CODE = Sentence("Deze code klopt niet. Kijk nog eens op het grote scherm.")
TOO_MANY = Sentence("Er worden nu te veel codes geprobeerd. Scan de QR-code, of wacht een minuut.")


SECONDS = 5
GUESSES = Gate("codes", SECONDS)
"""Counts typed codes that do not exist: never for each phone apart, or many phones could guess a lot."""


@get("/doe-mee")
async def type_code(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[str]:
    takes_part = await participant_of(cookies.of(request, services.settings), services) is not None
    return page(services, "phone/code.html", typed="", error="", takes_part=takes_part)


@post("/doe-mee")
async def open_code(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `code`; goes to the welcome page of its session. Shows the form again with 422, or 429
    when the room guesses too much."""
    typed = first(await posted(request), "code")
    try:
        code = codes.typed_code(typed)
    except ValueError as error:
        return page(services, "phone/code.html", status=422, typed=typed, error=str(error))
    try:
        await GUESSES.turn(services.settings.code_guesses_a_minute * SECONDS // MINUTE)
    except Crowded:
        return page(services, "phone/code.html", status=429, typed=typed, error=TOO_MANY)
    async with services.db.read() as db:
        token = await db.scalar(select(Session.join_token).where(Session.code == code, Session.admits))
    if token is None:
        return page(services, "phone/code.html", status=422, typed=typed, error=WRONG_CODE)
    await GUESSES.give_back()
    return back(f"/j/{token}")


@get("/j/{token:str}")
async def welcome(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    state = await _room(services, token)
    session = state.session
    participant = await participant_of(cookies.of(request, services.settings), services)
    if participant and participant.session_id == session.id:
        return back("/deelnemen")
    if session.ended_at:
        return await _ended(services, session)
    if session.is_prepared:
        return page(services, "phone/not_open.html", starts_at=session.starts_at)
    if not session.admits:
        raise Closed(CLOSED_DOOR)
    return _welcome(services, state)


@post("/j/{token:str}")
async def join(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes the form `group` (one that the session offers, or nothing) and `people` (how many sit at it);
    makes this phone take part and goes to its page. Answers 422 with the welcome page, or `#melding` for
    htmx, when it does not fit."""
    state = await _room(services, token)
    participant = await participant_of(cookies.of(request, services.settings), services)
    if participant and participant.session_id == state.session.id:
        return onward(request)
    form = await posted(request)
    try:
        people = groups.people(first(form, "people"))
        _, secret = await services.room.join(token, first(form, "group"), people)
    except ValueError as error:
        if wants_blocks(request):
            return blocks(message(services, str(error), "error"), status=422)
        return _welcome(services, state, str(error), 422)
    return remember(onward(request), secret, services.settings)


def onward(request: Request[Any, Any, Any]) -> Response[Any]:
    """Goes to the phone's page. With scripts that page takes the place of this one in the history."""
    return blocks(status=204) if wants_blocks(request) else back("/deelnemen")


async def _room(services: Services, token: str) -> State:
    """Returns the room behind a QR's address. Raises `Gone`."""
    state = await services.room.memory.behind(token[:40])
    if state is None:
        raise Gone(WRONG_QR)
    return state


async def _ended(services: Services, session: Session) -> Response[str]:
    """Shows the way to what became of the session. One tap and no redirect: after Snel weg this page may be
    in the browser's history, and Back must show nothing of what was said."""
    async with services.db.read() as db:
        row = await lookbacks.of_session(db, session.id)
    state = lookbacks.state(row, now())
    return page(
        services,
        "phone/ended.html",
        lookback=row.token if row and state == lookbacks.OPEN else "",
        over=state == lookbacks.OVER,
    )


def _welcome(services: Services, state: State, error: str = "", status: int = 200) -> Response[str]:
    session = state.session
    answer = page(
        services,
        "phone/welcome.html",
        status,
        session=session,
        title=state.worksheet.called(session.title, session.holds_back),
        about=state.beside.about,
        groups=offered(session.groups).values(),
        error=error,
    )
    return framed(answer, services.settings) if session.rehearsal_of else answer


routes = [type_code, open_code, welcome, join]
