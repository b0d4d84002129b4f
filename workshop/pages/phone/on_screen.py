"""What stands on the big screen, to read on a phone: `/deelnemen/scherm`.

It is for who sits at the back or sees badly. Impersonal, as the screen itself: one list for the whole
room, drawn once per revision and language.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, WebSocket, get, websocket
from litestar.di import NamedDependency

from workshop import cookies
from workshop.bus import INPUT
from workshop.languages import spoken
from workshop.live.errors import NotTakingPart
from workshop.live.fanout import READER, Browser
from workshop.live.picture import Picture
from workshop.live.presence import PHONES
from workshop.live.scenes import PHONE_SCREEN
from workshop.live.socket import refuse, stream
from workshop.live.state import Phone
from workshop.pages.phone.page import STALE, participant_of
from workshop.pages.reply import blocks, page
from workshop.services import Services


@get("/deelnemen/scherm")
async def read(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    phone = await _reader(request, services)
    picture = await _seen(services, phone)
    return page(services, "phone/on_screen.html", picture=picture, list_block=_list(services, picture))


@get("/deelnemen/scherm/scene")
async def scene(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Answers `#lijst` to a phone that comes back or polls; 204 when its revision (the header `X-Revision`)
    is the newest."""
    phone = await _reader(request, services)
    services.presence.polled(phone.session_id, phone.id)
    picture = await _seen(services, phone)
    if request.headers.get("x-revision") == str(picture.session.revision):
        return blocks(status=204)
    return blocks(_list(services, picture))


@websocket("/deelnemen/scherm/stroom")
async def follow(socket: WebSocket[Any, Any, Any], services: NamedDependency[Services]) -> None:
    """Streams `#lijst` to one phone. Query: `na`, the revision at which the page was made."""
    phone = await participant_of(cookies.of(socket, services.settings), services)
    if phone is None:
        await refuse(socket)
        return

    async def whole() -> str:
        picture = await _seen(services, phone)
        known = socket.query_params.get("na", "") == str(picture.session.revision)
        return "" if known else _list(services, picture)

    with services.fanout.counting(phone.session_id, phone.id, PHONES, INPUT):
        browser = Browser(phone.session_id, READER, phone_id=phone.id, language=spoken())
        await stream(socket, services.fanout, browser, whole)


async def _reader(request: Request[Any, Any, Any], services: Services) -> Phone:
    """Returns whose phone asks. Raises `NotTakingPart`."""
    phone = await participant_of(cookies.of(request, services.settings), services)
    if phone is None:
        raise NotTakingPart(STALE)
    return phone


def _list(services: Services, picture: Picture) -> str:
    return services.fanout.scenes.shared(PHONE_SCREEN, picture, spoken())


async def _seen(services: Services, phone: Phone) -> Picture:
    """Returns the session as it is now. Raises `NotTakingPart`."""
    picture = await services.fanout.scene(phone.session_id)
    if picture is None or picture.prepared:  # before the meeting nobody reads what others sent
        raise NotTakingPart(STALE)
    return picture


routes = [read, scene, follow]
