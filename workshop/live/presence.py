"""Which phones are there now: open sockets, and those that polled a moment ago. Kept in memory only."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict

POLL_COUNTS_FOR = 12.0


class Presence:
    def __init__(self) -> None:
        self._open: dict[uuid.UUID, dict[uuid.UUID, int]] = defaultdict(dict)
        self._polled: dict[uuid.UUID, dict[uuid.UUID, float]] = defaultdict(dict)

    def came(self, session_id: uuid.UUID, participant_id: uuid.UUID) -> None:
        sockets = self._open[session_id]
        sockets[participant_id] = sockets.get(participant_id, 0) + 1

    def left(self, session_id: uuid.UUID, participant_id: uuid.UUID) -> None:
        sockets = self._open[session_id]
        sockets[participant_id] = sockets.get(participant_id, 1) - 1
        if sockets[participant_id] <= 0:
            del sockets[participant_id]

    def polled(self, session_id: uuid.UUID, participant_id: uuid.UUID) -> None:
        self._polled[session_id][participant_id] = time.monotonic()

    def connected(self, session_id: uuid.UUID) -> int:
        since = time.monotonic() - POLL_COUNTS_FOR
        recent = {person for person, at in self._polled[session_id].items() if at >= since}
        self._polled[session_id] = {p: at for p, at in self._polled[session_id].items() if p in recent}
        return len(recent | self._open[session_id].keys())

    def forget(self, session_id: uuid.UUID) -> None:
        self._open.pop(session_id, None)
        self._polled.pop(session_id, None)
