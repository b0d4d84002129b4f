"""Sends each browser what it must see. A block is rendered once for a whole audience, at most
five times a second.

`Fanout.hear` marks parts of a session as changed. One task per session with browsers waits until a new
picture may be made, looks at the room in memory, renders each changed part once in every language that is
connected, and hands the same bytes to every browser of that audience, without waiting for any.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Generator, Iterable
from functools import cache, partial
from typing import Protocol

from workshop import tasks
from workshop.bus import (
    BESIDE,
    GONE,
    INPUT,
    MINE,
    MISSED,
    READY,
    STATE,
    STEP,
    WHO,
    Change,
    There,
    named,
)
from workshop.languages import DUTCH
from workshop.live.frames import Frames, together
from workshop.live.memory import LIVE, Memory
from workshop.live.picture import Picture
from workshop.live.presence import Presence
from workshop.live.scenes import (
    DESK,
    DESK_BESIDE,
    DESK_READY,
    PHONE_SCREEN,
    PHONE_STATE,
    PHONE_STEP,
    PHONE_STEP_ASIDE,
    PHONE_STEP_YOUNG,
    SCREEN,
    SCREEN_READY,
    Scenes,
    step_for,
)
from workshop.storage.search_index import INDEXED
from workshop.traces import trace_of

log = logging.getLogger(__name__)

PICTURE_SECONDS = 0.2
REST, LONGEST_REST = 2, 1.0
"""A picture is followed by a rest of `REST` times as long as it took, at most `LONGEST_REST` seconds: drawing
never makes those who send wait for long."""
AWAY_SECONDS = 1.0
SLICE, SLICE_SECONDS = 100, 0.005
PHONE, READER, WATCHER, FACILITATOR = "phone", "reader", "screen", "desk"
"""Who watches. A reader is a phone that reads what stands on the big screen."""
SIGNED_OUT, COME_BACK, CROWDED = 4401, 1012, 4429
"""Codes with which a stream is closed. htmx comes back after `COME_BACK` only; after `CROWDED` a page asks
every few seconds instead."""
MOST_STREAMS = 4
"""Streams that one phone may have at this process: its tabs, and those that a lost network
has not closed yet."""
OWN, OURS = "own", "ours"
"""Parts that only tell a phone to ask for its own part: one phone, and all of them."""
# Screens and desks first: they are few, and everybody in the room looks at them.
ORDER = (
    *(SCREEN, PHONE_SCREEN, DESK, DESK_BESIDE, SCREEN_READY, DESK_READY),
    *(PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STEP_ASIDE, PHONE_STATE),
    *(OWN, OURS),
)
EVERYTHING = STEP | STATE | {MINE, WHO}

Audience = tuple[tuple[str, ...], str]
"""Parts, and the language in which they are drawn: browsers that have both in common get the same bytes."""


class Outlet(Protocol):
    """Where the pictures of one browser go."""

    def put(self, frames: Frames) -> None:
        """Sends a picture. Never waits, never raises."""
        ...

    def close(self, code: int) -> None: ...


class Browser:
    """One browser that watches: what it must see, and where to send that once it is open."""

    __slots__ = (
        "audience",
        "closed",
        "desk_id",
        "group",
        "language",
        "mine",
        "outlet",
        "phone_id",
        "session_id",
        "unpacks",
    )

    def __init__(
        self,
        session_id: uuid.UUID,
        audience: str,
        desk_id: uuid.UUID | None = None,
        phone_id: uuid.UUID | None = None,
        group: str | None = None,
        unpacks: bool = False,
        language: str = DUTCH,
    ) -> None:
        self.session_id = session_id
        self.audience = audience
        self.desk_id = desk_id
        self.phone_id = phone_id
        self.mine = f"{MINE}{phone_id}"
        """Name of the part that is this phone's own."""
        self.group = group
        self.unpacks = unpacks
        self.language = language
        self.closed: int | None = None
        """The code it was closed with; None as long as it is open."""
        self.outlet: Outlet | None = None

    def put(self, frames: Frames) -> None:
        if self.outlet:
            self.outlet.put(frames)

    def close(self, code: int = SIGNED_OUT) -> None:
        """Ends the stream of a visitor who lost the right to it. After `COME_BACK` the browser reconnects at
        once, and is asked again who it is."""
        self.closed = code
        if self.outlet:
            self.outlet.close(code)


