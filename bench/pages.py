"""Counts the pages of documents of a dossier after a whole cycle with 25 phones, and the lines that say that
something is empty: `.venv/bin/python -m bench.pages [FOLDER]`; in FOLDER the files stay.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Table
from workshop.app import make_services, running
from workshop.demo import cycle
from workshop.documents import formats, orders
from workshop.documents.answers import EMPTY
from workshop.documents.document import Paragraph
from workshop.record import sessions
from workshop.settings import Settings

PHONES, MOST_PAGES = 25, 25


async def measure(folder: Path, table: Table) -> None:
    services = make_services(Settings(database_url=f"sqlite+aiosqlite:///{folder / 'cycle.sqlite'}"))
    room = [*itertools.islice(itertools.cycle(cycle.ROOM), PHONES)]
    async with running(services):
        sign_in, id = await cycle.start(services)
        async for played in cycle.cycle(services, sign_in, id, room):
            print(f"played {played.worksheet.id}", file=sys.stderr)
        wanted = {"dossier": await orders.of_dossier(services, id)}
        for own in services.library.bouwstenen:
            wanted[f"bouwsteen-{own.number}"] = await orders.of_bouwsteen(services, id, own)
        async with services.db.read() as db:
            held = await sessions.of(db, id)
        for session in reversed(held):
            wanted[f"session-{session.worksheet}"] = await orders.of_session(services, id, session.id)
        for name, order in wanted.items():
            made = await formats.make("pdf", order)
            file = folder / f"{name}.pdf"
            file.write_bytes(made.file)
            told = [block.text for block in made.front.blocks if isinstance(block, Paragraph)]
            note = f"{sum(text.startswith(EMPTY) for text in told)} times ‘{EMPTY}’"
            most = MOST_PAGES if name == "dossier" else None
            table.add(f"pages-{name}", f"document of {name}", _pages(file), "pages", most=most, note=note)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="an empty folder to keep the files in")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(chosen.folder or Path(folder), table))
    return table.end(chosen.json)


def _pages(file: Path) -> int:
    said = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"Pages: +(\d+)", said)[0])


if __name__ == "__main__":
    sys.exit(main())
