"""The formats of documents, and the one thread that makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import NamedTuple, TypeVar

from workshop.documents import pdf
from workshop.documents.book import Book
from workshop.documents.document import Document

OFFICE = "application/vnd.openxmlformats-officedocument"
Done = TypeVar("Done")
MOST_WAITING = 12
"""Documents that may be asked for at once; whoever comes after that is asked to try again."""


class Busy(RuntimeError):
    """Too many documents at once; the text is a Dutch sentence."""


class Format(NamedTuple):
    name: str
    media_type: str
    write: Callable[[Book], bytes]


def _written_by(module: str, write: str = "write") -> Callable[..., bytes]:
    """Returns what writes with this module and its libraries, which load at the first document: every start
    would wait for them."""
    return lambda told: getattr(import_module(f"workshop.documents.{module}"), write)(told)


_word, _excel = _written_by("word"), _written_by("excel")
FORMATS = {
    "pdf": Format("PDF", "application/pdf", lambda book: pdf.write(book.front)),
    "docx": Format("Word", f"{OFFICE}.wordprocessingml.document", lambda book: _word(book.front)),
    "xlsx": Format("Excel", f"{OFFICE}.spreadsheetml.sheet", _excel),
    "pptx": Format("PowerPoint", f"{OFFICE}.presentationml.presentation", _written_by("powerpoint")),
}
"""Ending of the file -> format, of a document."""
PICTURES = {
    "svg": Format("SVG", "image/svg+xml", _written_by("drawings", "svg")),
    "png": Format("PNG", "image/png", _written_by("drawings", "png")),
}
"""The same, of one chart."""
ONE_TABLE = {"csv": Format("CSV", "text/csv; charset=utf-8", _written_by("csv_table"))}
"""The same, of one table."""

_press = ThreadPoolExecutor(max_workers=1, thread_name_prefix="document")
_waiting: set[object] = set()


class MadeFile(NamedTuple):
    file: bytes
    front: Document


async def make(format: str, build: Callable[[], Book]) -> MadeFile:
    """Makes the file; returns it with the document of its front. Raises `Busy` and `CannotMake`."""
    return await in_turn(lambda: _made(named(format), build))


def named(format: str) -> Format:
    """Returns the format of a file with this ending."""
    return (FORMATS | PICTURES | ONE_TABLE)[format]


async def in_turn(work: Callable[[], Done]) -> Done:
    """Does the work of a document: one at a time and in a thread, since a room of phones goes first. Raises
    `Busy`."""
    if len(_waiting) >= MOST_WAITING:
        raise Busy("Er worden nu veel documenten gemaakt. Probeer het over een minuut nog eens.")
    mine = object()
    _waiting.add(mine)
    try:
        return await asyncio.get_running_loop().run_in_executor(_press, work)
    finally:
        _waiting.discard(mine)


def _made(format: Format, build: Callable[[], Book]) -> MadeFile:
    book = build()
    return MadeFile(format.write(book), book.front)