class Fanout:
    def __init__(self, memory: Memory, scenes: Scenes, presence: Presence) -> None:
        self.memory = memory
        memory.on_gap = lambda session_id: self.mark(session_id, EVERYTHING)
        self.scenes = scenes
        self.presence = presence
        self._browsers: dict[uuid.UUID, set[Browser]] = defaultdict(set)
        self._of_phone: dict[uuid.UUID, list[Browser]] = defaultdict(list)
        """The oldest first."""
        self._changed: dict[uuid.UUID, set[str]] = defaultdict(set)
        self._tasks: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._next: dict[uuid.UUID, float] = {}
        """When a session may have its next picture, on the clock of `time.monotonic`."""

    def add(self, browser: Browser) -> None:
        """Adds a browser: it gets the whole scene, and then every picture of its audience.

        Of a phone with more than `MOST_STREAMS` the oldest stream ends: that may be of a
        network that was lost.
        """
        self._browsers[browser.session_id].add(browser)
        if browser.phone_id:
            own = self._of_phone[browser.phone_id]
            own.append(browser)
            if len(own) > MOST_STREAMS:
                own.pop(0).close(CROWDED)

    def remove(self, browser: Browser) -> None:
        browsers = self._browsers[browser.session_id]
        browsers.discard(browser)
        if not browsers:
            self._browsers.pop(browser.session_id, None)
            self._next.pop(browser.session_id, None)
        if browser.phone_id:
            own = self._of_phone.pop(browser.phone_id, ())
            if left := [other for other in own if other is not browser]:
                self._of_phone[browser.phone_id] = left

    def hear(self, change: Change) -> None:
        """Takes in what changed. The bus calls it after the commit."""
        if MISSED in change.parts:
            self.memory.beside(set(LIVE | INDEXED))
            self._look_again()
            return
        deed = not change.parts.isdisjoint((PHONE_STEP, PHONE_STATE))
        self.memory.hear(change.session_id, change.revision, deed)
        self.memory.beside(named(BESIDE, change.parts))
        self._sign_out(named(GONE, change.parts))
        self.mark(change.session_id, change.parts)

    def see(self, there: There) -> None:
        """Takes in who is at another process. The bus calls it."""
        if self.presence.see(there):
            self.mark(there.session_id, INPUT)

    def mark(self, session_id: uuid.UUID, parts: Iterable[str]) -> None:
        if session_id not in self._browsers:
            return
        self._changed[session_id].update(parts)
        if session_id not in self._tasks:
            task = asyncio.create_task(self._show(session_id), name=f"fanout {session_id}")
            self._tasks[session_id] = task

    @contextlib.contextmanager
    def counting(
        self, session_id: uuid.UUID, id: uuid.UUID, who: str, parts: Iterable[str] = (DESK,)
    ) -> Generator[None]:
        """Counts who is connected as there until the block ends, and shows that in these parts."""
        self.presence.came(session_id, id, who)
        self.mark(session_id, parts)
        try:
            yield
        finally:
            self.presence.left(session_id, id, who)
            self.mark(session_id, parts)

    def has_desk(self, session_id: uuid.UUID) -> bool:
        """Says whether a desk of this session is connected to this process."""
        return any(browser.desk_id for browser in self._browsers.get(session_id, ()))

    def open_streams(self) -> int:
        return sum(map(len, self._browsers.values()))

    async def stop(self) -> None:
        for task in list(self._tasks.values()):
            await tasks.end(task, again=1.0)

    async def scene(self, session_id: uuid.UUID, newest: bool = False) -> Picture | None:
        """Returns a picture of a session as it is now, for a first load or a browser that comes back; None
        when the session is not there."""
        state = await self.memory.state(session_id, newest)
        return state.picture(partial(self.presence.there, session_id)) if state else None

    def _look_again(self) -> None:
        """Draws everything again, because changes may have gone by unheard. Desks must reconnect: they may
        have lost their right too."""
        for session_id, browsers in self._browsers.items():
            self.mark(session_id, EVERYTHING)
            for browser in browsers:
                if browser.desk_id:
                    browser.close(COME_BACK)

    def _sign_out(self, desk_ids: set[str]) -> None:
        """Ends the streams of desks whose sign-in has ended or that may no longer lead."""
        if not desk_ids:
            return
        for browsers in self._browsers.values():
            for browser in browsers:
                if str(browser.desk_id) in desk_ids:
                    browser.close()

    async def _show(self, session_id: uuid.UUID) -> None:
        try:
            await self._show_while_changed(session_id)
        finally:
            # Here and not in a callback of the task: what is marked between its end and a callback would
            # find a task that no longer looks.
            self._tasks.pop(session_id, None)
            if session_id not in self._browsers:
                self._next.pop(session_id, None)
                self._changed.pop(session_id, None)

    async def _show_while_changed(self, session_id: uuid.UUID) -> None:
        while self._changed.get(session_id) and session_id in self._browsers:
            await asyncio.sleep(max(0.0, self._next.get(session_id, 0.0) - time.monotonic()))
            began = time.monotonic()
            self._next[session_id] = began + PICTURE_SECONDS
            changed = self._changed.pop(session_id)
            try:
                if WHO in changed:
                    await self._look_who(session_id)
                picture = await self.scene(session_id, newest=True)
                took = await self._send(picture, changed) if picture else 0.0
                rest = min(REST * took, LONGEST_REST)
                self._next[session_id] = max(began + PICTURE_SECONDS, time.monotonic() + rest)
            except Exception as error:  # mostly the database is away: what changed is shown when it is back
                log.error("a picture has to wait: %s", trace_of(error))
                self._changed[session_id] |= changed
                await asyncio.sleep(AWAY_SECONDS)

    async def _look_who(self, session_id: uuid.UUID) -> None:
        """Gives each phone the step of its group from now on, and ends the stream of a phone that left."""
        state = await self.memory.state(session_id, newest=True)
        for browser in self._browsers.get(session_id, ()):
            if browser.phone_id is None:
                continue
            phone = state.present.get(browser.phone_id) if state else None
            if phone is None:
                browser.close()
            else:
                browser.group = phone.group

    async def _send(self, picture: Picture, changed: set[str]) -> float:
        """Draws and writes a picture. Returns how many seconds that took, without those of other
        tasks in between."""
        took, began = 0.0, time.perf_counter()
        block = cache(partial(self._block, picture))
        # All blocks are drawn before any is written: the session goes on between the writes.
        drawn = [
            (together(block(part, language) for part in parts), browsers)
            for (parts, language), browsers in self._audiences(picture, changed)
        ]
        for frames, browsers in drawn:
            for start in range(0, len(browsers), SLICE):
                for browser in browsers[start : start + SLICE]:
                    browser.put(frames)
                if (now := time.perf_counter()) - began > SLICE_SECONDS:
                    took += now - began
                    await asyncio.sleep(0)  # lets acknowledgements through between the slices
                    began = time.perf_counter()
        return took + time.perf_counter() - began

    def _block(self, picture: Picture, part: str, language: str) -> Frames:
        """Draws one part, as everybody of that audience and language sees it."""
        if part in (OWN, OURS):
            return Frames(self.scenes.signal(picture, part == OURS))
        return Frames(self.scenes.shared(part, picture, language))

    def _audiences(self, picture: Picture, changed: set[str]) -> list[tuple[Audience, list[Browser]]]:
        """Returns which browsers must see the same, in the order in which they are sent it."""
        found: dict[Audience, list[Browser]] = defaultdict(list)
        for browser in self._browsers.get(picture.session.id, ()):
            if parts := _parts_of(browser, picture, changed):
                found[parts, browser.language].append(browser)
        return sorted(found.items(), key=_turn)


