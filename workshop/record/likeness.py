"""Finds in a dossier by meaning: what is like a question in other words, or in another language.

It is a guess, and says how near a text is, not that it is an answer. What texts mean is kept in memory only,
by the hash of each line and never with its words; it goes with the text, or some minutes after the last
search.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import uuid
from collections.abc import Mapping
from operator import attrgetter

import msgspec

from workshop.meaning import Meaning, Rows

ENOUGH = 0.25
"""From here a line is like a query: `python -m bench.finding` measures how often that is right."""
MOST = 10
FEWEST_WORDS, LONGEST = 3, 400
"""A line of a word or two is near to everything; of a longer one only so many characters are read."""
MOST_LINES, MOST_DOSSIERS = 8000, 4
"""What is kept: a kilobyte for each line."""
KEPT_SECONDS = 600
PIECE = 32
"""Lines that are read at once. A card that somebody sends waits for no more."""
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
    """What the texts of dossiers mean, as far as somebody searches in them now."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self._kept: dict[uuid.UUID, dict[bytes, Rows]] = {}
        """The dossier that was searched last stands last."""
        self._ends: dict[uuid.UUID, asyncio.TimerHandle] = {}
        self._readers: dict[uuid.UUID, asyncio.Task[None]] = {}

    async def nearest(
        self, dossier_id: uuid.UUID, query: str, texts: Mapping[int, str], among: frozenset[int]
    ) -> list[Near] | StillReading:
        """Returns which texts `among` these are most like a query, the nearest first, and each line once. All
        `texts` of the dossier are read; while that takes long it returns how far it is. Raises
        `MeaningError`."""
        lines = await asyncio.to_thread(_lines, texts)
        kept = self._keep(dossier_id, {line.key for line in lines})
        unread = {line.key: line.said for line in lines if line.key not in kept}
        if unread or dossier_id in self._readers:
            if dossier_id not in self._readers:
                self._readers[dossier_id] = asyncio.create_task(self._read(dossier_id, kept, unread))
            reader = self._readers[dossier_id]
            await asyncio.wait({reader}, timeout=PATIENCE)
            if not reader.done():
                return StillReading(len(kept), len(kept | unread))
            reader.result()
        here = [line for line in lines if line.text in among and line.key in kept]
        if not here:
            return []
        found = await self.meaning.likeness(query, [kept[line.key] for line in here])
        return _nearest(
            [Near(line.text, line.said, float(near)) for line, near in zip(here, found, strict=True)]
        )

    def forget(self, dossier_id: uuid.UUID) -> None:
        """Drops what the texts of a dossier mean."""
        self._kept.pop(dossier_id, None)
        if end := self._ends.pop(dossier_id, None):
            end.cancel()
        if reader := self._readers.pop(dossier_id, None):
            reader.cancel()

    def stop(self) -> None:
        for dossier_id in [*self._kept]:
            self.forget(dossier_id)

    def _keep(self, dossier_id: uuid.UUID, keys: set[bytes]) -> dict[bytes, Rows]:
        """Returns what is kept of a dossier, without the lines that are gone from it."""
        kept = self._kept.pop(dossier_id, {})
        for key in kept.keys() - keys:
            del kept[key]
        self._kept[dossier_id] = kept
        if end := self._ends.get(dossier_id):
            end.cancel()
        self._ends[dossier_id] = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.forget, dossier_id)
        for first in [*self._kept][:-MOST_DOSSIERS]:
            self.forget(first)
        return kept

    async def _read(self, dossier_id: uuid.UUID, kept: dict[bytes, Rows], unread: dict[bytes, str]) -> None:
        try:
            keys = [*unread]
            for piece in (keys[at : at + PIECE] for at in range(0, len(keys), PIECE)):
                rows = await self.meaning.vectors([unread[key][:LONGEST] for key in piece])
                kept.update(zip(piece, rows, strict=True))
        finally:
            self._readers.pop(dossier_id, None)


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
    return [
        _Line(text, line, hashlib.blake2b(line.encode(), digest_size=16).digest())
        for text, line in itertools.islice(lines, MOST_LINES)
    ]


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
