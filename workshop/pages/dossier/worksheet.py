"""A worksheet in the dossier: a step with its answers, and the editor of one of them on request."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop.content.worksheets import Field, Worksheet
from workshop.live.errors import Gone
from workshop.models import Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.record import actions, ambitions, answers, fields, layouts, readers, sheet
from workshop.record.columns import by_column, column_of, tone_of
from workshop.record.rows import EditorRow, Form, Wrong, rows_in
from workshop.rhythms import RHYTHMS
from workshop.services import Services

NO_WORKSHEET = "Dit werkblad bestaat niet. Kies er een uit de lijst van bouwstenen."
NO_STEP = "Dit deel staat niet op het werkblad. Kies er een uit de lijst."

NEW_ROW = EditorRow("__row__", {"cell": "__place__", "column": "__place__"})
"""The row that the script of an editor copies for a new one."""


class RefusedForm(msgspec.Struct, frozen=True):
    """A form that did not fit, shown again as it was."""

    field: str
    form: dict[str, list[str]]
    wrong: Wrong


@get("/dossiers/{partnership_id:uuid}/bouwstenen/{slug:str}")
async def worksheet(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    slug: FromPath[str],
    stap: FromQuery[str] = "",
    over: FromQuery[str] = "",
    bewerk: FromQuery[str] = "",
    regel: FromQuery[str] = "",
) -> Response[str]:
    """Shows a worksheet. Query: `stap`, a step; `over`, an ambition or activity; `bewerk` opens a field, at
    its row `regel`."""
    own = worksheet_at(services, slug)
    return await sheet_page(services, member, own, stap, over, bewerk, regel)


async def sheet_page(
    services: Services,
    member: Membership,
    own: Worksheet,
    step: str,
    over: str,
    opened: str = "",
    row: str = "",
    typed: RefusedForm | None = None,
) -> Response[str]:
    """Shows a step of a worksheet; with `typed` a form that did not fit (422). Raises `Gone` for a step that
    does not exist."""
    minimum = services.settings.marks_minimum
    try:
        async with services.db.read() as db:
            found = await sheet.read(db, services.library, member.partnership_id, own, step, over, minimum)
    except LookupError:
        raise Gone(NO_STEP) from None
    return record_page(
        services,
        member,
        "worksheet.html",
        "bouwstenen",
        422 if typed else 200,
        sheet=found,
        opened=typed.field if typed else opened,
        focus_of=lambda view, rows: focus_of(view, rows, row, typed),
        typed=typed,
        new_row=NEW_ROW,
        rows_of=lambda view: rows_of(view, typed),
        worksheet_of=services.library.worksheet_of,
        wide=any(
            view.field.id == opened and fields.EDITORS[view.layout.editor].wide for view in found.fields
        ),
        active_ambitions=ambitions.active,
        by_column=by_column,
        cell_of=layouts.cell_of,
        column_of=column_of,
        tone_of=tone_of,
        told_of=answers.told_of,
        is_late=actions.is_late,
        outcomes=actions.OUTCOMES,
        partner_statuses=readers.PARTNER_STATUSES,
        statuses=actions.STATUSES,
        rhythms=RHYTHMS.values(),
        library=services.library,
    )


def rows_of(view: sheet.FieldView, typed: RefusedForm | None = None) -> Sequence[EditorRow]:
    """Returns the rows of an editor: as they are saved, or as somebody typed them."""
    if typed and typed.field == view.field.id:
        with contextlib.suppress(Wrong):
            return rows_in(typed.form, view.items)
    if view.field.kind == "actions":
        there = [actions.as_item(action) for action in view.actions if action.status != "dropped"]
        return fields.rows_for(view.layout, there)
    return fields.rows_for(view.layout, view.items)


def focus_of(
    view: sheet.FieldView, rows: Sequence[EditorRow], row: str, typed: RefusedForm | None
) -> tuple[str, str]:
    """Returns the row and the name of the input where the keyboard begins: what did not fit, the row that was
    asked for, the first to choose, or the first that is empty."""
    if typed and typed.wrong.row:
        return typed.wrong.row, typed.wrong.name
    found = [
        *(one for one in rows if one.id == row),
        *(one for one in rows if one.ready),
        *(one for one in rows if not one.item),
        *rows,
    ]
    if not found or not found[0].ready:
        return found[0].id if found else "", "text"
    return found[0].id, "column" if view.layout.values else "on"


def worksheet_at(services: Services, slug: str) -> Worksheet:
    """Returns the worksheet with this slug. Raises `Gone`."""
    try:
        return services.library.by_slug(slug.lower())
    except KeyError:
        raise Gone(NO_WORKSHEET) from None


def address(
    member: Membership, own: Worksheet, field: Field, over: str = "", *, editing: bool = False
) -> str:
    """Returns the address of the worksheet at this field, to read it or to write on.

    An address that opens an editor has no fragment: browsers give `autofocus` no focus beside one.
    """
    query = f"?stap={own.step_key(field.id)}" + (f"&over={over}" if over else "")
    onward = f"&bewerk={field.id}" if editing else f"#veld-{field.id}"
    return f"{home_of(member)}/bouwstenen/{own.slug}{query}{onward}"


async def check_subject(services: Services, member: Membership, own: Worksheet, over: str) -> None:
    """Raises `Gone` for an ambition or activity that does not exist."""
    if not over:
        return
    async with services.db.read() as db:
        subjects = await sheet.subjects_of(db, services.library, member.partnership_id, own)
    if over not in {subject.id for subject in subjects}:
        raise Gone(NO_STEP)


def in_order(form: Form) -> list[tuple[str, str]]:
    """Lists everything that was posted, to be posted again."""
    return [(name, value) for name, values in form.items() for value in values]


routes = [worksheet]
