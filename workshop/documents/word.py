"""A document as a Word file: real styles, lists and tables, in Dutch, with our font inside."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document as new_file
from docx.document import Document as File
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table as Grid
from docx.table import _Cell
from docx.text.paragraph import Paragraph as Par

from workshop.documents import look, pdf
from workshop.documents.document import (
    Charts,
    Document,
    Heading,
    Lines,
    Paragraph,
    Table,
    TableCell,
    TextLine,
    logo_alt,
)
from workshop.documents.fonts import embed
from workshop.dutch import date

LANGUAGE = "nl-NL"
WIDTH = 166
"""Millimetres of a line on A4."""
LOGO_WIDTH, LOGO_HEIGHT = Mm(48), Mm(16)
"""Room for a logo."""
SIZES = (19, 15, 12.5, 11, 10.5)


def write(document: Document) -> bytes:
    made = new_file()
    with look.accented(document.branding.colour):
        WordWriter(made, document).everything()
    embed(made)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


class WordWriter:
    def __init__(self, file: File, document: Document) -> None:
        self.file = file
        self.document = document
        levels = [block.level for block in document.blocks if isinstance(block, Heading)]
        self.highest = min(levels, default=1)
        """The highest heading is the first level, however deep it stands in the dossier."""

    def everything(self) -> None:
        _set_up(self.file, self.document)
        self._running()
        self._opening()
        self._first()
        if self.document.contents:
            self.file.add_paragraph("Inhoud", "TOC Heading").paragraph_format.page_break_before = True
            self._contents()
        for block in self.document.blocks:
            WRITERS[type(block)](self, block)

    def _first(self) -> None:
        """Adds the first page in small letters, so that it stays one page; its headings stay out of the table
        of contents."""
        before = len(self.file.element.body) - 1  # what stands last sets the page
        for block in self.document.first:
            if isinstance(block, Heading):
                self.file.add_heading(block.text, 3)
            else:
                WRITERS[type(block)](self, block)
        for element in self.file.element.body[before:-1]:
            for made in element.iter(qn("w:p")):
                _tighten(Par(made, self.file._body))
        if self.document.first and self.document.blocks and not self.document.contents:
            self.file.add_page_break()

    def heading(self, block: Heading) -> None:
        level = max(1, min(5, block.level - self.highest + 1))
        made = self.file.add_heading(block.text, level)
        made.paragraph_format.page_break_before = block.new_page
        if block.tone:
            made.runs[0].font.color.rgb = _colour(block.tone)

    def paragraph(self, block: Paragraph) -> None:
        made = self.file.add_paragraph(block.text, STYLES[block.style])
        made.paragraph_format.keep_with_next = block.style == "question"

    def lines(self, block: Lines) -> None:
        for line in block.lines:
            _line(self.file.add_paragraph(style="List Number" if block.numbered else "List Bullet"), line)

    def table(self, block: Table) -> None:
        shares = block.widths or tuple(1 for _ in block.head)
        widths = [Mm(WIDTH * share / sum(shares)) for share in shares]
        grid = self.file.add_table(1, len(block.head), "Table Grid")
        grid.autofit = False
        _describe_table(grid, block.title)
        for target, title in zip(grid.rows[0].cells, block.head, strict=True):
            target.paragraphs[0].add_run(title).bold = True
        _head_row(grid)
        for row in block.rows:
            made = grid.add_row()
            _flag(made._tr.get_or_add_trPr(), "w:cantSplit")
            for index, (target, found) in enumerate(zip(made.cells, row, strict=True)):
                target.width = widths[index]
                _fill(target, found, first=index == 0)
        for index, width in enumerate(widths):
            grid.columns[index].width = grid.rows[0].cells[index].width = width
        self.file.add_paragraph(style="Klein")

    def charts(self, block: Charts) -> None:
        """Adds drawings beside each other while they fit; each says in its alternative text what it shows."""
        width = WIDTH // block.across - 3
        beside = self.file.add_paragraph()
        for chart in block.charts:
            picture = beside.add_run().add_picture(io.BytesIO(pdf.picture(chart, width)), Mm(width))
            picture._inline.docPr.set("descr", f"{chart.alt} {chart.words}".strip())
            picture._inline.docPr.set("title", chart.title)
            beside.add_run(" ")

    def _opening(self) -> None:
        told = self.document
        if told.branding.logo:
            self._logo()
        self.file.add_paragraph(told.kind, "Subtitle")
        self.file.add_paragraph(told.title, "Title")
        self.file.add_paragraph(told.partnership, "Dossier")
        for name, value in told.facts:
            made = self.file.add_paragraph(style="Klein")
            made.add_run(f"{name}: ")
            made.add_run(value).bold = True

    def _logo(self) -> None:
        picture = self.file.add_paragraph().add_run().add_picture(io.BytesIO(self.document.branding.logo))
        share = min(LOGO_WIDTH / picture.width, LOGO_HEIGHT / picture.height)
        picture.width, picture.height = Emu(int(picture.width * share)), Emu(int(picture.height * share))
        picture._inline.docPr.set("descr", logo_alt(self.document))

    def _contents(self) -> None:
        """Adds a field that Word fills with page numbers; until then it holds the headings."""
        shown = [b for b in self.document.blocks if isinstance(b, Heading) and b.level <= 2]
        entries = [self.file.add_paragraph(block.text, f"toc {block.level}") for block in shown]
        if entries:
            _field(entries[0], 'TOC \\o "1-2" \\h \\z \\u', entries[-1])

    def _running(self) -> None:
        section = self.file.sections[0]
        section.different_first_page_header_footer = self.document.contents
        head = section.header.paragraphs[0]
        head.add_run(f"{self.document.kind}: {self.document.title}\t{self.document.partnership}")
        foot = section.footer.paragraphs[0]
        foot.add_run(self.document.source).add_break()
        foot.add_run(f"Gemaakt op {date(self.document.date)} met Kompas Live\tPagina ")
        _field(foot, "PAGE", said="1")
        foot.add_run(" van ")
        _field(foot, "NUMPAGES", said="1")
        for part in (head, foot):
            part.paragraph_format.tab_stops.clear_all()
            part.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)


STYLES = {"": "Normal", "question": "Vraag", "quiet": "Klein", "notice": "Let op"}
WRITERS: dict[type, Callable[[WordWriter, Any], None]] = {
    Heading: WordWriter.heading,
    Paragraph: WordWriter.paragraph,
    Lines: WordWriter.lines,
    Table: WordWriter.table,
    Charts: WordWriter.charts,
}


def _line(target: Par, line: TextLine, *, bold: bool = False) -> None:
    target.add_run(line.text).bold = bold
    for tag in line.tags:
        target.add_run(" ")
        label = target.add_run(f"[{tag}]")
        label.font.size, label.font.color.rgb = Pt(9), _colour("primary")
    for detail in (*line.details, *(f"‘{quote}’" for quote in line.quotes)):
        target.add_run().add_break()
        small = target.add_run(detail)
        small.font.size, small.font.color.rgb = Pt(9), _colour("subtle")


def _fill(target: _Cell, found: TableCell, *, first: bool) -> None:
    for number, line in enumerate(found.lines):
        made = target.paragraphs[0] if number == 0 else target.add_paragraph()
        _line(made, line, bold=first)
        if found.kind:
            made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for made in target.paragraphs:
        made.paragraph_format.space_after = Pt(2)


def _tighten(made: Par) -> None:
    heading = (made.style.name if made.style else "").startswith("Heading")
    made.paragraph_format.space_before = Pt(8 if heading else 0)
    made.paragraph_format.space_after = Pt(1)
    made.paragraph_format.line_spacing = 1.0
    for run in made.runs:
        run.font.size = Pt(11 if heading else 9)


def _set_up(file: File, document: Document) -> None:
    made = dt.datetime.combine(document.date, dt.time(12))
    core = file.core_properties
    core.title, core.author = f"{document.title}, {document.partnership}"[:255], "Kompas Live"
    core.subject, core.language, core.comments = document.kind[:255], LANGUAGE, document.source[:255]
    core.created = core.modified = made
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(25), Mm(23)
    _languages(file)
    _styles(file)


def _styles(file: File) -> None:
    normal = _style(file, "Normal", 10.5, "ink")
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    for level, size in enumerate(SIZES, 1):
        head = _style(file, f"Heading {level}", size, "primary" if level < 3 else "ink", bold=True)
        head.font.italic = False
        head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(22 - 3 * level), Pt(5)
        head.paragraph_format.keep_with_next = True
    title = _style(file, "Title", 26, "primary", bold=True)
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    _style(file, "Subtitle", 12, "subtle", bold=True).font.italic = False
    for name in ("List Bullet", "List Number"):
        _style(file, name, 10.5, "ink").paragraph_format.space_after = Pt(5)
    for name in ("Header", "Footer"):
        stops = _style(file, name, 8.5, "subtle").element.find(f".//{qn('w:tabs')}")
        stops.getparent().remove(stops)
    _style(file, "TOC Heading", SIZES[0], "primary", bold=True)
    for name, size, colour in (
        ("Vraag", 10.5, "subtle"),
        ("Klein", 9, "subtle"),
        ("Let op", 10.5, "ink"),
        ("Dossier", 14, "ink"),
        ("toc 1", 10.5, "ink"),
        ("toc 2", 10.5, "subtle"),
    ):
        _style(file, name, size, colour)
    file.styles["toc 1"].font.bold = True
    file.styles["toc 2"].paragraph_format.left_indent = Mm(5)
    file.styles["Klein"].paragraph_format.space_after = Pt(3)
    _shade(file.styles["Let op"].element.get_or_add_pPr(), "look")


def _style(file: File, name: str, size: float, colour: str, *, bold: bool = False) -> Any:
    """Returns the style of this name; makes it when Word's own template lacks it."""
    known = {style.name for style in file.styles}
    style: Any = file.styles[name] if name in known else file.styles.add_style(name, 1)
    font = style.font
    font.name, font.size, font.bold, font.color.rgb = look.FAMILY, Pt(size), bold, _colour(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi"):
        fonts.set(qn(f"w:{attribute}"), look.FAMILY)
    return style


def _languages(file: File) -> None:
    for told in file.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), LANGUAGE)
    for told in file.settings.element.iter(qn("w:themeFontLang")):
        told.set(qn("w:val"), LANGUAGE)


