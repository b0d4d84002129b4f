"""Who is there now: phones, big screens and desks with an open socket, or that came or polled a moment ago.
Only in memory.

Where there are more processes, each tells the others who it has (`shared`). Who is at two counts once.
"""

from __future__ import annotations

import contextlib
import itertools
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable
from typing import Any, NamedTuple

from workshop import tasks
from workshop.bus import INPUT, Bus, Ids, There

POLL_COUNTS_FOR = 12.0
SHOW_SECONDS = 1.0
"""Arrivals and departures within this time are told together."""
BEAT = 4
"""After this many rounds everything is told, changed or not."""
SILENT_SECONDS = 3 * BEAT * SHOW_SECONDS
"""After this silence nobody is at a process any more."""

MOST_SCREENS = 50
"""Screens of one session that are counted: who has their address could say to be any number."""
PHONES, SCREENS, DESKS = "phones", "screens", "desks"


class Present(NamedTuple):
    """Who is connected to one session."""

    phones: Ids = frozenset()
    screens: Ids = frozenset()
    desks: Ids = frozenset()
    """Ids of sign-ins: a desk that is open in two tabs counts once."""


class SeenElsewhere(NamedTuple):
    present: Present
    at: float


def _of_each() -> dict[str, dict[uuid.UUID, Any]]:
    return {who: {} for who in Present._fields}


class Presence:
    def __init__(self) -> None:
        # Session -> field of `Present` -> the id of who is there.
        self._open: dict[uuid.UUID, dict[str, dict[uuid.UUID, int]]] = defaultdict(_of_each)
        self._polled: dict[uuid.UUID, dict[str, dict[uuid.UUID, float]]] = defaultdict(_of_each)
        self._elsewhere: dict[uuid.UUID, dict[uuid.UUID, SeenElsewhere]] = defaultdict(dict)

    def came(self, session_id: uuid.UUID, id: uuid.UUID, who: str = PHONES) -> None:
        sockets = self._open[session_id][who]
        sockets[id] = sockets.get(id, 0) + 1

    def left(self, session_id: uuid.UUID, id: uuid.UUID, who: str = PHONES) -> None:
        sockets = self._open[session_id][who]
        sockets[id] = sockets.get(id, 1) - 1
        if sockets[id] <= 0:
            del sockets[id]

    def polled(self, session_id: uuid.UUID, id: uuid.UUID, who: str = PHONES) -> None:
        if who != SCREENS or len(self.here(session_id).screens) < MOST_SCREENS:
            self._polled[session_id][who][id] = time.monotonic()

    def there(self, session_id: uuid.UUID) -> Present:
        """Returns who is there, at any process."""
        elsewhere = [seen.present for seen in self._elsewhere.get(session_id, {}).values()]
        return Present(
            *(frozenset().union(*ids) for ids in zip(self.here(session_id), *elsewhere, strict=True))
        )

    def here(self, session_id: uuid.UUID) -> Present:
        """Returns who is there, at this process."""
        since = time.monotonic() - POLL_COUNTS_FOR
        opened, polled = self._open.get(session_id, {}), self._polled.get(session_id, {})
        for ids in polled.values():
            for id in [id for id, at in ids.items() if at < since]:
                del ids[id]
        return Present(
            *(frozenset(opened.get(who, ())).union(polled.get(who, ())) for who in Present._fields)
        )

    def sessions(self) -> set[uuid.UUID]:
        """Returns the sessions that somebody is at here, and forgets the others."""
        for rooms in (self._open, self._polled):
            for session_id in [session_id for session_id, room in rooms.items() if not any(room.values())]:
                del rooms[session_id]
        return {*self._open, *self._polled}

    def see(self, there: There) -> bool:
        """Takes in who is at another process. Returns whether that is different from before."""
        processes = self._elsewhere[there.session_id]
        present = Present(there.phones, there.screens, there.desks)
        before = processes.pop(there.process, SeenElsewhere(Present(), 0.0)).present
        if any(present):
            processes[there.process] = SeenElsewhere(present, time.monotonic())
        if not processes:
            del self._elsewhere[there.session_id]
        return before != present

    def forget_silent(self) -> list[uuid.UUID]:
        """Forgets who was at processes that fell silent. Returns the sessions they were in."""
        since = time.monotonic() - SILENT_SECONDS
        gone = [
            There(process, session_id)
            for session_id, processes in self._elsewhere.items()
            for process, seen in processes.items()
            if seen.at < since
        ]
        return [there.session_id for there in gone if self.see(there)]


@contextlib.asynccontextmanager
async def shared(
    presence: Presence, bus: Bus, mark: Callable[[uuid.UUID, frozenset[str]], None]
) -> AsyncGenerator[None, None]:
    """Tells the other processes who is here. Calls `mark` for sessions of which a process fell silent."""
    shown: dict[uuid.UUID, Present] = {}
    numbers = itertools.count()

    async def show() -> None:
        everything = next(numbers) % BEAT == 0
        for session_id in presence.forget_silent():
            mark(session_id, INPUT)
        for session_id in presence.sessions() | shown.keys():
            present = presence.here(session_id)
            if everything or present != shown.get(session_id):
                bus.show(session_id, *present)
            shown[session_id] = present
            if not any(present):
                del shown[session_id]

    try:
        async with tasks.rounds("presence", SHOW_SECONDS, show):
            yield
    finally:
        for session_id in shown:
            bus.show(session_id, *Present())