def _turn(found: tuple[Audience, list[Browser]]) -> tuple[int, str]:
    (parts, language), _ = found
    return ORDER.index(parts[0]), language


def _parts_of(browser: Browser, picture: Picture, changed: set[str]) -> tuple[str, ...]:
    """Returns the changed parts that this browser shows."""
    if browser.audience == PHONE:
        return _parts_of_phone(browser, picture, changed)
    if browser.audience == FACILITATOR:
        whole = DESK if browser.desk_id == picture.session.driver_id else DESK_BESIDE
        return _whole_or_number(changed, DESK, whole, DESK_READY)
    if browser.audience == READER:
        return (PHONE_SCREEN,) if SCREEN in changed else ()
    return _whole_or_number(changed, SCREEN, SCREEN, SCREEN_READY)


def _whole_or_number(changed: set[str], part: str, whole: str, number: str) -> tuple[str, ...]:
    """Returns `whole` when its part changed; the number of who is ready, which stands in it, when only that
    did."""
    if part in changed:
        return (whole,)
    return () if READY.isdisjoint(changed) else (number,)


def _parts_of_phone(browser: Browser, picture: Picture, changed: set[str]) -> tuple[str, ...]:
    if PHONE_STEP in changed:  # it holds every other part too
        return (step_for(picture, browser.group),)
    return (*((PHONE_STATE,) if PHONE_STATE in changed else ()), *_signal(browser, changed))


def _signal(browser: Browser, changed: set[str]) -> tuple[str, ...]:
    """Returns the part that tells this phone to ask for its own part, if that changed."""
    if MINE in changed and browser.phone_id:
        return (OURS,)
    return (OWN,) if browser.mine in changed else ()
