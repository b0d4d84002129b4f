"""`workshop serve --workers N`: one process that keeps N others running on the same port.

Each has a listening socket of its own with `SO_REUSEPORT`, made here: whoever connects while one starts again
waits in its queue, and the system spreads connections over all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator

from workshop.serving import server
from workshop.settings import Settings, SettingsError

log = logging.getLogger(__name__)

UNUSABLE = 2
"""The exit code for what a person must solve first: starting again would not help."""
AGAIN_SECONDS = 1.0
SECONDS_TO_END = server.SECONDS_TO_FINISH + 5
NEED_BOTH = (
    "Meer dan één proces kan alleen met PostgreSQL en Redis. "
    "Stel WORKSHOP_DATABASE_URL en WORKSHOP_REDIS_URL in, of start zonder --workers."
)


def check(settings: Settings, count: int) -> None:
    """Raises `SettingsError` when these settings are for one process."""
    if count > 1 and not (settings.redis_url and settings.database_url.startswith("postgresql")):
        raise SettingsError(NEED_BOTH)


def run(settings: Settings, count: int) -> int:
    """Serves with `count` processes until a signal; returns the exit code. Raises `PortError`."""
    server.raise_open_files()
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in _listeners(settings, count)]
        return asyncio.run(Workers(listeners).run())


class Workers:
    """The processes, each started again when it dies; until one ends with `UNUSABLE`."""

    def __init__(self, listeners: list[socket.socket]) -> None:
        self.listeners = listeners
        self._ending = asyncio.Event()
        self._code = 0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        await asyncio.gather(*(self._keep(number) for number in range(len(self.listeners))))
        return self._code

    async def _keep(self, number: int) -> None:
        announces = number == 0
        while not self._ending.is_set():
            process = await self._start(self.listeners[number], announces)
            announces = False
            code = await self._until_it_ends(process)
            if code == UNUSABLE:
                self._code = code
                self._ending.set()
            elif not self._ending.is_set():
                log.error("process %d ended with %d and starts again", process.pid, code)
                await self._pause()

    async def _start(self, listener: socket.socket, announces: bool) -> asyncio.subprocess.Process:
        descriptor = listener.fileno()
        command = ("-m", "workshop", "serve", "--listener", str(descriptor))
        options = ("--quiet",) if not announces else ()
        return await asyncio.create_subprocess_exec(sys.executable, *command, *options, pass_fds=[descriptor])

    async def _until_it_ends(self, process: asyncio.subprocess.Process) -> int:
        """Returns the exit code of a process. When all have to end it is asked to, and killed after
        `SECONDS_TO_END`."""
        died = asyncio.create_task(process.wait())
        ending = asyncio.create_task(self._ending.wait())
        await asyncio.wait([died, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if not died.done():
            process.terminate()
            await asyncio.wait([died], timeout=SECONDS_TO_END)
        if not died.done():
            process.kill()
        return await died

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AGAIN_SECONDS):
                await self._ending.wait()


def _listeners(settings: Settings, count: int) -> Iterator[socket.socket]:
    """Yields sockets on the same port. Nobody else may be there: sharing it would hide that we run
    already."""
    with server.bind(settings.host, settings.port):
        pass
    for _ in range(count):
        yield server.bind(settings.host, settings.port, shared=True)
