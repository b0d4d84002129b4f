"""The big screen: `/scherm/{token}`. Whoever has the address may look; there is nothing personal on it."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from litestar import Request, Response, WebSocket, get, websocket
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes
from workshop.live import preparing
from workshop.live.fanout import WATCHER, Browser
from workshop.live.picture import Picture
from workshop.live.presence import SCREENS
from workshop.live.scenes import SCREEN
from workshop.live.socket import refuse, stream
from workshop.models import Session
from workshop.pages.policy import framed
from workshop.pages.reply import blocks, page
from workshop.services import Services

UNKNOWN = 4404


async def find_session_id(db: AsyncSession, token: str) -> uuid.UUID | None:
    """Returns the session that has this token; None when there is none."""
    return await db.scalar(select(Session.id).where(Session.screen_token == token[:40]))


@get("/scherm/{token:str}")
async def screen(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    """Shows the big screen. Query: `voorbeeld`, for the preview on a desk: that is not counted."""
    picture = await _found(services, token)
    counted = "" if "voorbeeld" in request.query_params else f"scherm={codes.new_id()}"
    await preparing.note_seen(services.room, picture.session, preparing.SCREEN)
    answer = page(
        services,
        "screen/page.html",
        scene_block=services.fanout.scenes.shared(SCREEN, picture),
        stream_url=f"/scherm/{token}/stroom?na={picture.stamp}&{counted}",
        scene_url=f"/scherm/{token}/scene?{counted}",
        revision=picture.session.revision,
    )
    return framed(answer, services.settings)  # the desk shows the screen itself as its preview


@get("/scherm/{token:str}/scene")
async def scene(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    """Answers the whole `#scherm` to a screen that comes back or polls; 204 when its revision (the header
    `X-Revision`) is the newest. Query: `scherm`, the id of this screen."""
    picture = await _found(services, token)
    if screen_id := _screen_id(request):
        services.presence.polled(picture.session.id, screen_id, SCREENS)
    if request.headers.get("x-revision") == str(picture.session.revision):
        return blocks(status=204)
    return blocks(services.fanout.scenes.shared(SCREEN, picture))


@websocket("/scherm/{token:str}/stroom")
async def screen_stream(
    socket: WebSocket[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> None:
    """Streams `#scherm` to one screen. Query: `na`, the stamp of the picture that the page was made from:
    that one is not sent again; `scherm`, the id of this screen, none for a preview."""
    async with services.db.read() as db:
        session_id = await find_session_id(db, token)
    if session_id is None:
        await refuse(socket, UNKNOWN)
        return

    seen = socket.query_params.get("na", "")

    async def whole() -> str:
        picture = await _found(services, token)
        return "" if picture.stamp == seen else services.fanout.scenes.shared(SCREEN, picture)

    screen_id = _screen_id(socket)
    with contextlib.ExitStack() as there:
        if screen_id:
            there.enter_context(services.fanout.counting(session_id, screen_id, SCREENS))
        await stream(socket, services.fanout, Browser(session_id, WATCHER), whole)


def _screen_id(connection: ASGIConnection[Any, Any, Any, Any]) -> uuid.UUID | None:
    """Returns the id that this screen got with its page; None for a preview."""
    try:
        return uuid.UUID(connection.query_params.get("scherm", ""))
    except ValueError:
        return None


async def _found(services: Services, token: str) -> Picture:
    """Returns the picture of the session with this token. Raises `NotFoundException` (404)."""
    picture = await _picture(services, token)
    if picture is None:
        raise NotFoundException
    return picture


async def _picture(services: Services, token: str) -> Picture | None:
    async with services.db.read() as db:
        session_id = await find_session_id(db, token)
    return await services.fanout.scene(session_id) if session_id else None


routes = [screen, scene, screen_stream]
