"""Who must see what. Renders a block once for a whole audience, at most five times a second.

`Fanout.hear` marks parts of a session as changed. One task per session with browsers waits until a
picture may be made again, reads the database once, renders each changed part once in every language
that is connected, and hands the same bytes to every browser of that audience. A browser keeps only the
newest picture of each block.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable

from workshop.db import Database
from workshop.languages import DUTCH
from workshop.live.bus import GONE, MINE, Change
from workshop.live.picture import Painter, Picture
from workshop.live.presence import Presence
from workshop.live.scenes import (
    DESK,
    DESK_BESIDE,
    PHONE_STATE,
    PHONE_STEP,
    PHONE_STEP_YOUNG,
    SCREEN,
    Scenes,
)
from workshop.traces import place

log = logging.getLogger(__name__)

PICTURE_SECONDS = 0.2
SLICE = 100
EVERYBODY = ""
PHONE, WATCHER, FACILITATOR = "phone", "screen", "desk"
# Screens and desks first: they are few, and everybody in the room looks at them.
ORDER = (SCREEN, DESK, DESK_BESIDE, PHONE_STEP, PHONE_STEP_YOUNG, PHONE_STATE)
VARIANTS = {DESK: DESK_BESIDE, PHONE_STEP: PHONE_STEP_YOUNG}
"""What also changes when a part does: the same block for others of that audience."""

Audience = tuple[str, str]
"""A part and the language in which it is drawn."""


class Browser:
    """One browser's stream: the newest unsent picture of each block, and a bell that tells of it."""

    def __init__(
        self,
        session_id: uuid.UUID,
        audience: str,
        desk_id: uuid.UUID | None = None,
        phone_id: uuid.UUID | None = None,
        young: bool = False,
        unpacks: bool = False,
        language: str = DUTCH,
    ) -> None:
        self.session_id = session_id
        self.audience = audience
        self.desk_id = desk_id
        self.phone_id = phone_id
        self.young = young
        self.unpacks = unpacks
        self.language = language
        self.closed = False
        self._pending: dict[str, str] = {}
        self._bell = asyncio.Event()

    def put(self, part: str, block: str) -> None:
        if part in (PHONE_STEP, PHONE_STEP_YOUNG):
            self._pending.clear()  # the whole scene holds every other block too
        self._pending[part] = block
        self._bell.set()

    def close(self) -> None:
        """Ends the stream, for a visitor who lost the right to it."""
        self.closed = True
        self._bell.set()

    async def next(self) -> str | None:
        """Everything unsent as one frame; None when the stream has ended."""
        await self._bell.wait()
        self._bell.clear()
        if self.closed:
            return None
        frame = "".join(self._pending.values())
        self._pending.clear()
        return frame


class Fanout:
    def __init__(self, db: Database, painter: Painter, scenes: Scenes, presence: Presence) -> None:
        self.db = db
        self.painter = painter
        self.scenes = scenes
        self.presence = presence
        self._browsers: dict[uuid.UUID, set[Browser]] = defaultdict(set)
        self._changed: dict[uuid.UUID, set[str]] = defaultdict(set)
        self._tasks: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._last: dict[uuid.UUID, float] = {}

    def add(self, browser: Browser) -> None:
        """From now on this browser gets every picture of its audience, and first the whole scene."""
        self._browsers[browser.session_id].add(browser)

    def remove(self, browser: Browser) -> None:
        browsers = self._browsers[browser.session_id]
        browsers.discard(browser)
        if not browsers:
            self._browsers.pop(browser.session_id, None)
            self._last.pop(browser.session_id, None)

    def hear(self, change: Change) -> None:
        """Called by the bus, after the commit."""
        self._sign_out({part.removeprefix(GONE) for part in change.parts if part.startswith(GONE)})
        self.mark(change.session_id, change.parts)

    def mark(self, session_id: uuid.UUID, parts: Iterable[str]) -> None:
        if session_id not in self._browsers:
            return
        self._changed[session_id].update(parts)
        if session_id not in self._tasks:
            task = asyncio.create_task(self._show(session_id), name=f"fanout {session_id}")
            self._tasks[session_id] = task

    def regroup(self, phone_id: uuid.UUID, young: bool) -> None:
        """From now on this phone gets the wording of its new group."""
        for browsers in self._browsers.values():
            for browser in browsers:
                if browser.phone_id == phone_id:
                    browser.young = young

    def open_streams(self) -> int:
        return sum(map(len, self._browsers.values()))

    async def stop(self) -> None:
        for task in list(self._tasks.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def scene(self, session_id: uuid.UUID) -> Picture | None:
        """A fresh picture, for a first load or a browser that comes back."""
        async with self.db.read() as db:
            return await self.painter.picture(db, session_id, self.presence.connected(session_id))

    def _sign_out(self, desk_ids: set[str]) -> None:
        """Ends the streams of desks whose sign-in has ended, or may no longer lead."""
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
                self._last.pop(session_id, None)

    async def _show_while_changed(self, session_id: uuid.UUID) -> None:
        while self._changed.get(session_id):
            await asyncio.sleep(
                max(0.0, self._last.get(session_id, 0.0) + PICTURE_SECONDS - time.monotonic())
            )
            self._last[session_id] = time.monotonic()
            changed = self._changed.pop(session_id)
            try:
                picture = await self.scene(session_id)
                if picture:
                    await self._send(picture, changed)
            except Exception as error:  # a picture that fails must not stop those that follow
                log.error("a picture could not be made: %s", place(error))

    async def _send(self, picture: Picture, changed: set[str]) -> None:
        changed |= {VARIANTS[part] for part in changed if part in VARIANTS}
        self._signal(picture, {part.removeprefix(MINE) for part in changed if part.startswith(MINE)})
        audiences = self._audiences(picture)
        for part, language in _in_order(audiences, changed):
            block = self.scenes.shared(part, picture, language)
            audience = audiences[part, language]
            for start in range(0, len(audience), SLICE):
                for browser in audience[start : start + SLICE]:
                    browser.put(part, block)
                await asyncio.sleep(0)  # lets acknowledgements through between the slices

    def _signal(self, picture: Picture, phones: set[str]) -> None:
        everybody = EVERYBODY in phones
        for browser in self._browsers.get(picture.session.id, ()):
            if browser.phone_id and (everybody or str(browser.phone_id) in phones):
                browser.put(MINE, self.scenes.signal(picture, everybody))

    def _audiences(self, picture: Picture) -> dict[Audience, list[Browser]]:
        found: dict[Audience, list[Browser]] = defaultdict(list)
        for browser in self._browsers.get(picture.session.id, ()):
            for part in _parts_of(browser, picture):
                found[part, browser.language].append(browser)
        return found


def _in_order(audiences: Iterable[Audience], changed: set[str]) -> list[Audience]:
    """Whom a change concerns: of each part once for every language that somebody is connected in."""
    found = [audience for audience in audiences if audience[0] in changed]
    return sorted(found, key=lambda audience: (ORDER.index(audience[0]), audience[1]))


def _parts_of(browser: Browser, picture: Picture) -> tuple[str, ...]:
    if browser.audience == FACILITATOR:
        return (DESK if browser.desk_id == picture.session.driver_id else DESK_BESIDE,)
    if browser.audience == WATCHER:
        return (SCREEN,)
    return (PHONE_STEP_YOUNG if browser.young else PHONE_STEP, PHONE_STATE)
