"""Tells every process that a session changed: never what changed, so nothing can arrive out of order.

Each process renders from its own memory of the room, and reads the database where that is behind. Within one
process the bus is a function call; with `WORKSHOP_REDIS_URL` it is Redis pub/sub. Telling never waits for
Redis: the own process hears it at once, and what others must know waits in a queue. What may have been lost
is told as `MISSED`: read everything again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from workshop import tasks
from workshop.redis import patience
from workshop.traces import trace_of

log = logging.getLogger(__name__)

CHANNEL = "workshop:changes"
Ids = frozenset[uuid.UUID]


class Change(msgspec.Struct, frozen=True):
    """Session `session_id` is at `revision`; `parts` names what an audience may see differently."""

    session_id: uuid.UUID
    parts: frozenset[str]
    revision: int = 0


class There(msgspec.Struct, frozen=True, tag=True):
    """Who is connected to a session at process `process` now; see workshop/live/presence.py. An older process
    tells of phones only."""

    process: uuid.UUID
    session_id: uuid.UUID
    phones: Ids = frozenset()
    screens: Ids = frozenset()
    desks: Ids = frozenset()


class Told(msgspec.Struct, frozen=True, tag=True):
    """A change, and the process that told it, which has heard it already."""

    process: uuid.UUID
    change: Change


Listener = Callable[[Change], None]
Watcher = Callable[[There], None]


class Bus(Protocol):
    process: uuid.UUID
    """Id of this process among the others."""

    async def start(self, listener: Listener, watcher: Watcher | None = None) -> None: ...
    async def stop(self) -> None: ...
    async def tell(self, change: Change) -> None: ...
    def tell_others(self, change: Change) -> None:
        """Tells the other processes only."""

    def show(self, session_id: uuid.UUID, phones: Ids, screens: Ids, desks: Ids) -> None:
        """Tells the other processes who is connected to a session here."""

    async def ready(self) -> bool: ...


class LocalBus:
    """The bus of an installation with one process: it hears its own changes."""

    def __init__(self) -> None:
        self.process = uuid.uuid4()
        self._listener: Listener | None = None

    async def start(self, listener: Listener, watcher: Watcher | None = None) -> None:
        self._listener = listener

    async def stop(self) -> None:
        self._listener = None

    async def tell(self, change: Change) -> None:
        if self._listener:
            self._listener(change)

    def tell_others(self, change: Change) -> None:
        """Does nothing: there are no others."""

    def show(self, session_id: uuid.UUID, phones: Ids, screens: Ids, desks: Ids) -> None:
        """Does nothing: there are no others."""

    async def ready(self) -> bool:
        return True


class RedisBus:
    """The bus of several processes. As long as Redis is away or hangs, each tells its own browsers only; when
    it is back, each reads everything again."""

    RETRY_SECONDS = 1.0
    QUIET_SECONDS = 1.0
    """After this silence Redis is asked whether it is still there."""
    MOST_WAITING = 5000

    def __init__(self, url: str) -> None:
        self.process = uuid.uuid4()
        self._redis = Redis.from_url(url, **patience())
        self._listener: Listener | None = None
        self._watcher: Watcher | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._tried = asyncio.Event()
        self._listens = False
        self._waiting: deque[Told | There] = deque()
        self._bell = asyncio.Event()
        self._lost = False

    async def start(self, listener: Listener, watcher: Watcher | None = None) -> None:
        """Returns once it listens, or knows that Redis is away: then it keeps trying."""
        self._listener, self._watcher = listener, watcher
        self._tasks = [
            asyncio.create_task(self._listen_for_ever(), name="bus in"),
            asyncio.create_task(self._publish_for_ever(), name="bus out"),
        ]
        await self._tried.wait()

    async def stop(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._publish()
        for task in self._tasks:
            # redis-py now and then swallows the cancellation of its reader
            await tasks.end(task, self.RETRY_SECONDS)
        self._listener = self._watcher = None
        await self._redis.aclose()

    async def tell(self, change: Change) -> None:
        self._hear(change)
        self.tell_others(change)

    def tell_others(self, change: Change) -> None:
        self._put(Told(self.process, change))

    def show(self, session_id: uuid.UUID, phones: Ids, screens: Ids, desks: Ids) -> None:
        self._put(There(self.process, session_id, phones, screens, desks))

    async def ready(self) -> bool:
        """Says whether others hear this process and it hears them."""
        try:
            return self._listens and not self._lost and bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    def _put(self, message: Told | There) -> None:
        if len(self._waiting) >= self.MOST_WAITING:
            self._waiting.clear()
            self._lost = True
        self._waiting.append(message)
        self._bell.set()

    def _hear(self, change: Change) -> None:
        if self._listener:
            self._listener(change)

    # --- what we tell -----------------------------------------------------------------------------

    async def _publish_for_ever(self) -> None:
        while True:
            await self._bell.wait()
            try:
                await self._publish()
            except Exception as error:  # any: if this process stopped telling, others would stay behind
                if not self._lost:
                    log.warning("redis is away: others hear of changes when it is back: %s", trace_of(error))
                self._lost = True
                self._bell.set()
                await asyncio.sleep(self.RETRY_SECONDS)

    async def _publish(self) -> None:
        """Sends what waits as one request. Raises when that is lost; the next one then tells
        `MISSED_SOME`."""
        self._bell.clear()
        messages = list(self._waiting)
        self._waiting.clear()
        if self._lost:
            messages.append(Told(self.process, MISSED_SOME))
        if not messages:
            return
        async with self._redis.pipeline(transaction=False) as together:
            for message in messages:
                together.publish(CHANNEL, ENCODER.encode(message))
            await together.execute()
        self._lost = False

    # --- what we hear -----------------------------------------------------------------------------

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    await self._listen(channel)
            except Exception as error:  # any: if this process stopped listening, it would stay behind
                if self._listens:
                    log.warning("redis is away: what others do is heard when it is back: %s", trace_of(error))
                self._listens = False
                self._tried.set()
                await asyncio.sleep(self.RETRY_SECONDS)

    async def _listen(self, channel: PubSub) -> None:
        """Takes messages until the connection breaks. Raises `TimeoutError` when a ping gets no answer."""
        asked = False
        while True:
            message = await channel.get_message(timeout=self.QUIET_SECONDS)
            if message:
                asked = False
                self._take(message)
            elif asked:
                raise TimeoutError("redis does not answer")
            else:
                asked = True
                await channel.ping()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._listens = True
            self._tried.set()
            self._hear(MISSED_SOME)
        elif message["type"] == "message":
            with contextlib.suppress(msgspec.DecodeError):  # of another version, or of somebody else
                self._take_from_others(DECODER.decode(message["data"]))

    def _take_from_others(self, message: Told | There) -> None:
        if message.process == self.process:
            return
        if isinstance(message, Told):
            self._hear(message.change)
        elif self._watcher:
            self._watcher(message)


ENCODER = msgspec.msgpack.Encoder(uuid_format="bytes")
DECODER = msgspec.msgpack.Decoder(Told | There)


def make(redis_url: str) -> Bus:
    return RedisBus(redis_url) if redis_url else LocalBus()


def parts(*names: str) -> frozenset[str]:
    return frozenset(names)


# What a change touches. A step change gives every phone its whole new scene; the rest leaves what
# people are typing alone.
STEP = parts("phone-step", "screen", "desk")
STATE = parts("phone-state", "screen", "desk")
INPUT = parts("screen", "desk")
DESK = parts("desk")
READY = parts("ready")
"""Only how many phones say that they are ready: nothing else is drawn again."""
MINE = "mine:"
OURS = parts(MINE)
"""What only one phone may see, of every phone: each asks for its own again, not all at the same moment."""
GONE = "gone:"
WHO = "who"
"""Which phones take part, or of which group they are."""
BESIDE = "beside:"
MISSED = "missed"
MISSED_SOME = Change(uuid.UUID(int=0), parts(MISSED))
"""Tells of every session that changes may have been missed."""


def mine(*participants: uuid.UUID | None) -> frozenset[str]:
    """Returns the parts that tell these phones only to ask for their own part again."""
    return frozenset(f"{MINE}{participant}" for participant in participants if participant)


def beside(tables: Iterable[str]) -> Change:
    """Returns the change, without a revision, that makes rooms read these tables again."""
    return Change(uuid.UUID(int=0), frozenset(f"{BESIDE}{table}" for table in tables))


def named(prefix: str, parts: Iterable[str]) -> set[str]:
    """Returns what follows this prefix, in the parts that have it."""
    return {part.removeprefix(prefix) for part in parts if part.startswith(prefix)}


def gone(sign_ins: Iterable[uuid.UUID]) -> Change:
    """Returns the change that ends the streams of these sign-ins in every process: they lost their rights."""
    return Change(uuid.UUID(int=0), frozenset(f"{GONE}{sign_in}" for sign_in in sign_ins))
