"""What attackers find, and what one stranger, phone or archive does to the answers that other phones get.

`.venv/bin/python -m bench.attacks`; README.md says more.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench import hall, house
from bench.findings import findings
from bench.hall import Hall, Wanted
from bench.house import Served
from bench.load import Load, get
from bench.measure import LOAD_CORE, Table, heading, parser, processor_time
from bench.stage import calm
from tests.documents.zips import unzipped, with_data
from workshop.archive import exchange

PHONES, CARDS = 40, 200
MOST = 100
"""Milliseconds: what 99 of 100 answers to a phone take at most."""
PAGES = {"front": "/", "help": "/hulp", "code": "/doe-mee", "sign-in": "/inloggen"}
CONNECTIONS, HALF_OPEN, OF_ONE_PHONE = 20, 220, 16
LARGE_COOKIE, SMALLER_COOKIE = 16 * 1024 * 1024, 64 * 1024
LOOKS = 400_000
"""Lines of the log in an archive of a tenth of a megabyte."""


class Scale(NamedTuple):
    """Questions of phones a second, and for how many seconds."""

    rate: float = 50
    seconds: float = 8


class Attacked(NamedTuple):
    """The application, a room in it whose phones ask, and a load for who attacks."""

    table: Table
    scale: Scale
    server: Served
    room: Hall
    phones: Load
    attackers: Load
    database: Path


def main() -> int:
    asked = parser(__doc__).parse_args()
    table = Table(judges=not asked.quick)
    if not asked.quick:  # `./test` plays them anyhow
        findings(table)
    os.sched_setaffinity(0, {LOAD_CORE})  # the threads that attack
    with house.folder() as folder:
        database = folder / "attacked.sqlite"
        house.migrate(house.sqlite(database))
        (room,) = hall.fill(house.sqlite(database), [Wanted("cards", PHONES, CARDS)])
        with (
            house.served(house.sqlite(database), paced=True) as server,
            Load(folder, server.port) as phones,
            Load(folder, server.port) as attackers,
        ):
            scale = Scale(20, 0.5) if asked.quick else Scale()
            all_of_it(Attacked(table, scale, server, room, phones, attackers, database))
    return table.end(asked.json)


def all_of_it(it: Attacked) -> None:
    heading("What 99 of 100 answers to a phone take while somebody attacks")
    _told(it, "calm", "nobody attacks", contextlib.nullcontext())
    words = f"a GET with a cookie of {LARGE_COOKIE >> 20} MB, over and over"
    _told(it, "large-cookie", words, _over_and_over(it, _with_cookie(it, LARGE_COOKIE)))
    words = f"a GET with {SMALLER_COOKIE >> 10} kB of cookies, over and over"
    _told(it, "cookies", words, _over_and_over(it, _with_cookie(it, SMALLER_COOKIE)))
    for name, path in (PAGES | {"join": f"/j/{it.room.join_token}"}).items():
        request = get(path, it.server.origin)
        ms = _ms_each(it, request)
        it.table.add(f"page-{name}", "a page for anybody: processor time of the server", ms, "ms")
        words = f"{CONNECTIONS} connections ask for that page, over and over"
        _told(it, f"pages-{name}", words, _asking(it, [request], CONNECTIONS))
    _told(it, "half-open", f"{HALF_OPEN} requests of which half came in", _half_open(it, HALF_OPEN))
    words = f"an archive of {LOOKS:,} lines in the log, over and over"
    _told(it, "archive", words, _over_and_over(it, _bomb(it)))
    words = f"one phone with {OF_ONE_PHONE} connections that sends cards, over and over"
    cards = [it.room.contribution(it.server.origin, 0, it.room.phones[0]) for _ in range(20_000)]
    _told(it, "one-phone", words, _asking(it, cards, OF_ONE_PHONE))


def _told(it: Attacked, key: str, words: str, attack: contextlib.AbstractContextManager[object]) -> None:
    """How long phones waited meanwhile; whoever got no answer waited until the end."""
    calm(it.server.pid)
    asked = [get("/deelnemen/scene", it.server.origin, cookie) for cookie in it.room.phones[1:]]
    with attack:
        outcome = it.phones.post(asked, rate=it.scale.rate, seconds=it.scale.seconds, again=True)
    if it.phones.process.poll() is not None or outcome.statuses.keys() - {0, 200}:
        raise RuntimeError(f"the server answered {dict(outcome.statuses)}")
    note = f"half of them {outcome.milliseconds(50):.1f}"
    it.table.add(key, words, outcome.milliseconds(99), "ms", most=MOST, note=note)


def _ms_each(it: Attacked, request: bytes) -> float:
    calm(it.server.pid)
    with processor_time(it.server.pid) as taken:
        outcome = it.attackers.post([request], at_once=1, seconds=it.scale.seconds / 4, again=True)
    return taken[0] / max(len(outcome.answered), 1) * 1000


@contextlib.contextmanager
def _asking(it: Attacked, requests: list[bytes], connections: int) -> Iterator[None]:
    """So many connections that ask for the next as soon as they have an answer."""
    seconds = it.scale.seconds + 0.5
    how = {"at_once": connections, "seconds": seconds, "again": True}
    asking = threading.Thread(target=it.attackers.post, args=(requests,), kwargs=how)
    asking.start()
    yield
    asking.join()


@contextlib.contextmanager
def _over_and_over(it: Attacked, request: bytes) -> Iterator[None]:
    """One connection after another that sends this and waits for what comes of it."""
    over = threading.Event()

    def send() -> None:
        while not over.is_set():
            with _connected(it) as wire, contextlib.suppress(OSError):
                wire.sendall(request)
                wire.recv(1024)

    sending = threading.Thread(target=send)
    sending.start()
    yield
    over.set()
    sending.join()


@contextlib.contextmanager
def _half_open(it: Attacked, many: int) -> Iterator[None]:
    half = get("/", it.server.origin)[:-2]
    with contextlib.ExitStack() as stack:
        for _ in range(many):
            stack.enter_context(_connected(it)).sendall(half)
        yield


def _connected(it: Attacked) -> socket.socket:
    return socket.create_connection(("127.0.0.1", it.server.port), timeout=30)


def _with_cookie(it: Attacked, size: int) -> bytes:
    pieces = "; ".join(f"c{number}={'a' * 80}" for number in range(size // 88))
    return get("/", it.server.origin, pieces)


def _bomb(it: Attacked) -> bytes:
    """A post of this dossier's own archive, with a log that packs a thousand to one."""
    with contextlib.closing(sqlite3.connect(it.database)) as db:
        dossier = db.execute("SELECT id FROM partnership").fetchone()[0]
    look = {"session": None, "by": 0, "what": "dossier-seen", "particulars": {}, "about": "", "times": 1}
    look["at"] = "2026-11-24T00:00:00Z"
    file = _taken_along(it, dossier)
    data = json.loads(unzipped(file)[exchange.DATA]) | {"deeds": [look] * LOOKS}
    file = with_data(file, json.dumps(data).encode())
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    body = begin + file + b"\r\n--x--\r\n"
    head = get("/dossiers/overnemen", it.server.origin, it.room.desk)[:-2].replace(b"GET", b"POST", 1)
    about = f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\n\r\n"
    return head + about.encode() + body


def _taken_along(it: Attacked, dossier: str) -> bytes:
    asked = http.client.HTTPConnection(urlsplit(it.server.origin).netloc, timeout=60)
    headers = {"Cookie": it.room.desk, "Origin": it.server.origin}
    asked.request("POST", f"/dossiers/{dossier}/beheer/archief", headers=headers)
    answer = asked.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the archive: {answer.status}")
    return answer.read()


if __name__ == "__main__":
    sys.exit(main())
