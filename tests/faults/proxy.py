"""A network between us and a server, that may break: it goes silent, forgets connections, or cuts them."""

import asyncio
import contextlib


class Proxy:
    """Passes bytes on to `127.0.0.1:server`, from a port of its own. Both ends stay connected while it is
    silent: what they send then waits here, as it does when a network drops packets."""

    def __init__(self, server: int) -> None:
        self._to = server
        self._pairs: set[Pair] = set()
        self._passes = asyncio.Event()
        self._passes.set()
        self._listening: asyncio.Server
        self.port = 0

    async def __aenter__(self) -> "Proxy":
        self._listening = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.close()
        self._passes.set()
        self.cut()
        if self._pairs:
            await asyncio.wait([pair.task for pair in self._pairs])

    @contextlib.contextmanager
    def silent(self):
        """Nothing comes through, also not of who connects now."""
        self._passes.clear()
        try:
            yield
        finally:
            self._passes.set()

    def forget(self) -> int:
        """Connections of this moment are silent for good; new ones are not. Returns how many."""
        found = [pair for pair in self._pairs if not pair.forgotten]
        for pair in found:
            pair.forgotten = True
        return len(found)

    def cut(self) -> None:
        """Ends every connection of this moment."""
        for pair in list(self._pairs):
            pair.close()

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        pair = Pair(asyncio.current_task(), writer, far_writer)
        self._pairs.add(pair)
        try:
            await asyncio.wait(
                [
                    asyncio.create_task(self._pass(pair, reader, far_writer)),
                    asyncio.create_task(self._pass(pair, far_reader, writer)),
                ],
            )
        finally:
            self._pairs.discard(pair)

    async def _pass(self, pair: "Pair", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._passes.wait()
                if not pair.forgotten:
                    writer.write(data)
                    await writer.drain()
        await self._passes.wait()
        pair.close()


class Pair:
    """One connection, with the one that was made for it."""

    def __init__(self, task: "asyncio.Task[None] | None", *writers: asyncio.StreamWriter) -> None:
        self.task = task
        self.writers = writers
        self.forgotten = False

    def close(self) -> None:
        for writer in self.writers:
            writer.close()
