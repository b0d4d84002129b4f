"""A network between us and a server, that may break: it goes silent, forgets connections, or cuts them."""

import asyncio
import contextlib
import random


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
                    await self._carry(data, writer)
        await self._passes.wait()
        pair.close()

    async def _carry(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()


class SlowProxy(Proxy):
    """A phone's bad reception, as what runs over TCP meets it: bytes come at the pace of the line, and a
    packet that was lost comes after its sender waited, with all that stands behind it. All connections of one
    proxy share the line, each way; `cuts` is how often a packet is the last of its connection."""

    PACKET, DISTANCE_SECONDS, AGAIN_SECONDS = 1400, 0.1, 0.3

    def __init__(
        self, server: int, *, bits: int = 64_000, loss: float = 0.05, cuts: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__(server)
        self._bytes_a_second, self._loss, self._cuts = bits / 8, loss, cuts
        self._chance = random.Random(seed)
        self._lines: dict[bool, asyncio.Lock] = {True: asyncio.Lock(), False: asyncio.Lock()}

    async def _carry(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        outward = writer.get_extra_info("peername")[1] == self._to
        await asyncio.sleep(self.DISTANCE_SECONDS)
        for at in range(0, len(data), self.PACKET):
            packet = data[at : at + self.PACKET]
            async with self._lines[outward]:
                await asyncio.sleep(len(packet) / self._bytes_a_second)
            waits = self.AGAIN_SECONDS
            while self._chance.random() < self._loss:
                await asyncio.sleep(waits)
                waits *= 2
            if self._chance.random() < self._cuts:
                raise ConnectionResetError
            await super()._carry(packet, writer)


class Pair:
    """One connection, with the one that was made for it."""

    def __init__(self, task: "asyncio.Task[None] | None", *writers: asyncio.StreamWriter) -> None:
        self.task = task
        self.writers = writers
        self.forgotten = False

    def close(self) -> None:
        for writer in self.writers:
            writer.close()
