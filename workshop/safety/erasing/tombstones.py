"""Tombstones: what was erased, known by its random id, so that an older backup does not bring it back.

They stand in the database and, because a restore replaces that, in a file beside it. They hold an id, a kind
and a day: never what was erased, and nothing about a person. retention/returning.py applies them.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.models import Cluster, Contribution, Tombstone
from workshop.storage.database import ERASED

CARD, CLUSTER = "card", "cluster"
"""Words of one contribution, or the name of one cluster; their id is that of `words_of`."""
CARDS = "cards"
"""Everything that phones sent to a session, with its clusters and its unfinished review."""
LINKS = "links"
"""The links of a session that ended: it is forgotten which phone sent what."""
AHEAD = "ahead"
"""The links of one time that people answered before a meeting."""
SESSION = "session"
"""A session that was deleted, with everything of it."""
DOSSIER, RETURNED = "dossier", "returned"
"""A partnership that was deleted, and one that came back because somebody imported it from an archive."""
SORTS = (CARD, CLUSTER, CARDS, LINKS, AHEAD, SESSION, DOSSIER, RETURNED)

BEGIN = "# Wat gewist is in Kompas Live: dag, soort en nummer. Bewaar dit bij de reservekopieën.\n"


class TombstoneLine(NamedTuple):
    on: dt.date
    sort: str
    id: uuid.UUID

    @property
    def key(self) -> tuple[uuid.UUID, str]:
        """What it is about. Of two lines with one key the later one counts."""
        return self.id, DOSSIER if self.sort == RETURNED else self.sort


TombstoneLines = dict[tuple[uuid.UUID, str], TombstoneLine]


def words_of(row: Contribution | Cluster) -> uuid.UUID:
    """Returns the id of the words that a row has now."""
    return row.words_id or row.id


async def put(db: AsyncSession, sort: str, *ids: uuid.UUID) -> None:
    """Adds tombstones for what this transaction erases."""
    for line in [TombstoneLine(days.today(), sort, id) for id in ids]:
        await store(db, line)
        db.info.setdefault(ERASED, []).append(line)


async def store(db: AsyncSession, line: TombstoneLine) -> None:
    """Adds the row of one line, in the place of another line about the same."""
    for sort in SORTS:
        row = await db.get(Tombstone, (line.id, sort)) if line._replace(sort=sort).key == line.key else None
        if row is not None and row.sort != line.sort:
            await db.delete(row)
        elif row is None and sort == line.sort:
            db.add(Tombstone(id=line.id, sort=line.sort, on=line.on))
    await db.flush()


async def stands(db: AsyncSession, sort: str, id: uuid.UUID) -> bool:
    """Says whether this is erased, as far as the database knows."""
    return await db.get(Tombstone, (id, sort)) is not None


async def stored(db: AsyncSession) -> TombstoneLines:
    """Reads every tombstone of this database."""
    found = (TombstoneLine(row.on, row.sort, row.id) for row in await db.scalars(select(Tombstone)))
    return {line.key: line for line in found}


def read(*files: Path) -> TombstoneLines:
    """Reads the tombstones in these files. Of two about the same the later one counts; a file that is not
    there has none. A line that was torn by a power cut is skipped: the database knows that one."""
    found: TombstoneLines = {}
    for file in files:
        text = file.read_text(errors="replace") if file.exists() else ""
        found |= {line.key: line for written in text.splitlines() if (line := _line(written))}
    return found


def write(file: Path, lines: Iterable[TombstoneLine]) -> None:
    """Adds the lines that the file does not have yet. They are on the disk when this returns.
    Raises `OSError`."""
    there = _said(file)
    news = [line for line in lines if there.get(line.key) != line.sort]
    if not news:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab+") as opened:
        begin = _begin(opened)
        text = begin + "".join(f"{line.on.isoformat()} {line.sort} {line.id.hex}\n" for line in news)
        size = opened.seek(0, os.SEEK_END) + opened.write(text.encode())
        opened.flush()
        os.fsync(opened.fileno())
    there.update((line.key, line.sort) for line in news)
    stamp = _stamp(file)
    if stamp and stamp.size == size:  # else another process wrote too, and it is read again
        _known[file] = stamp, there


class Stamp(NamedTuple):
    """What changes when a file does."""

    number: int
    size: int
    changed: int


_known: dict[Path, tuple[Stamp, dict[tuple[uuid.UUID, str], str]]] = {}
"""What a file says, as long as it has that stamp: it only grows, and would else be read for each line."""


def _said(file: Path) -> dict[tuple[uuid.UUID, str], str]:
    """Returns what each line is about -> its kind."""
    stamp = _stamp(file)
    if stamp is None:
        return {}
    if file not in _known or _known[file][0] != stamp:
        _known[file] = stamp, {key: line.sort for key, line in read(file).items()}
    return _known[file][1]


def _stamp(file: Path) -> Stamp | None:
    """Returns the stamp of a file; None when it is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def _begin(opened: BinaryIO) -> str:
    """Returns what comes before the next line: the heading of a new file, or the end of a torn line."""
    if opened.seek(0, os.SEEK_END) == 0:
        return BEGIN
    opened.seek(-1, os.SEEK_END)
    return "" if opened.read(1) == b"\n" else "\n"


def _line(written: str) -> TombstoneLine | None:
    try:
        on, sort, id = written.split()
        line = TombstoneLine(dt.date.fromisoformat(on), sort, uuid.UUID(id))
    except ValueError:
        return None
    return line if sort in SORTS else None
