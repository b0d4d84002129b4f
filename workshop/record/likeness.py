"""Finds in a dossier by meaning: what is like a question in other words, or in another language.

It is a guess, and says how near a text is, not that it is an answer. What texts mean is kept in memory only,
of each line apart; it goes at the moment at which the text is erased, or some minutes after the last search.
"""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from operator import attrgetter

import msgspec

from workshop import tasks
from workshop.meaning import Meaning, Rows, drop_gone, key_of
from workshop.storage.search_index import INDEXED

ENOUGH = 0.25
"""From here a line is like a query: `python -m bench.finding` measures how often that is right."""
MOST = 10
FEWEST_WORDS, LONGEST = 3, 400
"""A line of a word or two is near to everything; of a longer one only so many characters are read."""
MOST_LINES, MOST_DOSSIERS = 8000, 4
"""What is kept: a kilobyte for each line."""
KEPT_SECONDS = 600
PATIENCE = 4.0
"""Seconds that somebody waits before they hear how far the reading is."""


class Near(msgspec.Struct, frozen=True):
    text: int
    """The number of the text."""
    line: str
    likeness: float


class StillReading(msgspec.Struct, frozen=True):
    """How far the reading of a dossier is, in lines."""

    done: int
    total: int


class Likeness:
    """What the texts of dossiers mean, as far as somebody searches in them now. `said` reads every text of a
    dossier that stands, as `nearest` is given some of them."""

    def __init__(self, meaning: Meaning, said: Callable[[uuid.UUID], Awaitable[Mapping[int, str]]]) -> None:
        self.meaning = meaning
        self.said = said
        self._kept: dict[uuid.UUID, dict[bytes, Rows]] = {}
        """The dossier that was searched last stands last."""
        self._ends: dict[uuid.UUID, asyncio.TimerHandle] = {}
        self._readers: dict[uuid.UUID, asyncio.Task[None]] = {}
        self._checks: asyncio.Task[None] | None = None
        self._unchecked = False
        """Whether something was written that no check has seen."""

    async def nearest(
        self, dossier_id: uuid.UUID, query: str, texts: Mapping[int, str], among: frozenset[int]
    ) -> list[Near] | StillReading:
        """Returns which texts `among` these are most like a query, the nearest first, and each line once. All
        `texts` of the dossier are read; while that takes long it returns how far it is. Raises
        `MeaningError`."""
        lines = await asyncio.to_thread(_lines, texts)
        kept = self._keep(dossier_id)
        wanted = {line.key: line.said[:LONGEST] for line in lines}
        if dossier_id in self._readers or wanted.keys() - kept:
            if dossier_id not in self._readers:
                self._readers[dossier_id] = asyncio.create_task(self._read(dossier_id, kept, wanted))
            reader = self._readers[dossier_id]
            await asyncio.wait({reader}, timeout=PATIENCE)
            if not reader.done() or reader.cancelled():
                return StillReading(len(kept), len(kept | wanted))
            reader.result()
        here = [line for line in lines if line.text in among and line.key in kept]
        if not here:
            return []
        found = await self.meaning.likeness(query, [kept[line.key] for line in here])
        return _nearest(
            [Near(line.text, line.said, float(near)) for line, near in zip(here, found, strict=True)]
        )

    def written(self, tables: set[str]) -> None:
        """Notes which tables a commit touched, by any process: soon after, what no longer stands in a dossier
        is not kept here either."""
        if self._kept and tables & INDEXED:
            self._unchecked = True
            if self._checks is None or self._checks.done():
                self._checks = asyncio.create_task(self._check())

    def forget(self, dossier_id: uuid.UUID) -> None:
        """Drops what the texts of a dossier mean."""
        self._kept.pop(dossier_id, None)
        if end := self._ends.pop(dossier_id, None):
            end.cancel()
        if reader := self._readers.pop(dossier_id, None):
            reader.cancel()

    async def stop(self) -> None:
        if self._checks:
            await tasks.end(self._checks)
        for dossier_id in [*self._kept]:
            self.forget(dossier_id)

    def _keep(self, dossier_id: uuid.UUID) -> dict[bytes, Rows]:
        """Returns what is kept of a dossier, for some minutes more."""
        kept = self._kept[dossier_id] = self._kept.pop(dossier_id, {})
        if end := self._ends.get(dossier_id):
            end.cancel()
        self._ends[dossier_id] = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.forget, dossier_id)
        for first in [*self._kept][:-MOST_DOSSIERS]:
            self.forget(first)
        return kept

    async def _read(self, dossier_id: uuid.UUID, kept: dict[bytes, Rows], wanted: dict[bytes, str]) -> None:
        try:
            await self.meaning.read(wanted, kept)
            await self._drop_gone(dossier_id)  # what was erased while it was read
        finally:
            self._readers.pop(dossier_id, None)

    async def _check(self) -> None:
        while self._unchecked:
            self._unchecked = False
            for dossier_id in [*self._kept]:
                await tasks.attempt("likeness", partial(self._drop_gone, dossier_id))

    async def _drop_gone(self, dossier_id: uuid.UUID) -> None:
        lines = await asyncio.to_thread(_lines, await self.said(dossier_id))
        drop_gone(self._kept.get(dossier_id, {}), {line.key for line in lines})


class _Line(msgspec.Struct, frozen=True):
    text: int
    said: str
    key: bytes


def _lines(texts: Mapping[int, str]) -> list[_Line]:
    lines = (
        (text, line)
        for text, said in texts.items()
        for line in said.split("\n")
        if len(line.split()) >= FEWEST_WORDS
    )
    return [_Line(text, line, key_of(line)) for text, line in itertools.islice(lines, MOST_LINES)]


def _nearest(found: list[Near]) -> list[Near]:
    """Returns the nearest, each text and each line once."""
    near = sorted((one for one in found if one.likeness >= ENOUGH), key=attrgetter("likeness"), reverse=True)
    texts, lines = set(), set()
    first = []
    for one in near:
        if one.text not in texts and one.line.casefold() not in lines:
            texts.add(one.text)
            lines.add(one.line.casefold())
            first.append(one)
    return first[:MOST]
