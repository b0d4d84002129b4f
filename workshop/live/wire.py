"""Writes a ready-made frame to a browser without waiting for it.

A phone that stopped reading would hold up the sender. So uvicorn's own protocol lends out its
transport, in the ASGI scope. Under another server a task does the waiting, one for each browser that is
being sent something.
"""

from __future__ import annotations

import asyncio
from asyncio.transports import BaseTransport
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from litestar.connection import WebSocket
from litestar.exceptions import WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from workshop.live.frames import Frames

FRAMES = "workshop.frames"
"""Key in the state of an ASGI scope under which a `FrameProtocol` offers itself."""
MOST_WAITING = 64 * 1024
"""How many bytes may wait for one browser, beside those that the operating system holds for it."""
GONE = (WebSocketDisconnect, OSError, RuntimeError)
"""What a server raises about a browser that has left."""


class Wire(Protocol):
    """A connection to one browser."""

    def write(self, frames: Frames) -> bool:
        """Sends a frame. Never waits.

        Returns False when too much waits already: then nothing is sent, and `drained` is called once, when
        nothing waits any more.
        """
        ...

    def buffered(self) -> int:
        """Returns how many bytes wait."""
        ...

    def end(self) -> None:
        """Forgets `drained`: nobody is told any more that nothing waits."""
        ...


def line(socket: WebSocket[Any, Any, Any], unpacks: bool, drained: Callable[[], None]) -> Wire:
    """Returns the fastest line that the server of this socket offers."""
    protocol = socket.scope.get("state", {}).get(FRAMES)
    if isinstance(protocol, FrameProtocol):
        protocol.drained = drained
        return ReadyMade(protocol, unpacks)
    return Awaited(socket, unpacks, drained)


class FrameProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which also takes frames as they are. tests/live/test_wire.py checks
    what it relies on."""

    drained: Callable[[], None] | None = None
    _lent = False
    _refused = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # So `writable` says whether anything waits at all, and a frame goes out at once when nothing does.
        self.transport.set_write_buffer_limits(high=0)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self._lent = True
            self.scope["state"][FRAMES] = self  # before the app runs: its task has only been made

    def write(self, frame: bytes) -> bool:
        """Writes as `Line.write` does. To a browser that has left nothing is written."""
        if self.close_sent or self.transport.is_closing():
            return True
        if not self.writable.is_set() and self.buffered() + len(frame) > MOST_WAITING:
            self._refused = True
            return False
        self.transport.write(frame)
        return True

    def buffered(self) -> int:
        return self.transport.get_write_buffer_size()

    def start_keepalive(self) -> None:
        """Starts the pings, and frees what the handshake needed: two kilobytes of each phone."""
        super().start_keepalive()
        del self.request, self.response

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._refused and self.drained:
            self._refused = False
            self.drained()

    def keepalive_timeout(self) -> None:
        """Closes a browser that does not answer. One that stopped reading is cut off: closing would wait
        until it has read what waits."""
        super().keepalive_timeout()
        if self.buffered():
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.drained = None
        if self._lent:
            self.scope["state"].pop(FRAMES, None)  # else each holds the other until a garbage collection


class ReadyMade:
    """A line through a `FrameProtocol`."""

    __slots__ = ("_packed", "_protocol")

    def __init__(self, protocol: FrameProtocol, packed: bool) -> None:
        self._protocol = protocol
        self._packed = packed

    def write(self, frames: Frames) -> bool:
        return self._protocol.write(frames.packed if self._packed else frames.plain)

    def buffered(self) -> int:
        return self._protocol.buffered()

    def end(self) -> None:
        self._protocol.drained = None


class Awaited:
    """A line through any ASGI server. Its task lives only while something waits."""

    __slots__ = ("_drained", "_packed", "_refused", "_socket", "_task", "_waiting")

    def __init__(self, socket: WebSocket[Any, Any, Any], packed: bool, drained: Callable[[], None]) -> None:
        self._socket = socket
        self._packed = packed
        self._drained = drained
        self._refused = False
        self._waiting: deque[bytes] = deque()
        self._task: asyncio.Task[None] | None = None

    def write(self, frames: Frames) -> bool:
        message = frames.zipped if self._packed else frames.text.encode()
        if self._waiting and self.buffered() + len(message) > MOST_WAITING:
            self._refused = True
            return False
        self._waiting.append(message)
        self._task = self._task or asyncio.create_task(self._send())
        return True

    def buffered(self) -> int:
        return sum(map(len, self._waiting))

    def end(self) -> None:
        if self._task:
            self._task.cancel()

    async def _send(self) -> None:
        try:
            while self._waiting:
                await self._socket.send_data(self._waiting[0], mode="binary" if self._packed else "text")
                self._waiting.popleft()
        except GONE:
            self._waiting.clear()
            return
        self._task = None
        if self._refused:
            self._refused = False
            self._drained()
