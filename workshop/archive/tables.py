"""A dossier as tables for a spreadsheet: what it says now, and figures as far as the pages show them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from workshop import days
from workshop.archive.dossier import ArchivedDossier
from workshop.content.library import Library
from workshop.dutch import decimal
from workshop.means import mean
from workshop.record.actions import PRIORITIES, STATUSES
from workshop.record.answers import told_of

Row = Sequence[Any]


def of(dossier: ArchivedDossier, library: Library, minimum: int) -> dict[str, bytes]:
    """Returns `{"antwoorden.csv": b"…", …}`. No mean of fewer marks than `minimum`."""
    titles = {session.id: session.title for session in dossier.sessions}
    return {
        "antwoorden.csv": _file(
            (
                "werkblad",
                "vraag",
                "over",
                "kolom",
                "antwoord",
                "verder",
                "kaarten",
                "stemmen",
                "gekozen",
                "sessie",
            ),
            (
                (
                    _worksheet(answer.field),
                    _question(library, answer.field),
                    answer.about,
                    item.column,
                    item.text,
                    ". ".join(told_of(item)),
                    item.cards,
                    "" if item.votes is None else item.votes,
                    "ja" if item.chosen else "",
                    next((t for id, t in titles.items() if item.session in (str(id), id.hex)), ""),
                )
                for answer in dossier.answers
                for item in answer.versions[-1].body.items
            ),
        ),
        "acties.csv": _file(
            ("werkblad", "actie", "wie", "wanneer", "stand", "prioriteit", "afgesproken op", "sessie"),
            (
                (
                    _worksheet(action.field),
                    action.text,
                    action.owner,
                    action.due or "",
                    STATUSES[action.status],
                    PRIORITIES[action.priority],
                    days.day_of(action.created_at),
                    titles.get(action.session, ""),
                )
                for action in dossier.actions
                if action.status in STATUSES
            ),
        ),
        "cijfers.csv": _file(
            ("dag", "sessie", "werkblad", "thema", "hoeveel cijfers", "gemiddelde", "weet ik niet"),
            (
                (
                    days.day_of(marks.at),
                    titles[marks.session],
                    _worksheet(marks.field),
                    marks.label,
                    sum(marks.counts),
                    _mean(marks.counts, minimum),
                    marks.unknown,
                )
                for marks in dossier.marks
            ),
        ),
        "sessies.csv": _file(
            ("dag", "werkblad", "sessie", "telefoons", "op papier", "bewaard", "stappen"),
            (
                (
                    days.day_of(session.created_at),
                    session.worksheet,
                    session.title,
                    session.phones,
                    session.papers,
                    "ja" if session.saved_at else "nee",
                    ", ".join(step.title for step in session.steps if not step.skipped),
                )
                for session in dossier.sessions
            ),
        ),
    }


def _worksheet(field: str) -> str:
    return field.partition(".")[0]


def _question(library: Library, field: str) -> str:
    return library.field(field).label if library.has_field(field) else field


def _mean(counts: Sequence[int], minimum: int) -> str:
    found = mean(counts, minimum)
    return "te weinig" if found is None else decimal(found)


def _file(head: Row, rows: Iterable[Row]) -> bytes:
    """Writes a CSV as Dutch Excel opens it: semicolons, and a mark that says it is UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([head, *([_plain(cell) for cell in row] for row in rows)])
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: Any) -> str:
    """Writes a cell as text. One that begins like a formula would be one, and run on the computer of whoever
    opens the file."""
    words = str(cell)
    return f"'{words}" if words.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) else words
