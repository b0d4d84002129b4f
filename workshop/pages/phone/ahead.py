"""Answering before the meeting: `/vooraf/{token}`. Who opens it takes part as a phone does, at one step."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop import cookies
from workshop.live.errors import Gone
from workshop.live.state import State
from workshop.pages.forms import first, posted
from workshop.pages.phone.join import onward
from workshop.pages.phone.page import participant_of, remember
from workshop.pages.reply import back, blocks, message, page, wants_blocks
from workshop.services import Services
from workshop.session_groups import offered

TOKEN = 40
"""Most signs of a token that are looked at."""


@get("/vooraf/{token:str}")
async def welcome(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """Says who asks, what for and until when; a page of the same words for every address that opens nothing,
    with 404."""
    state = await services.room.memory.ahead(token[:TOKEN])
    if state is None:
        return _over(services)
    phone = await participant_of(cookies.of(request, services.settings), services)
    if phone and phone.session_id == state.session.id:
        return back("/deelnemen")
    return _welcome(services, state)


@post("/vooraf/{token:str}")
async def join(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes the form `group` (one that the session offers, or nothing); makes this phone take part and goes
    to its page. Answers 422 with the page, or `#melding` for htmx, when it does not fit."""
    state = await services.room.memory.ahead(token[:TOKEN])
    if state is None:
        return _over(services)
    phone = await participant_of(cookies.of(request, services.settings), services)
    if phone and phone.session_id == state.session.id:
        return onward(request)
    form = await posted(request)
    try:
        secret = await services.room.join_ahead(token[:TOKEN], first(form, "group"))
    except Gone:
        return _over(services)
    except ValueError as error:
        if wants_blocks(request):
            return blocks(message(services, str(error), "error"), status=422)
        return _welcome(services, state, str(error), 422)
    # One day longer than it can be open: the page then still says that it is closed.
    seconds = (services.settings.ahead_days + 1) * 24 * 3600
    return remember(onward(request), secret, services.settings, seconds)


def _welcome(services: Services, state: State, error: str = "", status: int = 200) -> Response[str]:
    session = state.session
    return page(
        services,
        "phone/ahead.html",
        status,
        session=session,
        until=session.ahead and session.ahead.until,
        title=state.worksheet.called(session.title, session.holds_back),
        groups=offered(session.groups).values(),
        error=error,
    )


def _over(services: Services) -> Response[str]:
    return page(services, "phone/ahead_over.html", 404)


routes = [welcome, join]
