"""A document as its parts, before anybody chose PDF or Word: what it says, not how it looks. Pure.

All texts are plain: a writer shows them as they are, and never reads them as its own language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from workshop import text

Told = TypeVar("Told", bound=msgspec.Struct)
MOST_LINES = 8000
"""A document with more lines takes a minute and a gigabyte, and nobody prints it."""
_NOT_IN_XML = re.compile("[\ufffe\uffff]")


class Heading(msgspec.Struct, frozen=True, tag_field="block", tag="heading"):
    """`level` 1 begins a chapter, 2 a worksheet or step, 3 a question, 4 a part of one."""

    text: str
    level: int = 3
    tone: str = ""
    """zorg, kans or nothing."""
    new_page: bool = False


class Paragraph(msgspec.Struct, frozen=True, tag_field="block", tag="paragraph"):
    """`style` is `` for what people wrote, `question`, `quiet` or `notice`."""

    text: str
    style: str = ""


class TextLine(msgspec.Struct, frozen=True):
    """One thing that people wrote or agreed, with what is known about it."""

    text: str
    tags: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


class Lines(msgspec.Struct, frozen=True, tag_field="block", tag="lines"):
    lines: tuple[TextLine, ...]
    numbered: bool = False


class TableCell(msgspec.Struct, frozen=True):
    """The lines in one cell of a table. `kind` is `` for text, `number` or `few` (too few to show)."""

    lines: tuple[TextLine, ...] = ()
    kind: str = ""


class Table(msgspec.Struct, frozen=True, tag_field="block", tag="table"):
    """The first cell of a row is its heading. `widths` are shares of the line."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    widths: tuple[int, ...] = ()


class Chart(msgspec.Struct, frozen=True):
    """A drawing with its words; `width` and `height` are those of its view box."""

    title: str
    words: str
    svg: str
    alt: str
    width: int
    height: int


class Charts(msgspec.Struct, frozen=True, tag_field="block", tag="charts"):
    """Small drawings beside each other, on one scale."""

    charts: tuple[Chart, ...]
    across: int = 3


Block = Heading | Paragraph | Lines | Table | Charts


class Branding(msgspec.Struct, frozen=True):
    """What makes a document look like an organisation: a PNG and `#rrggbb`, either of them empty for ours."""

    logo: bytes = b""
    colour: str = ""


class Document(msgspec.Struct, frozen=True):
    """A document. `kind` says what it is (`Werkblad 1-A`), `partnership` of which dossier."""

    kind: str
    title: str
    partnership: str
    source: str
    date: dt.date
    blocks: tuple[Block, ...]
    first: tuple[Block, ...] = ()
    """The page that tells it briefly, before everything else (first_page.py)."""
    facts: tuple[tuple[str, str], ...] = ()
    """Name and value, below the title."""
    contents: bool = False
    """With a table of contents."""
    branding: Branding = Branding()


class CannotMake(ValueError):
    """A document cannot be made as it was asked for; the text is a Dutch sentence that says what can."""


def checked(document: Document) -> Document:
    """Returns the same document. Raises `CannotMake` with a sentence when it is too long."""
    if sum(map(_size, document.blocks)) > MOST_LINES:
        raise CannotMake(
            "Dit document wordt te lang. Download het per bouwsteen, per werkblad of per sessie."
        )
    return document


def cell(*texts: str, kind: str = "") -> TableCell:
    return TableCell(tuple(TextLine(text) for text in texts if text), kind)


def block_lines(block: Block) -> list[str]:
    """Returns what a block says, a line for each of its lines or rows; nothing for drawings."""
    if isinstance(block, Heading | Paragraph):
        return [block.text]
    if isinstance(block, Lines):
        return [_spoken(line) for line in block.lines]
    if isinstance(block, Table):
        return ["; ".join(_spoken(line) for cell in row for line in cell.lines) for row in block.rows]
    return []


def cleaned(document: Document) -> Document:
    """Removes characters that a file may not hold or that hide what a text says, and headings without
    text."""
    found = each_text(document, plain)
    blocks = (block for block in found.blocks if not (isinstance(block, Heading) and not block.text))
    return msgspec.structs.replace(found, blocks=tuple(blocks))


def each_text(told: Told, change: Callable[[str], str]) -> Told:
    """Returns the same with `change` done to every text in it."""
    parts = msgspec.to_builtins(told, builtin_types=(bytes,))
    return msgspec.convert(_changed(parts, change), type(told))


def logo_alt(document: Document) -> str:
    """Returns what the logo shows, for who does not see it."""
    return f"Logo van {document.partnership}"


def plain(words: str) -> str:
    """Returns a text as every writer can take it."""
    return _NOT_IN_XML.sub("", text.tidy(words, lines=True))


def _spoken(line: TextLine) -> str:
    return ", ".join(filter(None, (line.text, *line.tags)))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _changed(part, change) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(part, change) for part in value]
    return value


def _size(block: Block) -> int:
    if isinstance(block, Lines):
        return sum(1 + len(line.quotes) for line in block.lines)
    return len(block.rows) if isinstance(block, Table) else 1
