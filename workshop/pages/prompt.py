"""Answers whoever takes part or leads within seconds, also while the database says nothing: that it is not
kept yet, or cannot be shown. The request is given up then; a phone sends the same again by itself."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from workshop.pages import errors
from workshop.pages.phone import language

SECONDS = 8.0
"""Seconds until the request is given up; a phone gives up after ten."""
ROOMS = ("/sessies/", "/scherm/")
SLOW = "/document/"
"""Part of the address of what may take longer: it is made one at a time."""

log = logging.getLogger(__name__)


class Prompt:
    """The middleware around the pages. Its clock stands still while a visitor sends us something."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_prompt(scope["path"]):
            await Answering(scope, receive, send).of(self.app)
        else:
            await self.app(scope, receive, send)


class Answering:
    """One request: the answer of the app, or 503 when that comes too late."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._begun = False
        self._late: asyncio.Task[None] | None = None

    async def of(self, app: ASGIApp) -> None:
        self._start()
        try:
            await app(self._scope, self._receiving, self._sending)
        except asyncio.CancelledError:
            if self._late is None or self._task is None:
                raise
            self._task.uncancel()
        finally:
            self._clock.cancel()
            if self._late:
                await self._late

    def _start(self) -> None:
        self._clock = self._loop.call_later(SECONDS, self._give_up)

    def _give_up(self) -> None:
        if not self._begun and self._task:
            log.error("a request took too long: the database may be away")
            self._late = self._loop.create_task(self._say(), name="late")
            self._task.cancel()

    async def _say(self) -> None:
        request: Request = Request(self._scope)
        answer = errors.unavailable(request).to_asgi_response(app=None, request=request)
        await answer(self._scope, self._receive, self._send)

    async def _receiving(self) -> Any:
        self._clock.cancel()
        try:
            return await self._receive()
        finally:
            self._start()

    async def _sending(self, message: Message) -> None:
        if self._late is None:
            self._begun = True
            await self._send(message)


def _is_prompt(path: str) -> bool:
    return (language.is_of_phones(path) or path.startswith(ROOMS)) and SLOW not in path
