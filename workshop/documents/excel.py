"""Tables as an Excel file. What people wrote is always text: nothing of it becomes a formula or a link."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workshop.documents import look
from workshop.documents.book import Book, ExcelSheet, Value
from workshop.documents.document import Heading, block_lines
from workshop.dutch import date

SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
LONGEST = 32_000
"""Characters that are written of a text; a cell takes 32,767."""


class Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        colours = look.colours()
        plain = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        self.title = book.add_format(
            plain | {"bold": True, "font_size": 16, "font_color": colours["primary"]}
        )
        self.head = book.add_format(
            plain
            | {
                "bold": True,
                "bg_color": colours["primary"],
                "font_color": colours["on-primary"],
                "text_wrap": True,
            }
        )
        self.name = book.add_format(plain | {"font_color": colours["subtle"]})
        self.text = book.add_format(plain | {"text_wrap": True})
        self.date = book.add_format(plain | {"num_format": "d-m-yyyy", "align": "left", "indent": 1})
        self.whole = book.add_format(plain | {"num_format": "0"})
        self.decimal = book.add_format(plain | {"num_format": "0.0"})


def write(book: Book) -> bytes:
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, SAFE)
    front = book.front
    made.set_properties(
        {"title": f"{front.title}, {front.partnership}", "author": "Kompas Live", "comments": front.source}
    )
    made.set_size(2400, 1400)
    with look.accented(front.branding.colour):
        styles = Styles(made)
    _front(made.add_worksheet("In het kort"), book, styles)
    for sheet in book.sheets:
        _table(made.add_worksheet(sheet.name), sheet, styles)
    made.close()
    return file.getvalue()


def _front(page: Worksheet, book: Book, styles: Styles) -> None:
    front = book.front
    page.hide_gridlines(2)
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 90)
    _put(page, 0, 0, f"{front.kind}: {front.title}", styles.title)
    facts = [
        ("Dossier", front.partnership),
        *front.facts,
        ("Bron", front.source),
        ("Datum", date(front.date)),
    ]
    sheets = [sheet.name for sheet in book.sheets]
    facts.append(("Bladen", ", ".join(sheets) or "Er staat nog niets in."))
    for row, (name, value) in enumerate(dict(facts).items(), 2):
        _put(page, row, 0, name, styles.name)
        _put(page, row, 1, value, styles.text)
    _first(page, book, styles, len(facts) + 3)
    _print(page, landscape=False)


def _first(page: Worksheet, book: Book, styles: Styles, row: int) -> None:
    """Writes the first page below the facts: a heading before, and a line for everything that it says."""
    name = ""
    for block in book.front.first:
        if isinstance(block, Heading):
            name = block.text
            continue
        for words in block_lines(block):
            _put(page, row, 0, name, styles.name)
            _put(page, row, 1, words, styles.text)
            name, row = "", row + 1


def _table(page: Worksheet, sheet: ExcelSheet, styles: Styles) -> None:
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        _put(page, 0, index, column.title, styles.head)
    for number, row in enumerate(sheet.rows, 1):
        for index, value in enumerate(row):
            _put(page, number, index, value, _style(value, styles))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    page.repeat_rows(0)
    _print(page, landscape=True)


def _put(page: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    if isinstance(value, dt.date):
        page.write_datetime(row, column, dt.datetime.combine(value, dt.time()), style)
    elif isinstance(value, int | float):
        page.write_number(row, column, value, style)
    elif value:
        page.write_string(row, column, value[:LONGEST], style)
    else:
        page.write_blank(row, column, None, style)


def _style(value: Value, styles: Styles) -> Format:
    if isinstance(value, dt.date):
        return styles.date
    if isinstance(value, float):
        return styles.decimal
    return styles.whole if isinstance(value, int) else styles.text


def _print(page: Any, *, landscape: bool) -> None:
    if landscape:
        page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer("&L&F&RPagina &P van &N")
