"""Phones that send at an even pace, keep what has no answer, and send it again under the same id, as the
outbox of a phone does. They wait a tenth of a second before each try: what is measured is how soon the server
is there again, and not the seconds over which phones spread themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
import uuid
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

from bench import load
from bench.hall import Hall
from workshop.codes import new_id
from workshop.crowd.ledger import ACKNOWLEDGED, REFUSED, WITHDRAWN, Ledger

TAKES_BACK = 0.1
"""How much of what they do is taking back something that was kept."""
PATIENCE = 40.0
"""Seconds that a phone listens for an answer, so that a long silence is seen as long as it is."""
AGAIN_SECONDS = 0.1
WRITTEN_ASLEEP = 10
"""So many cards somebody writes on a phone that is away."""
NO_ANSWER = 0
Ports = Callable[[int], Sequence[int]]
"""Number of a phone -> the ports that it tries in turn."""


class Post(NamedTuple):
    """One thing that waits on a phone; `takes_back` when it is no card."""

    id: uuid.UUID
    request: bytes
    takes_back: bool


class Crowd:
    def __init__(self, rooms: Sequence[Hall], origin: str, ports: Ports, posts: float) -> None:
        """Every room has the same number of phones; `posts` is what all of them send in a second. When a
        step takes no more of a phone, it goes to the next room."""
        self.ledger = Ledger()
        self.longest = 0.0
        """Seconds that a phone heard nothing on a connection that was open."""
        self.kept: list[float] = []
        """When each acknowledgement came."""
        self._rooms, self._origin, self._ports = rooms, origin, ports
        self._pause = len(rooms[0].phones) / posts
        self._phones = [Phone(self, number) for number in range(len(rooms[0].phones))]
        self._stops, self._news = asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Ends when everything that waits on a phone has its answer."""
        async with asyncio.TaskGroup() as together:
            for phone in self._phones:
                together.create_task(phone.live(self._stops))
            yield
            self._stops.set()

    async def until_nobody_waits(self, since: float) -> float:
        """Seconds from `since` until everything that waits now on any phone has its answer."""
        waiting = {post.id for phone in self._phones for post in phone.outbox}
        await self._until(
            lambda: not any(post.id in waiting for phone in self._phones for post in phone.outbox)
        )
        return time.monotonic() - since

    async def until_kept(self, many: int) -> None:
        await self._until(lambda: len(self.kept) >= many)

    @contextlib.contextmanager
    def asleep(self, part: int):
        """One in `part` phones loses its connection in the middle of what it does, and writes on."""
        for phone in self._phones[::part]:
            phone.sleeps()
        try:
            yield
        finally:
            for phone in self._phones[::part]:
                phone.wakes()

    def answered(self, post: Post, status: int) -> None:
        """Notes an answer that is final."""
        if post.takes_back:
            # 404: it went the time before, and that answer was lost.
            if status in (200, 404):
                self.ledger.settle(post.id, WITHDRAWN)
        elif status == 200:
            self.ledger.settle(post.id, ACKNOWLEDGED)
            self.kept.append(time.monotonic())
        else:
            self.ledger.settle(post.id, REFUSED)
        self._news.set()

    def heard(self, status: int, seconds: float) -> None:
        self.longest = max(self.longest, seconds)
        if status not in (200, NO_ANSWER):
            self.ledger.errors[str(status)] += 1

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Looks again after each answer."""
        while not holds():
            self._news.clear()
            await self._news.wait()

    def card(self, room: Hall, number: int) -> Post:
        id = new_id()
        self.ledger.send(id, str(room.step))
        form = {"activity": str(room.step), "contribution": str(id)}
        form |= {"column": "zorg", "text": f"Wat gaat goed {id.hex[:6]}"}
        path = "/deelnemen/bijdragen"
        return Post(id, load.post(path, self._origin, room.phones[number], form), False)

    def taking_back(self, room: Hall, number: int, id: uuid.UUID) -> Post:
        path = f"/deelnemen/bijdragen/{id}/intrekking"
        return Post(id, load.post(path, self._origin, room.phones[number], {}), True)


class Phone:
    def __init__(self, crowd: Crowd, number: int) -> None:
        self.outbox: deque[Post] = deque()
        self._crowd, self._number = crowd, number
        self._chance = random.Random(number)
        self._rooms = iter(crowd._rooms)
        self._room = next(self._rooms)
        self._own: list[uuid.UUID] = []
        """What it may still take back, of this room."""
        self._all = [Line(port) for port in crowd._ports(number)]
        self._lines = itertools.cycle(self._all)
        self._line = next(self._lines)
        self._awake = asyncio.Event()
        self._awake.set()

    async def live(self, stops: asyncio.Event) -> None:
        due = time.monotonic() + self._chance.random() * self._crowd._pause
        while not stops.is_set():
            await asyncio.sleep(due - time.monotonic())
            due = max(due + self._crowd._pause, time.monotonic() - self._crowd._pause)
            if self._awake.is_set() or len(self.outbox) < WRITTEN_ASLEEP:
                self.outbox.append(self._next())
            await self._flush()
        await self._awake.wait()
        await self._flush()
        self._lose_connection()

    def sleeps(self) -> None:
        self._awake.clear()
        self._lose_connection()

    def wakes(self) -> None:
        self._awake.set()

    def _next(self) -> Post:
        if self._own and self._chance.random() < TAKES_BACK:
            id = self._own.pop(self._chance.randrange(len(self._own)))
            return self._crowd.taking_back(self._room, self._number, id)
        return self._crowd.card(self._room, self._number)

    async def _flush(self) -> None:
        while self.outbox and self._awake.is_set():
            post = self.outbox[0]
            began = time.monotonic()
            status = await self._line.ask(post.request)
            self._crowd.heard(status, time.monotonic() - began)
            if status == NO_ANSWER or status >= 500 or status == 429:
                self._line.close()
                self._line = next(self._lines)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            self.outbox.popleft()
            self._crowd.answered(post, status)
            if status == 200 and not post.takes_back:
                self._own.append(post.id)
            elif status != 200 and not post.takes_back:
                self._to_the_next_room()
            self._line = next(self._lines)

    def _lose_connection(self) -> None:
        for line in self._all:
            line.close()

    def _to_the_next_room(self) -> None:
        """What waits for the full one is refused too, and what was kept there stays."""
        self._room = next(self._rooms)
        self._own = []


class Line:
    """A phone's connection to one port, made again when it broke."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """The status; `NO_ANSWER` where none came."""
        try:
            async with asyncio.timeout(PATIENCE):
                head, _ = await self.whole(request)
                return int(head[9:12])
        except (OSError, EOFError, ValueError):  # TimeoutError is an OSError
            self.close()
            return NO_ANSWER

    async def whole(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of an answer. Raises `OSError` and `EOFError`."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await self._reader.readexactly(int(length or 0))
        if b"connection: close" in head.lower():
            self.close()
        return head, body

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None
