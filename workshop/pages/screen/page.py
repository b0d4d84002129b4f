"""The big screen: `/scherm/{token}`. Whoever has the address may look; there is nothing personal on it."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, WebSocket, get, websocket
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.live import preparing
from workshop.live.fanout import WATCHER, Browser
from workshop.live.picture import Picture
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
async def screen(token: FromPath[str], services: NamedDependency[Services]) -> Response[str]:
    picture = await _found(services, token)
    await preparing.note_seen(services.room, picture.session, preparing.SCREEN)
    answer = page(
        services,
        "screen/page.html",
        scene_block=services.fanout.scenes.shared(SCREEN, picture),
        stream_url=f"/scherm/{token}/stroom?na={picture.stamp}",
        scene_url=f"/scherm/{token}/scene",
        revision=picture.session.revision,
    )
    return framed(answer, services.settings)  # the desk shows the screen itself as its preview


@get("/scherm/{token:str}/scene")
async def scene(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[str]:
    """Answers the whole `#scherm` to a screen that comes back or polls; 204 when its revision (the header
    `X-Revision`) is the newest."""
    picture = await _found(services, token)
    if request.headers.get("x-revision") == str(picture.session.revision):
        return blocks(status=204)
    return blocks(services.fanout.scenes.shared(SCREEN, picture))


@websocket("/scherm/{token:str}/stroom")
async def screen_stream(
    socket: WebSocket[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> None:
    """Streams `#scherm` to one screen. Query: `na`, the stamp of the picture that the page was made from:
    that one is not sent again."""
    async with services.db.read() as db:
        session_id = await find_session_id(db, token)
    if session_id is None:
        await refuse(socket, UNKNOWN)
        return

    seen = socket.query_params.get("na", "")

    async def whole() -> str:
        picture = await _found(services, token)
        return "" if picture.stamp == seen else services.fanout.scenes.shared(SCREEN, picture)

    await stream(socket, services.fanout, Browser(session_id, WATCHER), whole)


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
