"""Starts the references: what has to be fetched or compiled is, in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import house
from bench.load import compiled, get, upgrade
from bench.measure import say

HERE = Path(__file__).parent
EVERY = 0.2
"""Seconds between two messages to everybody: as often as the application makes a picture."""
PICOWS, SOCKET_IO = "picows==2.3.1", "socket.io@4.8.1"
PICOWS_NEEDS = "python-socks==3.2.1"


class Reference(NamedTuple):
    """A server that says something to everybody, five times a second."""

    command: Sequence[str]
    environment: dict[str, str] | None = None
    path: str = "/"
    greeting: str = "-"

    def sockets(self, port: int, count: int) -> list[bytes]:
        return [upgrade(self.path, f"http://127.0.0.1:{port}")] * count


def references(folder: Path) -> Iterator[tuple[str, Reference]]:
    """Those that can be had here; of the others it is said why not."""
    yield "websockets", Reference([sys.executable, "-m", "bench.references.broadcast_websockets"])
    for name, make in (("picows", _picows), ("socket.io", _socket_io), ("C", _floor)):
        try:
            yield name, make(folder)
        except (OSError, subprocess.SubprocessError) as error:
            say(f"without {name}: {error}")


@contextlib.contextmanager
def broadcasting(reference: Reference, size: int) -> Iterator[tuple[int, int]]:
    """The process and the port of one that sends messages of so many bytes."""
    port = house.free_port()
    command = [*reference.command, str(port), str(size), str(EVERY)]
    with house.running(command, reference.environment) as process:
        house.until_listening(process, port)
        yield process.pid, port


@contextlib.contextmanager
def empty() -> Iterator[tuple[int, bytes]]:
    """The port of a handler that does nothing, and the request for it."""
    port = house.free_port()
    with house.running([sys.executable, "-m", "bench.references.empty", str(port)]) as process:
        origin = f"http://127.0.0.1:{port}"
        house.until_ready(process, port, "/", origin)
        yield port, get("/", origin)


def _picows(folder: Path) -> Reference:
    target = folder / "picows"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--target", str(target), PICOWS, PICOWS_NEEDS], check=True, stdout=subprocess.DEVNULL
    )
    environment = os.environ | {"PYTHONPATH": f"{house.ROOT}:{target}"}
    return Reference([sys.executable, "-m", "bench.references.broadcast_picows"], environment)


def _socket_io(folder: Path) -> Reference:
    target = folder / "socketio"
    target.mkdir()
    npm = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"]
    subprocess.run([*npm, SOCKET_IO], cwd=target, check=True, stdout=subprocess.DEVNULL)
    script = shutil.copy(HERE / "broadcast_socketio.js", target)
    # 40: "I join the main namespace", without which nothing is sent.
    return Reference(["node", script], path="/socket.io/?EIO=4&transport=websocket", greeting="40")


def _floor(folder: Path) -> Reference:
    return Reference([compiled(HERE / "broadcast_floor.c", folder)])
