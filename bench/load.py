"""The load: a C program on a core of its own, and the requests that it sends."""

from __future__ import annotations

import array
import json
import struct
import subprocess
import uuid
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from bench.measure import LOAD_CORE, percentile, pin

SOURCE = Path(__file__).with_name("load.c")
NO_GREETING = "-"


class Frame(NamedTuple):
    """What one of the first two sockets heard, and when (monotonic clock)."""

    at: float
    socket: int
    text: str


class Outcome:
    """What came of one command: when each request began and ended, and what was heard meanwhile."""

    def __init__(self, said: Mapping[str, float], times: Sequence[float]) -> None:
        self.seconds = said["seconds"]
        self.busy = said["busy"]
        """Of its core, the load itself: near 1 it is the load that is measured."""
        self.frames, self.bytes = int(said["frames"]), int(said["bytes"])
        self.open, self.lost = int(said["open"]), int(said["lost"])
        self.requests = list(zip(times[::3], times[1::3], map(int, times[2::3]), strict=True))

    @cached_property
    def statuses(self) -> Counter[int]:
        """0 is no answer within the time."""
        return Counter(status for _, _, status in self.requests)

    @cached_property
    def answered(self) -> list[tuple[float, float]]:
        """When those that went well began and ended, in the order of their answers."""
        fine = ((began, ended) for began, ended, status in self.requests if 100 < status < 400)
        return sorted(fine, key=lambda both: both[1])

    @property
    def a_second(self) -> float:
        if not self.answered:
            return 0.0
        return len(self.answered) / max(self.answered[-1][1] - min(b for b, _ in self.answered), 1e-9)

    def milliseconds(self, part: int) -> float:
        """A percentile over everything that was asked: what got no answer waited until the end."""
        last = max((ended for _, ended, _ in self.requests), default=0.0)
        waits = [(ended if 100 < status < 400 else last) - began for began, ended, status in self.requests]
        return percentile(waits, part) * 1000


class Load:
    """One load program; a context manager."""

    def __init__(self, folder: Path, *ports: int, core: int = LOAD_CORE) -> None:
        self.folder = folder
        self.ports = ports
        self.core = core
        self.files = 0

    def __enter__(self) -> Load:
        self.heard = self.folder / f"heard-{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [compiled(SOURCE, self.folder), str(self.heard), ",".join(map(str, self.ports))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=partial(pin, self.core),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def connect(
        self,
        requests: Sequence[bytes],
        *,
        limit: float = 30,
        spread: float = 0,
        first: bool = True,
        greeting: str = NO_GREETING,
    ) -> Outcome:
        """Opens a socket for each, and waits for its first message (or only the upgrade)."""
        return self._do("connect", requests, f"{limit} {spread} {int(first)} {greeting}")

    def post(
        self,
        requests: Sequence[bytes],
        *,
        at_once: int = 64,
        rate: float = 0,
        seconds: float = 3,
        again: bool = False,
    ) -> Outcome:
        """Each request once, or over and over: `at_once` in a closed loop, or at an even `rate`."""
        return self._do("post", requests, f"{at_once} {rate} {seconds} {int(again)}")

    def listen(self, seconds: float) -> Outcome:
        return Outcome(self._said(f"listen {seconds}"), ())

    def drop(self) -> None:
        self._said("drop")

    def frames(self) -> list[Frame]:
        """Everything that the first two sockets heard so far."""
        found, data, at = [], self.heard.read_bytes(), 0
        while at < len(data):
            when, number, size = struct.unpack_from("=dII", data, at)
            found.append(Frame(when, number, _unpacked(data[at + 16 : at + 16 + size])))
            at += 16 + size
        return found

    def _do(self, command: str, requests: Sequence[bytes], options: str) -> Outcome:
        self.files += 1
        file = self.folder / f"requests-{id(self)}-{self.files}"
        file.write_bytes(b"".join(struct.pack("=I", len(request)) + request for request in requests))
        said = self._said(f"{command} {file} {options}")
        times = array.array("d", Path(f"{file}.times").read_bytes())
        file.unlink()
        Path(f"{file}.times").unlink()
        return Outcome(said, times)

    def _said(self, command: str) -> dict[str, float]:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load stopped at: {command}")
        return json.loads(line)


def get(path: str, origin: str, cookie: str = "", seen: int | None = None) -> bytes:
    """`seen` is the revision that the page has: at that one there is nothing to draw."""
    more = "" if seen is None else f"X-Revision: {seen}\r\n"
    return _request("GET", path, origin, cookie, more=more)


def post(path: str, origin: str, cookie: str, form: Mapping[str, str | Sequence[str]]) -> bytes:
    """As htmx sends a form."""
    return _request("POST", path, origin, cookie, urlencode(form, doseq=True).encode())


def upgrade(path: str, origin: str, cookie: str = "") -> bytes:
    """The request that opens a WebSocket."""
    more = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    more += "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    return _request("GET", path, origin, cookie, more=more)


def compiled(source: Path, folder: Path, *options: str) -> str:
    """The path of what `cc` makes of a source file. Raises `CalledProcessError`; `cc` itself says why."""
    made = folder / f"{source.stem}.{'so' if '-shared' in options else 'bin'}"
    if not made.exists():
        subprocess.run(["cc", "-O2", "-o", str(made), *options, str(source)], check=True)
    return str(made)


def _request(method: str, path: str, origin: str, cookie: str, body: bytes = b"", more: str = "") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {origin.partition('://')[2]}\r\nOrigin: {origin}\r\n{more}"
    if cookie:
        head += f"Cookie: {cookie}\r\n"
    if method == "POST":
        head += "HX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        head += f"Content-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def _unpacked(message: bytes) -> str:
    try:
        return zlib.decompress(message).decode()
    except zlib.error:
        return message.decode(errors="replace")
