"""A dossier of a thousand sessions beside one of ten: how much slower are its pages, and how many statements
does each take? `.venv/bin/python -m bench.dossier`; README.md says more.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
from sqlalchemy import event

from bench import house
from bench.filled import fill
from bench.measure import Table, heading
from workshop import migrations
from workshop.accounts import sign_in
from workshop.app import make_app, make_services, running
from workshop.pages import visitor
from workshop.settings import Settings

SMALL, LARGE, CARDS = 10, 1000, 200
SLOWER, STATEMENTS = 1.5, 20
READY = 2
"""Seconds."""
PAGES = {
    "home": "",
    "worksheet": "/bouwstenen/1-a?stap=s5",
    "marks": "/cijfers",
    "search": "/zoeken?q=school+praten",
    "actions": "/acties",
    "all actions": "/acties?toon=alle",
    "sessions": "/sessies",
    "bouwstenen": "/bouwstenen",
}
_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)
"""The statements of the page that is counted. What the house does meanwhile has another context."""


@dataclass
class House:
    """One installation with one dossier, and a browser that is signed in to it."""

    client: httpx.AsyncClient
    home: str

    async def seconds(self, path: str) -> float:
        began = time.perf_counter()
        answer = await self.client.get(self.home + path)
        taken = time.perf_counter() - began
        answer.raise_for_status()
        return taken

    async def count(self, path: str) -> int:
        """How many statements this page takes; the sign-in and the membership are among them."""
        statements: list[str] = []
        before = _noted.set(statements)
        try:
            await self.seconds(path)
        finally:
            _noted.reset(before)
        return len(statements)


def main() -> int:
    return asyncio.run(_main(arguments()))


@contextlib.asynccontextmanager
async def opened(url: str, sessions: int, cards: int) -> AsyncGenerator[House, None]:
    """A house on this database, which is migrated and filled first."""
    settings = Settings(database_url=url, base_url="http://127.0.0.1:8000")
    services = make_services(settings)
    await migrations.upgrade(services.db)
    async with services.db.engine.connect() as connection:
        await connection.execution_options(workshop_writes=True)
        async with connection.begin():
            dossier, account = await connection.run_sync(fill, services.library, sessions, cards)
    async with running(services):
        token = await services.db.write(lambda db: sign_in.begin(db, account, days=1))
        app = httpx.ASGITransport(make_app(settings, services))
        async with httpx.AsyncClient(transport=app, base_url=settings.origin) as client:
            client.cookies.set(visitor.COOKIE, token)
            event.listen(services.db.engine.sync_engine, "before_cursor_execute", _note)
            yield House(client, f"/dossiers/{dossier}")


async def _main(asked: argparse.Namespace) -> int:
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        places = {"SQLite": [f"sqlite+aiosqlite:///{Path(folder) / name}.sqlite" for name in ("few", "many")]}
        if asked.postgres:
            places["PostgreSQL"] = [_fresh(asked.postgres, name) for name in ("bench_few", "bench_many")]
        for name, urls in places.items():
            await _compare(table, name, *urls, asked)
            seconds = await asyncio.to_thread(_start, urls[1])
            table.add(f"{name.lower()}-start", "from the command until it is ready", seconds, "s", most=READY)
    return table.end(asked.json)


async def _compare(table: Table, name: str, few_url: str, many_url: str, asked: argparse.Namespace) -> None:
    """Two rows for each page."""
    began = time.perf_counter()
    async with opened(few_url, SMALL, CARDS) as few, opened(many_url, asked.sessions, CARDS) as many:
        words = f"{name}: {asked.sessions} sessions of {CARDS} cards beside {SMALL}"
        heading(f"{words} (filled in {time.perf_counter() - began:.0f} s)")
        for page, path in PAGES.items():
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(asked.rounds + 1):
                for one, taken in zip((few, many), times, strict=True):
                    taken.append(await one.seconds(path))
            before, after = (statistics.median(taken[1:]) * 1000 for taken in times)
            ratio = statistics.median(b / a for a, b in list(zip(*times, strict=True))[1:])
            key = f"{name.lower()}-{page.replace(' ', '-')}"
            table.add(key, f"{page}: {after:.1f} ms, was {before:.1f}", ratio, "times", most=SLOWER)
            statements = await many.count(path)
            table.add(f"{key}-statements", f"{page}: SQL statements", statements, most=STATEMENTS)


def _start(url: str) -> float:
    """Seconds from the command until it is ready, with everything in its database."""
    began = time.perf_counter()
    with house.served(url):
        return time.perf_counter() - began


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=31, help="how often each page is opened")
    parser.add_argument("--postgres", help="also there: postgresql+psycopg://postgres@127.0.0.1:5432")
    parser.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return parser.parse_args()


def _fresh(server: str, name: str) -> str:
    """The URL of an empty database on this server; one of this name goes."""
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
    statements = _noted.get()
    if statements is not None and not statement.startswith(("BEGIN", "PRAGMA")):
        statements.append(statement)


if __name__ == "__main__":
    sys.exit(main())
