"""Which phones are there now: open sockets, and phones that came in or polled a moment ago. Only in memory.

Where there are more processes, each tells the others which phones it has (`shared`). A phone at two of
them counts once.
"""

from __future__ import annotations

import contextlib
import itertools
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from typing import NamedTuple

from workshop import tasks
from workshop.bus import INPUT, Bus, There

POLL_COUNTS_FOR = 12.0
SHOW_SECONDS = 1.0
"""Arrivals and departures within this time are told together."""
BEAT = 4
"""After this many rounds everything is told, changed or not."""
SILENT_SECONDS = 3 * BEAT * SHOW_SECONDS
"""After this silence a process has no phones any more."""

Phones = frozenset[uuid.UUID]


class SeenPhones(NamedTuple):
    phones: Phones
    at: float


class Presence:
    def __init__(self) -> None:
        self._open: dict[uuid.UUID, dict[uuid.UUID, int]] = defaultdict(dict)
        self._polled: dict[uuid.UUID, dict[uuid.UUID, float]] = defaultdict(dict)
        self._elsewhere: dict[uuid.UUID, dict[uuid.UUID, SeenPhones]] = defaultdict(dict)

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

    def there(self, session_id: uuid.UUID) -> Phones:
        """Returns the phones at any process."""
        elsewhere = [seen.phones for seen in self._elsewhere.get(session_id, {}).values()]
        return self.here(session_id).union(*elsewhere)

    def here(self, session_id: uuid.UUID) -> Phones:
        """Returns the phones at this process."""
        since = time.monotonic() - POLL_COUNTS_FOR
        polled = self._polled.get(session_id, {})
        for phone in [phone for phone, at in polled.items() if at < since]:
            del polled[phone]
        return frozenset(self._open.get(session_id, {})).union(polled)

    def sessions(self) -> set[uuid.UUID]:
        """Returns the sessions that have phones at this process, and forgets the others."""
        for rooms in (self._open, self._polled):
            for session_id in [session_id for session_id, phones in rooms.items() if not phones]:
                del rooms[session_id]
        return {*self._open, *self._polled}

    def see(self, there: There) -> bool:
        """Takes in which phones another process has. Returns whether they are different from before."""
        processes = self._elsewhere[there.session_id]
        before = processes.pop(there.process, SeenPhones(frozenset(), 0.0)).phones
        if there.phones:
            processes[there.process] = SeenPhones(there.phones, time.monotonic())
        if not processes:
            del self._elsewhere[there.session_id]
        return before != there.phones

    def forget_silent(self) -> list[uuid.UUID]:
        """Forgets the phones of processes that fell silent. Returns the sessions they were in."""
        since = time.monotonic() - SILENT_SECONDS
        gone = [
            There(process, session_id, frozenset())
            for session_id, processes in self._elsewhere.items()
            for process, seen in processes.items()
            if seen.at < since
        ]
        return [there.session_id for there in gone if self.see(there)]


@contextlib.asynccontextmanager
async def shared(
    presence: Presence, bus: Bus, mark: Callable[[uuid.UUID, frozenset[str]], None]
) -> AsyncGenerator[None, None]:
    """Tells the other processes which phones are here. Calls `mark` for sessions of which a
    process fell silent."""
    shown: dict[uuid.UUID, Phones] = {}
    numbers = itertools.count()

    async def show() -> None:
        everything = next(numbers) % BEAT == 0
        for session_id in presence.forget_silent():
            mark(session_id, INPUT)
        for session_id in presence.sessions() | shown.keys():
            phones = presence.here(session_id)
            if everything or phones != shown.get(session_id):
                bus.show(session_id, phones)
            shown[session_id] = phones
            if not phones:
                del shown[session_id]

    try:
        async with tasks.rounds("presence", SHOW_SECONDS, show):
            yield
    finally:
        for session_id in shown:
            bus.show(session_id, frozenset())
