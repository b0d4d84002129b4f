"""Starts the real application as `python -m workshop serve` would, on a core of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bench.forks import Fork
from bench.measure import SERVER_CORE, pin, say

ROOT = Path(__file__).parent.parent
APP = ("workshop", "serve")
WITHOUT_COMMIT = ("bench.references.uncommitted", "serve")
SECONDS_TO_START, SECONDS_TO_STOP = 180, 15


class Served(NamedTuple):
    """A server that answers."""

    pid: int
    port: int
    origin: str


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """For a database and all else that a benchmark makes: gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kompas-bench-") as name:
        yield Path(name)


def sqlite(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def migrate(database_url: str, code: Path = ROOT) -> None:
    """`code` is the folder of the version that does it."""
    environment = _environment(WORKSHOP_DATABASE_URL=database_url, PYTHONPATH=str(code))
    upgrade = [sys.executable, "-m", "workshop", "db", "upgrade"]
    subprocess.run(upgrade, cwd=code, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def served(
    database_url: str,
    module: Sequence[str] = APP,
    *,
    core: int = SERVER_CORE,
    origin: str = "",
    redis_url: str = "",
    preload: str = "",
    paced: bool = False,
) -> Iterator[Served]:
    """The application on this database. `origin` is of the process whose address phones know, when that is
    another one; `preload` a library that comes before the system's own; `paced` phones send no more than
    an installation lets them."""
    port = free_port()
    origin = origin or f"http://127.0.0.1:{port}"
    environment = _environment(
        WORKSHOP_DATABASE_URL=database_url,
        WORKSHOP_BASE_URL=origin,
        WORKSHOP_HOST="127.0.0.1",
        WORKSHOP_PORT=str(port),
        WORKSHOP_REDIS_URL=redis_url,
        WORKSHOP_PHONE_POSTS="" if paced else "1000000",
        LD_PRELOAD=preload,
    )
    with running([sys.executable, "-m", *module], environment, core) as process:
        until_ready(process, port, "/readyz", origin)
        yield Served(process.pid, port, origin)


@contextlib.contextmanager
def running(
    command: Sequence[str], environment: dict[str, str] | None = None, core: int = SERVER_CORE
) -> Iterator[subprocess.Popen[bytes]]:
    """A process on one core; stopped afterwards. What it writes on stderr is shown when it fails."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            preexec_fn=partial(pin, core),
        )
        try:
            yield process
        except BaseException:
            complaints.seek(0)
            say(complaints.read().decode(errors="replace")[-3000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until_ready(process: subprocess.Popen[bytes] | Fork, port: int, path: str, origin: str) -> float:
    """Waits for a 200. Returns how many seconds that took. Raises `RuntimeError` when it does not come."""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS_TO_START:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", path, headers={"Host": origin.partition("://")[2]})
            if asked.getresponse().status == 200:
                return time.monotonic() - began
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    """For a server that speaks nothing but WebSocket. Raises `RuntimeError` when it does not listen."""
    for _ in range(SECONDS_TO_START * 50):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError("the server does not listen")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _environment(**ours: str) -> dict[str, str]:
    """Without settings of whoever runs this."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("WORKSHOP_")}
    return theirs | {"PYTHONPATH": str(ROOT)} | {name: value for name, value in ours.items() if value}
