"""Marks through time: small multiples, a table with the same figures, and groups where those may be seen."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency

from workshop.bouwstenen import Field, Library
from workshop.models import Membership, ThemeMarks
from workshop.pages.record_page import record_page
from workshop.record import chart, marks
from workshop.record.marks import Contrast, Theme
from workshop.services import Services
from workshop.settings import Settings


class Question(msgspec.Struct, frozen=True):
    """One question with marks: its themes through time, and its newest session by group."""

    field: Field
    themes: list[Theme]
    newest: ThemeMarks
    contrasts: list[Contrast]
    groups: dict[str, str]
    sessions: int


@get("/dossiers/{partnership_id:uuid}/cijfers")
async def marks_page(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[str]:
    async with services.db.read() as db:
        rows = await marks.rows_of(db, member.partnership_id)
    return record_page(
        services,
        member,
        "marks.html",
        "cijfers",
        questions=_questions(services.library, rows, services.settings),
        draw=chart.draw,
        along=chart.along,
        minimum=services.settings.marks_minimum,
        group_minimum=services.settings.group_minimum,
        breakdown_minimum=services.settings.breakdown_minimum,
    )


def _questions(library: Library, rows: Sequence[ThemeMarks], settings: Settings) -> list[Question]:
    fields = dict.fromkeys(row.field for row in rows if library.has_field(row.field))
    return [_question(library.field(id), [row for row in rows if row.field == id], settings) for id in fields]


def _question(field: Field, rows: Sequence[ThemeMarks], settings: Settings) -> Question:
    newest = [row for row in rows if row.session_id == rows[-1].session_id]
    contrasts = marks.contrasts(newest, settings.group_minimum, settings.breakdown_minimum)
    return Question(
        field=field,
        themes=marks.through_time(rows, settings.marks_minimum),
        newest=rows[-1],
        contrasts=contrasts,
        groups=marks.groups_in(contrasts),
        sessions=len({row.session_id for row in rows}),
    )


routes = [marks_page]
