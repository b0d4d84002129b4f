"""How long we wait for Redis: wherever it is asked something, there is an answer without it too."""

from __future__ import annotations

from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

ANSWER_SECONDS = 1.0


def patience() -> dict[str, Any]:
    """Options of a client or a pool. One try again, for a connection that was closed meanwhile. The library's
    own would wait for a server that hangs for most of a minute."""
    return {
        "socket_connect_timeout": ANSWER_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 1),
    }
