"""How many bytes one connection may send before the app sees them, and how long that may take."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 16 * 1024
"""Bytes of an address with all its headers: the head of a request."""
SECONDS = 10
"""How long a head may take to come in, also the first of a connection."""
SECONDS_OF_BODY, SLOWEST = 30, 2 * 1024
"""Seconds that a body may take, and more as long as it brings this many bytes a second."""
LOOKS_EVERY = 5
"""Seconds between looks at a connection: one timer for each connection, and none for each request."""
SENTENCE = b"Je browser stuurt te veel mee. Wis de cookies van deze website en probeer het nog eens."
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(SENTENCE), SENTENCE)
)


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol, with limits. tests/attacks/test_door.py says which parts of it this relies on."""

    _head = 0
    """Bytes of the head that came in so far."""
    _body: int | None = None
    """Bytes of the body that came in so far; None while a head comes in."""
    _since: float | None = None
    """When the head or body that comes in began, on the clock of the loop; None while nothing comes in."""
    _clock: asyncio.TimerHandle | None = None
    _too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._since = self.loop.time()
        self._clock = self.loop.call_later(LOOKS_EVERY, self._look)

    def data_received(self, data: bytes) -> None:
        if self._since is None:
            self._since = self.loop.time()  # also of empty lines, which begin no request
        # In pieces: the parser tells of a header when it is whole, and keeps one of any size until then.
        for at in range(0, len(data), LARGEST_HEAD):
            piece = data[at : at + LARGEST_HEAD]
            if self._body is None:
                self._head += len(piece)
            super().data_received(piece)
            if self._clock is None or self.transport.is_closing():
                return
            if self._body is None and self._head > LARGEST_HEAD:
                self._too_large = True
                self.send_400_response("")
                return

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._since, self._head, self._body = self.loop.time(), 0, None

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEAD:
            self._too_large = True
            raise ValueError  # the parser stops, and uvicorn refuses
        self._body = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body = (self._body or 0) + len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._since, self._head, self._body = None, 0, None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if not self._too_large:
            super().send_400_response(msg)
            return
        self.transport.write(TOO_LARGE)
        self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        self._stop()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        now = self.loop.time()
        since = now if self._since is None else self._since
        if self.flow.read_paused:
            self._since = since + LOOKS_EVERY  # we are slow, not they
        elif now - since > self._allowed():
            self.transport.abort()
            return
        self._clock = self.loop.call_later(LOOKS_EVERY, self._look)

    def _allowed(self) -> float:
        return SECONDS if self._body is None else SECONDS_OF_BODY + self._body / SLOWEST

    def _stop(self) -> None:
        if self._clock:
            self._clock.cancel()
            self._clock = None
