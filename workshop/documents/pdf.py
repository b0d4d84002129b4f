"""A document as PDF/UA-1 and PDF/A-2a, set by Typst.

Everything that people wrote goes to the template as data (`sys.inputs`); no Typst source is made of it.
"""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import typst

from workshop.documents import glyphs, look
from workshop.documents.document import (
    CannotMake,
    Chart,
    Document,
    Paragraph,
    Told,
    each_text,
)
from workshop.documents.handouts import OrderPage, Poster

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
NOT_DRAWN = (
    "Deze PDF kan {cannot} niet laten zien ({scripts}). Daar staat \ufffd. "
    "Download het ook als Word of Excel: daarin staat alles."
)
DRAWING = look.FOLDER / "drawing.typ"
TEMPLATES: dict[type[msgspec.Struct], str] = {
    Document: "document.typ",
    OrderPage: "running-order.typ",
    Poster: "poster.typ",
}
"""What is told -> the Typst template that sets it."""


def write(document: Document) -> bytes:
    """Returns the bytes of the PDF. Takes a processor for as long as it runs: call it in a thread. Raises
    `CannotMake`."""
    with look.accented(document.branding.colour):
        return handout(_with_notice(document), document.branding.logo)


def handout(told: Told, logo: bytes = b"") -> bytes:
    """Does the same for anything in `TEMPLATES`, without a notice of what cannot be drawn. `logo` is a
    PNG, or empty. Raises `CannotMake`."""
    drawable = each_text(told, glyphs.drawable)
    with contextlib.suppress(typst.TypstError):
        return _compiled(drawable, logo)
    try:
        return _compiled(each_text(drawable, glyphs.simple), logo)
    except typst.TypstError:
        raise CannotMake("Dit lukt niet als PDF. Download het als Word en bewaar het daar als PDF.") from None


def picture(chart: Chart, width: int, source: str = "", format: Literal["png", "svg"] = "png") -> bytes:
    """Draws a chart with its words, and `source` below it, as a picture of `width` millimetres."""
    inputs = {
        "chart": _json(chart),
        "colours": _json(look.colours()),
        "width": str(width),
        "source": source,
    }
    return _one(_compiler(DRAWING, inputs).compile(format=format, ppi=220))


def _with_notice(document: Document) -> Document:
    """Adds a notice to a document with texts in a script that it cannot draw."""
    lost: list[str] = []

    def note(text: str) -> str:
        lost.extend(glyphs.missing(text))
        return text

    each_text(document, note)
    if not lost:
        return document
    cannot = "1 teken" if len(lost) == 1 else f"{len(lost)} tekens"
    said = Paragraph(NOT_DRAWN.format(cannot=cannot, scripts=", ".join(glyphs.scripts(lost))), "notice")
    return msgspec.structs.replace(document, blocks=(said, *document.blocks))


def _compiled(told: msgspec.Struct, logo: bytes) -> bytes:
    inputs = {"document": _json(told), "colours": _json(look.colours()), "logo": _json(list(logo))}
    return _one(
        _compiler(look.FOLDER / TEMPLATES[type(told)], inputs).compile(format="pdf", pdf_standards=STANDARDS)
    )


def _compiler(template: Path, inputs: dict[str, str]) -> typst.Compiler:
    return typst.Compiler(template, root=look.FOLDER, font_paths=_fonts(), sys_inputs=inputs)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


@cache
def _fonts() -> typst.Fonts:
    """Returns our fonts and no others, so that a document is the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(look.FONTS)])


def _one(made: bytes | list[bytes] | None) -> bytes:
    if isinstance(made, bytes):
        return made
    return made[0] if made else b""
