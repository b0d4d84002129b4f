"""One chart by itself, as SVG or PNG, with its title and where it comes from."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from workshop.documents import glyphs, look, pdf
from workshop.documents.book import Book
from workshop.documents.document import Chart, Charts, Document, each_text
from workshop.dutch import date

etree: Any = import_module("lxml.etree")
SVG, LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MARGIN = 26
"""Pixels of a chart that its frame and its margins take."""
NARROWEST, WIDEST = 90, 250
"""Millimetres: narrower breaks the lines of words in the middle, wider is drawn smaller than its words."""
MILLIMETRE = 96 / 25.4
"""Pixels."""
_FACE = (
    "@font-face {{ font-family: '{family}'; font-weight: {weight}; src: url(data:font/ttf;base64,{font}) }}"
)
_FONTS = (
    (look.FAMILY, 400, "AtkinsonHyperlegibleNext-Regular"),
    (look.FAMILY, 700, "AtkinsonHyperlegibleNext-Bold"),
    ("Kompas Nul", 400, "KompasNul-Regular"),
    ("Kompas Nul", 700, "KompasNul-Bold"),
)


def png(book: Book) -> bytes:
    return _drawn(book.front, "png")


def svg(book: Book) -> bytes:
    """Returns one flat SVG with a title and a description for a screen reader. It holds the fonts that its
    text needs; words of people are outlines, so that they look the same in any script."""
    front = book.front
    drawing = etree.fromstring(_drawn(front, "svg"), _parser())
    for image in list(drawing.iter(f"{{{SVG}}}image")):
        _unfold(image)
    drawing.set("role", "img")
    for place, (name, told) in enumerate((("title", front.title), ("desc", _chart(front).alt))):
        part = etree.Element(f"{{{SVG}}}{name}")
        part.text = told
        drawing.insert(place, part)
    return etree.tostring(drawing, xml_declaration=True, encoding="utf-8")


def _drawn(front: Document, format: Literal["png", "svg"]) -> bytes:
    chart = each_text(_chart(front), glyphs.drawable)
    source = f"{front.partnership}. Gemaakt op {date(front.date)} met Kompas Live.\n{front.source}"
    width = round((chart.width + MARGIN) / MILLIMETRE)
    return pdf.picture(chart, max(NARROWEST, min(WIDEST, width)), glyphs.drawable(source), format)


def _chart(front: Document) -> Chart:
    return next(block.charts[0] for block in front.blocks if isinstance(block, Charts))


def _unfold(image: Any) -> None:
    """Puts the drawing that an image holds in its place: programs of offices show no SVG within an SVG."""
    inner = etree.fromstring(base64.b64decode(image.get(f"{{{LINK}}}href").partition(",")[2]), _parser())
    for name in ("width", "height"):
        inner.set(name, image.get(name))
    text = "".join("".join(each.itertext()) for each in inner.iter(f"{{{SVG}}}text"))
    style = inner.find(f"{{{SVG}}}style")
    style.text = "\n".join((*_faces(text), style.text))
    placed = etree.Element(f"{{{SVG}}}g", transform=image.get("transform", ""))
    placed.append(inner)
    image.getparent().replace(image, placed)


def _faces(text: str) -> Iterator[str]:
    for family, weight, name in _FONTS:
        font = base64.b64encode(_subset(look.FONTS / f"{name}.ttf", text)).decode()
        yield _FACE.format(family=family, weight=weight, font=font)


def _subset(file: Path, text: str) -> bytes:
    """Returns a font with the glyphs of this text only."""
    harfbuzz: Any = import_module("uharfbuzz")
    wanted = harfbuzz.SubsetInput()
    wanted.unicode_set.update(set(map(ord, text)))
    return wanted.subset(harfbuzz.Face(harfbuzz.Blob.from_file_path(file))).blob.data


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True)
