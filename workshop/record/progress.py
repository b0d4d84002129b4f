"""How far a dossier is: answered questions per bouwsteen, the bouwsteen that people work on, and what
can be done next."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence, Set

import msgspec
from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.content.worksheets import Bouwsteen, Field, Worksheet
from workshop.dutch import series
from workshop.models import Action, Answer, ThemeMarks
from workshop.text import plural


class Count(msgspec.Struct, frozen=True):
    """How many of a number of questions are answered."""

    answered: int
    total: int

    @property
    def share(self) -> float:
        return self.answered / self.total if self.total else 0.0

    @property
    def complete(self) -> bool:
        return self.answered == self.total

    @property
    def words(self) -> str:
        """`21 van 24 vragen`."""
        if not self.answered:
            return "nog niet begonnen"
        return f"{self.answered} van {plural(self.total, 'vraag', 'vragen')}"


class BouwsteenProgress(msgspec.Struct, frozen=True):
    bouwsteen: Bouwsteen
    count: Count


class Suggestion(msgspec.Struct, frozen=True):
    """A worksheet that comes next; `inputs` are the answers that it takes over, `missing` those of them that
    nobody gave yet."""

    worksheet: Worksheet
    inputs: tuple[Field, ...] = ()
    missing: tuple[Field, ...] = ()


class HowFar(msgspec.Struct, frozen=True):
    """How far a worksheet is; `missing` names the answers that it takes over and that nobody gave yet:
    `Zorgen en Kansen (werkblad 1-A)`."""

    count: Count
    missing: str


async def answered_fields(db: AsyncSession, partnership_id: uuid.UUID) -> frozenset[str]:
    """Reads which fields have items, marks or actions. One statement for the whole dossier."""
    items = func.json_array_length(Answer.body["items"])
    written = select(Answer.field).where(Answer.partnership_id == partnership_id, items > 0)
    marked = select(ThemeMarks.field).where(ThemeMarks.partnership_id == partnership_id)
    agreed = select(Action.field).where(Action.partnership_id == partnership_id, Action.status != "dropped")
    return frozenset(await db.scalars(union(written, marked, agreed)))


def count(fields: Iterable[Field], answered: Set[str]) -> Count:
    ids = [field.id for field in fields]
    return Count(sum(id in answered for id in ids), len(ids))


def per_bouwsteen(library: Library, answered: Set[str]) -> list[BouwsteenProgress]:
    return [
        BouwsteenProgress(
            bouwsteen,
            count(
                (f for sheet in library.bouwsteen_worksheets(bouwsteen.number) for f in sheet.fields),
                answered,
            ),
        )
        for bouwsteen in library.bouwstenen
    ]


def now_at(library: Library, answered: Set[str], session_worksheets: Sequence[str] = ()) -> int:
    """Returns the number of the bouwsteen that people work on.

    That is the bouwsteen of their newest session while it has open questions, else the first one that is
    begun and not finished, else the first one with open questions, else the last.
    """
    progress = per_bouwsteen(library, answered)
    unfinished = [each for each in progress if not each.count.complete]
    in_session = [
        each for id in session_worksheets[:1] for each in unfinished if id in each.bouwsteen.worksheets
    ]
    begun = [each for each in unfinished if each.count.answered]
    candidates = in_session or begun or unfinished or progress[-1:]
    return candidates[0].bouwsteen.number


def suggestion(library: Library, answered: Set[str]) -> Suggestion | None:
    """Returns the worksheet that comes next; None when everything is begun.

    That is the main one after the last that people began, else the first one that they passed over. Learning
    sheets come after the main ones. What it takes over may still be `missing`: then that comes first.
    """
    begun = [bool(count(sheet.fields, answered).answered) for sheet in library.worksheets]
    last = max((number for number, one in enumerate(begun) if one), default=-1)
    waiting = [
        (sheet.sheet == "learn", sheet.sheet == "main" and number < last, number)
        for number, sheet in enumerate(library.worksheets)
        if not begun[number]
    ]
    return of_sheet(library, library.worksheets[min(waiting)[-1]], answered) if waiting else None


def of_sheet(library: Library, sheet: Worksheet, answered: Set[str]) -> Suggestion:
    """Returns what a worksheet takes over (`carries_from`, with a basis in the workbook's text), and what of
    that is missing."""
    inputs = _inputs(library, sheet)
    return Suggestion(sheet, inputs, tuple(field for field in inputs if field.id not in answered))


def states(library: Library, answered: Set[str]) -> dict[str, HowFar]:
    """Returns how far each worksheet is, by its id."""
    return {
        sheet.id: HowFar(count(sheet.fields, answered), _missing(library, sheet, answered))
        for sheet in library.worksheets
    }


def _missing(library: Library, sheet: Worksheet, answered: Set[str]) -> str:
    by_sheet: dict[str, list[str]] = {}
    for field in of_sheet(library, sheet, answered).missing:
        by_sheet.setdefault(library.worksheet_of(field.id).id, []).append(field.label)
    return series([f"{series(labels)} (werkblad {id})" for id, labels in by_sheet.items()])


def evaluation(library: Library) -> tuple[Worksheet, Field] | None:
    """Finds the worksheet with the marks, and its field with the agreement on when to look back. Returns None
    where the content has no such worksheet or field."""
    for sheet in library.worksheets:
        if any(field.kind == "marks" for field in sheet.fields):
            agreements = [field for field in sheet.fields if field.when == "start"]
            return (sheet, agreements[0]) if agreements else None
    return None


def _inputs(library: Library, sheet: Worksheet) -> tuple[Field, ...]:
    """Returns the answers of other worksheets that this one takes over, each once."""
    own = {field.id for field in sheet.fields}
    edges = [edge for field in sheet.fields for edge in field.carries_from]
    said = dict.fromkeys(edge.field for edge in edges if edge.basis == "said" and edge.field not in own)
    return tuple(library.field(id) for id in said)
