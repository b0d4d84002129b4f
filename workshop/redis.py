"""How long we wait for Redis: whatever asks it something has an answer without it too."""

from __future__ import annotations

from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

ANSWER_SECONDS = 1.0


def patience() -> dict[str, Any]:
    """Returns options of a Redis client or pool, in seconds. It tries once more, for a connection that was
    closed meanwhile. By default the library would wait most of a minute for a server that hangs."""
    return {
        "socket_connect_timeout": ANSWER_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 1),
    }
