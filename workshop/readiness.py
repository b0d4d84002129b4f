"""Whether visitors may be sent to this process. Each check gets an answer within a second and a half, and is
not made again within a second: asking all the time costs nothing."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import migrations
from workshop.bus import Bus
from workshop.storage.database import Database

SECONDS = 1.5
KEPT_SECONDS = 1.0
LEAST_BYTES = 16 * 1024 * 1024
"""With less room on the disk this process is not ready."""

Check = Callable[[], Awaitable[bool]]


class Readiness:
    def __init__(self, db: Database, bus: Bus, folder: Path) -> None:
        """Takes the `folder` where this process writes, or will: its disk must have room."""
        self._db = db
        self._bus = bus
        self._folder = folder
        self._tried: dict[str, asyncio.Task[bool]] = {}
        self._answers: dict[str, tuple[bool, float]] = {}

    async def state(self) -> dict[str, bool]:
        """Tries everything at once; returns `{"database": True, "migrations": True, "disk": True, "bus":
        True}`. What fails, or takes longer than `SECONDS`, is False."""
        checks: dict[str, Check] = {
            "database": self._keeps,
            "migrations": lambda: migrations.is_newest(self._db),
            "disk": self._has_room,
            "bus": self._bus.ready,
        }
        answers = await asyncio.gather(*(self._answer(name, check) for name, check in checks.items()))
        return dict(zip(checks, answers, strict=True))

    async def _answer(self, name: str, check: Check) -> bool:
        found, at = self._answers.get(name, (False, 0.0))
        if time.monotonic() - at < KEPT_SECONDS:
            return found
        if name not in self._tried:
            self._tried[name] = asyncio.create_task(self._try(name, check), name=f"ready {name}")
        # One that hangs is not tried a second time.
        done, _ = await asyncio.wait([self._tried[name]], timeout=SECONDS)
        return bool(done) and next(iter(done)).result()

    async def _try(self, name: str, check: Check) -> bool:
        try:
            found = await check()
        except Exception:
            found = False
        self._answers[name] = found, time.monotonic()
        del self._tried[name]
        return found

    async def _keeps(self) -> bool:
        """Returns True when the database keeps what is written: reading goes on when the disk is full or
        somebody has locked it. Raises the error of the database."""
        await self._db.write(_write_the_same)
        return True

    async def _has_room(self) -> bool:
        there = next(folder for folder in (self._folder, *self._folder.parents) if folder.exists())
        return shutil.disk_usage(there).free >= LEAST_BYTES


async def _write_the_same(db: AsyncSession) -> None:
    await db.execute(text("UPDATE alembic_version SET version_num = version_num"))
