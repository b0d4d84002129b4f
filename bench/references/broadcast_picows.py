"""picows, a WebSocket server with its core in C: PORT SIZE EVERY."""

from __future__ import annotations

import asyncio
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

CONNECTED: set[WSTransport] = set()


class Listener(WSListener):
    def on_ws_connected(self, transport: WSTransport) -> None:
        CONNECTED.add(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        pass

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        CONNECTED.discard(transport)


def listener(_: WSUpgradeRequest) -> Listener:
    return Listener()


async def main(port: int, size: int, every: float) -> None:
    await ws_create_server(listener, "127.0.0.1", port, backlog=4096)
    while True:
        await asyncio.sleep(every)
        for transport in CONNECTED:
            transport.send(WSMsgType.BINARY, b"x" * size)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