def _describe_table(grid: Grid, title: str) -> None:
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    grid._tbl.tblPr.append(caption)
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        kind = "single" if side in ("bottom", "insideH") else "nil"
        for name, value in (
            ("val", kind),
            ("sz", "4"),
            ("space", "0"),
            ("color", look.colours()["line"][1:]),
        ):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    # The schema wants the parts of a table's properties in one order; Word repairs what is in another.
    style = grid._tbl.tblPr
    layout = style.find(qn("w:tblLayout"))
    (layout.addprevious if layout is not None else style.append)(borders)


def _head_row(grid: Grid) -> None:
    _flag(grid.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for target in grid.rows[0].cells:
        _shade(target._tc.get_or_add_tcPr(), "primary-soft")


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", look.colours()[colour][1:])):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def _flag(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


def _field(start: Par, instruction: str, end: Par | None = None, said: str = "") -> None:
    """Adds a field that Word computes. Until it does, `said` is shown, or what lies up to `end`."""
    opening = [_mark("begin"), _instruction(instruction), _mark("separate")]
    runs: Sequence[Any] = [_run(start, element) for element in opening]
    if end is None:
        start.add_run(said)
        _run(start, _mark("end"))
        return
    first = start._p.find(qn("w:r"))
    for run in runs:
        first.addprevious(run)
    _run(end, _mark("end"))


def _run(target: Par, element: Any) -> Any:
    run = target.add_run()._r
    run.append(element)
    return run


def _mark(kind: str) -> Any:
    made = OxmlElement("w:fldChar")
    made.set(qn("w:fldCharType"), kind)
    return made


def _instruction(words: str) -> Any:
    made = OxmlElement("w:instrText")
    made.set(qn("xml:space"), "preserve")
    made.text = words
    return made


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(look.colours()[name][1:].upper())
