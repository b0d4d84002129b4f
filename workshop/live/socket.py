"""Streams to one browser over a WebSocket: its whole scene when it connects, then every newer picture.

A page that missed nothing gets an empty frame first, or one that says so. Nothing comes in over it:
contributions are POSTs, because those have an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.connection import WebSocket
from litestar.connection.base import empty_receive, empty_send

from workshop.languages import speaking
from workshop.live import wire
from workshop.live.fanout import SIGNED_OUT, Browser, Fanout
from workshop.live.frames import Frames
from workshop.traces import trace_of

TOO_LARGE = 1009
FAILED = 1011
LARGEST_MESSAGE = 16

log = logging.getLogger(__name__)


async def stream(
    socket: WebSocket[Any, Any, Any], fanout: Fanout, browser: Browser, scene: Callable[[], Awaitable[str]]
) -> None:
    """Sends the whole scene and then pictures, until either side ends. Never raises: after an error the close
    code would tell htmx not to come back.

    The browser listens before its scene is read, so that no change falls in between.
    """
    sending = Stream(socket, browser, scene)
    fanout.add(browser)
    try:
        await socket.accept()
        sending.begin()
        await _listen(socket)
    except wire.GONE:
        pass
    finally:
        fanout.remove(browser)
        sending.end()
        # Litestar wraps these two in functions that hold the socket, which holds them: that circle would keep
        # everything of the connection in memory until a garbage collection.
        socket.receive, socket.send = empty_receive, empty_send


async def refuse(socket: WebSocket[Any, Any, Any], code: int = SIGNED_OUT) -> None:
    """Accepts and closes. A browser only learns the code of a socket that was open, and
    without it comes back."""
    await socket.accept()
    await socket.close(code=code)


class Stream:
    """What one browser is sent. A browser that is behind, because it has just connected or does not read,
    gets no pictures: as soon as it can take one, it gets the whole scene as it is then."""

    __slots__ = ("_behind", "_browser", "_fresh", "_job", "_line", "_scene", "_socket")

    def __init__(
        self, socket: WebSocket[Any, Any, Any], browser: Browser, scene: Callable[[], Awaitable[str]]
    ) -> None:
        self._socket = socket
        self._browser = browser
        self._scene = scene
        self._line = wire.line(socket, browser.unpacks, self.catch_up)
        self._behind = True
        self._fresh = False
        self._job: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Sends the whole scene, and from then on pictures. Call it when the socket is open."""
        self._browser.outlet = self
        if self._browser.closed:
            self.close(self._browser.closed)
        else:
            self.catch_up()

    def put(self, frames: Frames) -> None:
        """Sends a picture. Never waits."""
        if self._behind:
            self._fresh = False
        else:
            self._behind = not self._line.write(frames)

    def catch_up(self) -> None:
        """Sends the whole scene. Never waits."""
        self._job = asyncio.create_task(self._catch_up())

    def close(self, code: int) -> None:
        """Sends nothing more, and closes the socket with this code."""
        self.end()
        self._job = asyncio.create_task(self._hang_up(code))

    def end(self) -> None:
        self._behind = True
        self._browser.outlet = None
        self._line.end()
        if self._job:
            self._job.cancel()

    async def _catch_up(self) -> None:
        try:
            # When a full line has room again this runs outside the request, so without its language.
            with speaking(self._browser.language):
                while self._behind:
                    self._fresh = True
                    if not self._line.write(Frames(await self._scene())):
                        return
                    self._behind = not self._fresh  # a picture that came meanwhile may be newer
        except Exception as error:
            log.error("a scene could not be made: %s", trace_of(error))
            await self._hang_up(FAILED)

    async def _hang_up(self, code: int) -> None:
        with contextlib.suppress(*wire.GONE):
            await self._socket.close(code=code)


async def _listen(socket: WebSocket[Any, Any, Any]) -> None:
    """Reads what the browser sends and forgets it; a browser has nothing to say here but a ping."""
    while True:
        if len(await socket.receive_text()) > LARGEST_MESSAGE:
            await socket.close(code=TOO_LARGE)
            return
