"""The help lines of an installation: the start list, as its managers changed it.

Without rows the start list counts, so an installation that changes nothing gets a newer list with a newer
version. The first change copies it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import tasks
from workshop.codes import new_id
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, HelpLineRow, now
from workshop.safety import helplines
from workshop.safety.helplines import EMERGENCY, MOST, HelpLine, HelpLineError, Shown
from workshop.storage.database import Database, changes

ROUND, SECONDS = "help lines", 10
UP, DOWN = "omhoog", "omlaag"
MOST_REMOVED = 20
DANGER_FIRST = f"{EMERGENCY} blijft bovenaan: bij gevaar telt elke tel."
Work = Callable[[AsyncSession, list[HelpLineRow]], Awaitable[str]]
"""Changes the rows, which are in order; returns the name of the line that it was about."""
FIELDS = ("name", "what", "phone", "url", "when", "source", "checked")


class HelpLineList(NamedTuple):
    lines: list[HelpLine]
    removed: list[HelpLine]
    """Lines that can be put back, newest first."""
    own: bool
    """Whether this installation changed the start list."""


@contextlib.asynccontextmanager
async def kept_fresh(database: Database, shown: Shown) -> AsyncGenerator[None, None]:
    """Reads the list at the start and every ten seconds: another process may have changed it."""
    await _read_again(database, shown)
    async with tasks.rounds(ROUND, SECONDS, partial(_read, database, shown), again=1.0):
        yield


class HelpLineEditor:
    """The changes that one manager makes to the list. Each is logged, and shown by this process
    when it returns.

    All of them raise `HelpLineError` for what does not fit, `KeyError` for a line that is not there.
    """

    def __init__(self, database: Database, shown: Shown, account: Account) -> None:
        self.database = database
        self.shown = shown
        self.account = account

    async def listed(self) -> HelpLineList:
        async with self.database.read() as db:
            rows = await _rows(db)
            removed = await _removed(db)
        lines = [_line(row) for row in rows] or list(helplines.load())
        return HelpLineList(lines, [_line(row) for row in removed], bool(rows or removed))

    async def add(self, line: HelpLine, id: uuid.UUID | None = None) -> None:
        """Adds a line, once for each `id`."""

        async def work(db: AsyncSession, rows: list[HelpLineRow]) -> str:
            if id and await db.get(HelpLineRow, id):
                return line.name
            _require_room(rows)
            row = HelpLineRow(id=id or new_id(), position=len(rows), checked_by=self.account.id)
            _fill(row, line)
            db.add(row)
            return line.name

        await self._change(What.HELP_LINE_ADDED, work)

    async def save(self, id: uuid.UUID, line: HelpLine) -> None:
        async def work(_: AsyncSession, rows: list[HelpLineRow]) -> str:
            row = _found(rows, id)
            if row.position == 0 and line.dial != EMERGENCY:
                raise HelpLineError("phone", DANGER_FIRST)
            if row.checked != line.checked:
                row.checked_by = self.account.id
            _fill(row, line)
            return line.name

        await self._change(What.HELP_LINE_CHANGED, work)

    async def check(self, id: uuid.UUID, today: dt.date) -> None:
        """Notes that this line was compared with its source today."""

        async def work(_: AsyncSession, rows: list[HelpLineRow]) -> str:
            row = _found(rows, id)
            row.checked, row.checked_by = today, self.account.id
            return row.name

        await self._change(What.HELP_LINE_CHECKED, work)

    async def move(self, id: uuid.UUID, direction: str, seen: int | None = None) -> None:
        """Moves a line one place up or down. Nothing moves when it is no longer at the place
        where it was `seen`. Raises `HelpLineError` for one that would pass the line for danger."""

        async def work(_: AsyncSession, rows: list[HelpLineRow]) -> str:
            row = _found(rows, id)
            if seen not in (None, row.position):
                return row.name
            other = row.position + (-1 if direction == UP else 1)
            if min(row.position, other) < 1:
                raise HelpLineError("order", DANGER_FIRST)
            if other < len(rows):
                rows[other].position, row.position = row.position, other
            return row.name

        await self._change(What.HELP_LINE_MOVED, work)

    async def remove(self, id: uuid.UUID) -> None:
        async def work(db: AsyncSession, rows: list[HelpLineRow]) -> str:
            row = _found(rows, id)
            if row.position == 0:
                raise HelpLineError("order", DANGER_FIRST)
            row.removed_at, row.removed_by = now(), self.account.id
            rows.remove(row)
            _number(rows)
            await _forget_oldest(db)
            return row.name

        await self._change(What.HELP_LINE_REMOVED, work)

    async def put_back(self, id: uuid.UUID) -> None:
        """Puts a removed line back, at the end of the list."""

        async def work(db: AsyncSession, rows: list[HelpLineRow]) -> str:
            row = _found(await _removed(db), id)
            _require_room(rows)
            row.removed_at, row.removed_by, row.position = None, None, len(rows)
            return row.name

        await self._change(What.HELP_LINE_PUT_BACK, work)

    async def start_over(self) -> None:
        """Makes the start list count again. Lines that this installation wrote itself can
        still be put back."""
        starters = {line.id: line for line in helplines.load()}

        async def work(db: AsyncSession, rows: list[HelpLineRow]) -> str:
            for row in rows:
                line = _line(row)
                if line.id in starters and _words(line) == _words(starters[line.id]):
                    await db.delete(row)
                else:
                    row.removed_at, row.removed_by = now(), self.account.id
            await db.flush()
            for row in await _removed(db):
                if row.id in starters:  # the start list needs its ids when it is copied again
                    row.id = new_id()
            await _forget_oldest(db)
            return ""

        await self._change(What.HELP_LINES_RESET, work, _rows)

    async def _change(
        self,
        what: What,
        work: Work,
        rows: Callable[[AsyncSession], Awaitable[list[HelpLineRow]]] | None = None,
    ) -> None:
        async def job(db: AsyncSession) -> None:
            about = await work(db, await (rows or _own_rows)(db))
            if await changes(db):
                writing.note_of_account(db, self.account.id, what, about)

        await self.database.write(job)
        await _read_again(self.database, self.shown)


async def _read_again(database: Database, shown: Shown) -> None:
    """Reads the list now. When that fails the old list stays until the next round."""
    await tasks.attempt(ROUND, partial(_read, database, shown))


async def _read(database: Database, shown: Shown) -> None:
    async with database.read() as db:
        lines = tuple(_line(row) for row in await _rows(db))
    shown.lines = lines or helplines.load()


async def _rows(db: AsyncSession) -> list[HelpLineRow]:
    shown = select(HelpLineRow).where(HelpLineRow.removed_at.is_(None))
    return list(await db.scalars(shown.order_by(HelpLineRow.position, HelpLineRow.id)))


async def _own_rows(db: AsyncSession) -> list[HelpLineRow]:
    """Reads the rows. When there are none yet, they are made from the start list."""
    rows = await _rows(db)
    if rows:
        return rows
    rows = [HelpLineRow(id=line.id, position=place) for place, line in enumerate(helplines.load())]
    for row, line in zip(rows, helplines.load(), strict=True):
        _fill(row, line)
    db.add_all(rows)
    await db.flush()
    return rows


async def _removed(db: AsyncSession) -> list[HelpLineRow]:
    gone = select(HelpLineRow).where(HelpLineRow.removed_at.is_not(None))
    return list(await db.scalars(gone.order_by(HelpLineRow.removed_at.desc(), HelpLineRow.position)))


async def _forget_oldest(db: AsyncSession) -> None:
    await db.flush()
    for row in (await _removed(db))[MOST_REMOVED:]:
        await db.delete(row)


def _require_room(rows: Sequence[HelpLineRow]) -> None:
    if len(rows) >= MOST:
        raise HelpLineError("order", f"Er staan al {MOST} lijnen. Haal er eerst een weg.")


def _found(rows: Sequence[HelpLineRow], id: uuid.UUID) -> HelpLineRow:
    found = next((row for row in rows if row.id == id), None)
    if found is None:
        raise KeyError(id)
    return found


def _number(rows: Sequence[HelpLineRow]) -> None:
    for position, row in enumerate(rows):
        row.position = position


def _fill(row: HelpLineRow, line: HelpLine) -> None:
    for field in FIELDS:
        setattr(row, field, getattr(line, field))


def _line(row: HelpLineRow) -> HelpLine:
    return HelpLine(**{field: getattr(row, field) for field in FIELDS}, id=row.id)


def _words(line: HelpLine) -> HelpLine:
    """Returns a line without its id and the day of its check."""
    return msgspec.structs.replace(line, id=None, checked=dt.date.min)
