"""Marks through time: small multiples, a table with the same figures, and groups where those may be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.accounts import roles
from workshop.content.library import Library
from workshop.content.worksheets import Field
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership, ThemeMarks
from workshop.pages.dossier.fields import NO_FIELD, field_at
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back
from workshop.record import actions, chart, higher, layouts, marks
from workshop.record.marks import Contrast, ThemeTrend
from workshop.services import Services
from workshop.settings import Settings
from workshop.storage.database import changes


class MarkedQuestion(msgspec.Struct, frozen=True):
    """One question with marks: its themes through time, and its newest session by group."""

    field: Field
    themes: list[ThemeTrend]
    newest: ThemeMarks
    contrasts: list[Contrast]
    groups: dict[str, str]
    shown: int
    """How many sessions are on the page, out of `sessions`."""
    sessions: int


@get("/dossiers/{partnership_id:uuid}/cijfers")
async def marks_page(
    services: NamedDependency[Services], member: NamedDependency[Membership], alles: FromQuery[str] = ""
) -> Response[str]:
    """Shows the sessions that are drawn; with `alles=ja` the table has all of them."""
    newest = None if alles == "ja" else chart.MOST_POINTS
    async with services.db.read() as db:
        rows = await marks.rows_of(db, member.partnership_id, newest=newest)
        sessions = await marks.sessions_in(db, member.partnership_id)
        themes = higher.themes(services.library, rows)
        cards = await higher.cards(db, services.library, member.partnership_id, themes)
        agreed = await actions.of(db, member.partnership_id, came_of_something=True)
    return record_page(
        services,
        member,
        "marks.html",
        "cijfers",
        questions=_questions(services.library, rows, sessions, services.settings),
        brought=higher.per_theme(cards, agreed),
        draw=chart.draw,
        strip=chart.strip,
        spread_words=marks.spread_words,
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        along=chart.along,
        minimum=services.settings.marks_minimum,
        group_minimum=services.settings.group_minimum,
        breakdown_minimum=services.settings.breakdown_minimum,
    )


@get("/dossiers/{partnership_id:uuid}/cijfers/papier/{field_id:str}")
async def paper(
    services: NamedDependency[Services], member: NamedDependency[Membership], field_id: FromPath[str]
) -> Response[str]:
    """Shows a form for marks that were given on paper: ten counts per theme."""
    roles.require(member, roles.EDIT)
    return _paper_page(services, member, field_id, {})


@post("/dossiers/{partnership_id:uuid}/cijfers/papier/{field_id:str}", status_code=303)
async def save_paper(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Takes the form `on` (ISO date) and `count.<theme>.<mark>`; shows it again (422) when something does not
    fit."""
    roles.require(member, roles.EDIT)
    field, own = field_at(services, field_id)
    form = await posted(request)
    themes = _themes(services, field)
    try:
        counts, day = marks.on_paper(form, themes), _day(first(form, "on"))
    except ValueError as error:
        return _paper_page(services, member, field_id, form, str(error), 422)

    async def save(db: AsyncSession) -> None:
        await marks.save_paper(
            db,
            member.partnership_id,
            own.id,
            field,
            themes,
            counts,
            day,
            account_id=member.account_id,
            id=once(form).id,
        )
        if await changes(db):
            writing.note(db, member, What.MARKS_ENTERED, field.label)

    await services.db.write(save)
    return back(f"{home_of(member)}/cijfers")


def _paper_page(
    services: Services,
    member: Membership,
    field_id: str,
    form: dict[str, list[str]],
    trouble: str = "",
    status: int = 200,
) -> Response[str]:
    field, own = field_at(services, field_id)
    return record_page(
        services,
        member,
        "paper.html",
        "cijfers",
        status,
        field=field,
        worksheet=own,
        themes=_themes(services, field),
        typed={name: values[0] for name, values in form.items()},
        trouble=trouble,
    )


def _themes(services: Services, field: Field) -> tuple[layouts.Header, ...]:
    """Returns the themes of a question. Raises `Gone` for a question without marks."""
    if field.kind != "marks":
        raise Gone(NO_FIELD)
    return layouts.layout_of(services.library, field, {}).rows


def _day(typed: str) -> dt.date:
    if days.written(typed) is None:
        raise ValueError("Kies de dag waarop de cijfers zijn gegeven.")
    day = days.typed(typed)
    if day > days.today():
        raise ValueError("Deze dag moet nog komen. Kies de dag waarop de cijfers zijn gegeven.")
    return day


def _questions(
    library: Library, rows: Sequence[ThemeMarks], sessions: Mapping[str, int], settings: Settings
) -> list[MarkedQuestion]:
    fields = dict.fromkeys(row.field for row in rows if library.has_field(row.field))
    return [
        _question(library.field(id), [row for row in rows if row.field == id], sessions[id], settings)
        for id in fields
    ]


def _question(field: Field, rows: Sequence[ThemeMarks], sessions: int, settings: Settings) -> MarkedQuestion:
    newest = [row for row in rows if row.session_id == rows[-1].session_id]
    contrasts = marks.contrasts(newest, settings.group_minimum, settings.breakdown_minimum)
    return MarkedQuestion(
        field=field,
        themes=marks.through_time(rows, settings.marks_minimum),
        newest=rows[-1],
        contrasts=contrasts,
        groups=marks.groups_in(contrasts),
        shown=len({row.session_id for row in rows}),
        sessions=sessions,
    )


routes = [marks_page, paper, save_paper]
