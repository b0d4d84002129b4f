"""The formats that a document can be had in, and the one press that makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from workshop.exports import excel, pdf, word
from workshop.exports.book import Book

OFFICE = "application/vnd.openxmlformats-officedocument"
MOST_WAITING = 12
"""Documents that are being made or wait for it; who comes then is asked to try again."""


class Busy(RuntimeError):
    """Too many documents at once; a sentence."""


class Format(NamedTuple):
    name: str
    says: str
    """What it is for, beside its name in a menu."""
    media_type: str
    write: Callable[[Book], bytes]


FORMATS = {
    "pdf": Format("PDF", "om te lezen en te printen", "application/pdf", lambda book: pdf.write(book.front)),
    "docx": Format(
        "Word",
        "om verder te bewerken",
        f"{OFFICE}.wordprocessingml.document",
        lambda book: word.write(book.front),
    ),
    "xlsx": Format("Excel", "met alles in tabellen", f"{OFFICE}.spreadsheetml.sheet", excel.write),
}
"""Ending of the file -> format."""

_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="document")
_waiting: set[object] = set()


async def make(format: str, build: Callable[[], Book]) -> bytes:
    """The file. It is made beside everything else, one at a time: a room of phones goes before paper.

    Raises `Busy`, and what `build` raises.
    """
    if len(_waiting) >= MOST_WAITING:
        raise Busy("Er worden nu veel documenten gemaakt. Probeer het over een minuut nog eens.")
    mine = object()
    _waiting.add(mine)
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _press, lambda: FORMATS[format].write(build())
        )
    finally:
        _waiting.discard(mine)
