"""`websockets` alone, with its own `broadcast`: PORT SIZE EVERY."""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int, size: int, every: float) -> None:
    connected: set[ServerConnection] = set()

    async def take(socket: ServerConnection) -> None:
        connected.add(socket)
        try:
            await socket.wait_closed()
        finally:
            connected.discard(socket)

    async with serve(take, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        while True:
            await asyncio.sleep(every)
            broadcast(connected, b"x" * size)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
