"""One browser's stream over a WebSocket: its whole scene on connect, then every newer picture.

Nothing comes in over it: contributions are POSTs, because those have an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import lru_cache
from typing import Any

from litestar.connection import WebSocket
from litestar.exceptions import WebSocketDisconnect

from workshop.live.fanout import Browser, Fanout

SIGNED_OUT = 4401
LARGEST_MESSAGE = 16
FAST = 1


async def stream(
    socket: WebSocket, fanout: Fanout, browser: Browser, scene: Callable[[], Awaitable[str]]
) -> None:
    """Sends the whole scene and then pictures, until either side ends. Never raises: a handler that raises
    closes with a code after which htmx does not come back.

    The browser listens before its scene is read, so that no change falls in between. One that unpacks gets
    every frame as zlib bytes: packed once for a whole room, where the socket's own deflate packs for each.
    """
    fanout.add(browser)
    try:
        await socket.accept()
        await _give(socket, browser, await scene())
        await _until_one_ends(_send(socket, browser), _drain(socket))
    except (WebSocketDisconnect, OSError, RuntimeError):
        pass
    finally:
        fanout.remove(browser)


async def refuse(socket: WebSocket, code: int = SIGNED_OUT) -> None:
    """Accepts and closes: a browser hears the code of an open socket only, and comes back without it."""
    await socket.accept()
    await socket.close(code=code)


async def _send(socket: WebSocket, browser: Browser) -> None:
    while (frame := await browser.next()) is not None:
        await _give(socket, browser, frame)
    await socket.close(code=SIGNED_OUT)


async def _give(socket: WebSocket, browser: Browser, frame: str) -> None:
    if browser.unpacks:
        await socket.send_bytes(_packed(frame))
    else:
        await socket.send_text(frame)


@lru_cache(maxsize=8)  # for as long as one picture is on its way to the phones of a room
def _packed(frame: str) -> bytes:
    return zlib.compress(frame.encode(), FAST)


async def _drain(socket: WebSocket) -> None:
    """Reads what the browser sends and forgets it; a browser has nothing to say here but a ping."""
    while True:
        if len(await socket.receive_text()) > LARGEST_MESSAGE:
            await socket.close(code=1009)
            return


async def _until_one_ends(*jobs: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, OSError, RuntimeError):
                await task
