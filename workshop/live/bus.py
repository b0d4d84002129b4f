"""Tells every process that a session changed: never what changed, so nothing can arrive out of order.

Each process renders from the database. Within one process the bus is a function call; with
`WORKSHOP_REDIS_URL` it is Redis pub/sub.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL = "workshop:changes"


class Change(msgspec.Struct, frozen=True):
    """Session `session_id` is at `revision`; `parts` names what an audience may see differently."""

    session_id: uuid.UUID
    parts: frozenset[str]
    revision: int = 0


Listener = Callable[[Change], None]


class Bus(Protocol):
    async def start(self, listener: Listener) -> None: ...
    async def stop(self) -> None: ...
    async def tell(self, change: Change) -> None: ...
    async def ready(self) -> bool: ...


class LocalBus:
    """One process: whoever tells is also the one who listens."""

    def __init__(self) -> None:
        self._listener: Listener | None = None

    async def start(self, listener: Listener) -> None:
        self._listener = listener

    async def stop(self) -> None:
        self._listener = None

    async def tell(self, change: Change) -> None:
        if self._listener:
            self._listener(change)

    async def ready(self) -> bool:
        return True


class RedisBus:
    """More processes. While Redis is away this process still tells its own browsers."""

    RETRY_SECONDS = 1.0

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=2, health_check_interval=10)
        self._listener: Listener | None = None
        self._task: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._listens = False

    async def start(self, listener: Listener) -> None:
        """Returns once it listens, or knows that Redis is away: then it goes on trying."""
        self._listener = listener
        self._task = asyncio.create_task(self._listen_for_ever(), name="bus")
        await self._tried.wait()

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._redis.aclose()

    async def tell(self, change: Change) -> None:
        try:
            await self._redis.publish(CHANNEL, msgspec.msgpack.encode(change))
        except (RedisError, OSError):
            log.warning("redis is away: this change reaches the browsers of this process only")
            self._hear(change)
        else:
            if not self._listens:  # between two subscriptions nobody brings it back to us
                self._hear(change)

    async def ready(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    def _hear(self, change: Change) -> None:
        if self._listener:
            self._listener(change)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        self._take(message)
            except (RedisError, OSError):
                self._listens = False
                self._tried.set()
                await asyncio.sleep(self.RETRY_SECONDS)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._listens = True
            self._tried.set()
        elif message["type"] == "message":
            with contextlib.suppress(msgspec.DecodeError):  # of another version, or of somebody else
                self._hear(msgspec.msgpack.decode(message["data"], type=Change))


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
MINE = "mine:"
OURS = parts(MINE)
"""The own part of every phone: each asks for it, spread out."""
GONE = "gone:"


def mine(*participants: uuid.UUID | None) -> frozenset[str]:
    """The own part of these phones only."""
    return frozenset(f"{MINE}{participant}" for participant in participants if participant)


def gone(sign_ins: Iterable[uuid.UUID]) -> Change:
    """These browsers of accounts lost their rights: wherever their streams are, they end."""
    return Change(uuid.UUID(int=0), frozenset(f"{GONE}{sign_in}" for sign_in in sign_ins))
