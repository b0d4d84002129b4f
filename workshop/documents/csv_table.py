"""One table as CSV that Excel in Dutch opens right: semicolons, a comma in numbers, days as dd-mm-jjjj, and a
mark that it is UTF-8."""

from __future__ import annotations

import csv
import datetime as dt
import io

from workshop.documents.book import Book, Value
from workshop.dutch import decimal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What Excel takes for the beginning of a formula, also in a file of text."""


def write(book: Book) -> bytes:
    """Returns the one table of a book, with its titles, even when it has no rows."""
    [sheet] = book.sheets
    file = io.StringIO()
    made = csv.writer(file, delimiter=";", lineterminator="\r\n")
    made.writerow([column.title for column in sheet.columns])
    made.writerows([_cell(value) for value in row] for row in sheet.rows)
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, float):
        return decimal(value)
    return as_text(str(value))


def as_text(words: str) -> str:
    """Returns a text that no program takes for a formula: then an apostrophe stands before it."""
    return f"'{words}" if words.startswith(FORMULA) else words
