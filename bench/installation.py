"""Processes of one installation, that may be killed, stopped and started again at the same port."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import house
from bench.forks import Fork, Forks
from bench.measure import say


class Running:
    """`count` processes; `code` is the folder of the version that they are of. They start out of one that has
    read its code already."""

    def __init__(
        self,
        database_url: str,
        redis_url: str = "",
        count: int = 1,
        *,
        module: Sequence[str] = house.APP,
        code: Path = house.ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.ports = [house.free_port() for _ in range(count)]
        self.origin = f"http://127.0.0.1:{self.ports[0]}"
        self._module = module
        self._given = {"WORKSHOP_DATABASE_URL": database_url, "WORKSHOP_REDIS_URL": redis_url}
        self._given |= {"WORKSHOP_BASE_URL": self.origin, "WORKSHOP_HOST": "127.0.0.1"} | (environment or {})
        self._turns = itertools.cycle(range(count))
        self._written = os.memfd_create("written")
        self._forks = self._read(code)
        self._all: list[Fork] = []

    async def __aenter__(self) -> Running:
        try:
            await self._start_all()
        except BaseException as failure:
            await self.__aexit__(failure)
            raise
        return self

    async def __aexit__(self, failure: object, *_: object) -> None:
        for process in self._all:
            process.kill()
            process.wait()
        self._forks.close()
        if failure:
            say(self.written()[-3000:])
        os.close(self._written)

    def written(self) -> str:
        """What the processes wrote on stderr."""
        return os.pread(self._written, os.fstat(self._written).st_size, 0).decode(errors="replace")

    async def kill(self) -> None:
        """One of them, by turns; and starts it again."""
        number = next(self._turns)
        self.die(number)
        await self.start(number)

    def die(self, number: int = 0) -> None:
        self._all[number].kill()
        self._all[number].wait()

    async def start(self, number: int = 0) -> None:
        self._all[number] = self._start(number)
        await self._ready(number)

    async def replace(self, code: Path) -> None:
        """Stops all of them as a service manager does, and starts those of another version, which migrate
        the database first. That one reads its code only now."""
        for process in self._all:
            process.terminate()
        await asyncio.gather(*(asyncio.to_thread(process.wait) for process in self._all))
        self._forks.close()
        self._forks = self._read(code)
        await self._start_all()

    def _read(self, code: Path) -> Forks:
        # A version from before phones had a pace does not know how to set it.
        pace = {"WORKSHOP_PHONE_POSTS": "1000000"} if code == house.ROOT else {}
        environment = house._environment(**self._given, **pace, PYTHONPATH=str(code))
        return Forks(self._module, code, environment, self._written)

    async def _start_all(self) -> None:
        numbers = range(len(self.ports))
        self._all = [self._start(number) for number in numbers]
        await asyncio.gather(*(self._ready(number) for number in numbers))

    def _start(self, number: int) -> Fork:
        return self._forks.start({"WORKSHOP_PORT": str(self.ports[number])})

    async def _ready(self, number: int) -> None:
        wait = house.until_ready, self._all[number], self.ports[number], "/readyz", self.origin
        await asyncio.to_thread(*wait)
