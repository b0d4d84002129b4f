"""For machines: one dossier, read with a key. Says what the pages say, and nothing that they hide.

No cookie opens anything here, and no answer is for scripts of other sites. docs/api.md shows how to ask.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Set
from typing import Annotated, Any

import msgspec
from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotAuthorizedException, NotFoundException, TooManyRequestsException
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from sqlalchemy import select

from workshop import days
from workshop.accounts import keys
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.models import Answer, ApiKey
from workshop.pages.api.rules import BASE
from workshop.pages.errors import OWN_WORDS, PROBLEM, Problem
from workshop.record import actions, indicators, marks, moments, progress
from workshop.record.answers import items_of
from workshop.services import Services

NO_KEY = "Stuur een sleutel van dit dossier mee: Authorization: Bearer …"
ABSENT = "Dit is er niet, of niet voor deze sleutel."
TOO_FAST = "Deze sleutel vraagt te veel in een minuut. Wacht even."

ERRORS = {
    status: ResponseSpec(Problem, generate_examples=False, description=why, media_type=PROBLEM)
    for status, why in {
        400: "An address of another installation, or with a character that no address holds",
        401: "No key, or one that opens nothing any more",
        404: "Not there, or of another key",
        429: "This key asks too much in a minute",
        503: "The database is away: ask again",
    }.items()
}


class SheetProgress(msgspec.Struct, frozen=True):
    """A worksheet, with how many of its questions have an answer."""

    id: str
    slug: str
    title: str
    questions: int
    answered: int


class Dossier(msgspec.Struct, frozen=True):
    id: uuid.UUID
    name: str
    place: str
    created_on: dt.date
    worksheets: list[SheetProgress]


class Line(msgspec.Struct, frozen=True):
    """One line of an answer. `session` is where it came from; null when it was written by hand."""

    id: str
    text: str
    column: str
    cards: int
    votes: int | None
    chosen: bool
    labels: list[str]
    details: dict[str, str]
    session: str | None


class AnswerOf(msgspec.Struct, frozen=True):
    """The current answer to one question; `about` is the id of an ambition or activity, or empty."""

    field: str
    label: str
    question: str
    about: str
    version: int
    lines: list[Line]


class Sheet(msgspec.Struct, frozen=True):
    id: str
    title: str
    answers: list[AnswerOf]


class Moment(msgspec.Struct, frozen=True):
    """One theme in one session. `mean` is null where too few gave a mark."""

    session: uuid.UUID
    on: dt.date
    marks: int
    mean: float | None


class Theme(msgspec.Struct, frozen=True):
    """One theme through time; `change` is between the last two means that may be known."""

    field: str
    theme: str
    label: str
    change: float | None
    moments: list[Moment]


class ActionOf(msgspec.Struct, frozen=True):
    id: uuid.UUID
    field: str
    text: str
    owner: str
    due: dt.date | None
    status: str
    priority: str
    agreed_on: dt.date
    session: uuid.UUID | None


class MomentOf(msgspec.Struct, frozen=True):
    """An agreement about time: the next day, how often in words, and who plans it."""

    id: str
    field: str
    text: str
    next_on: dt.date | None
    often: str
    owner: str


class Indicator(msgspec.Struct, frozen=True):
    id: str
    field: str
    about: str
    text: str
    details: dict[str, str]


async def provide_key(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> ApiKey:
    """Returns the key of this dossier. Raises `NotAuthorizedException` (401) without one,
    `TooManyRequestsException` (429) for one that asks too much, and `NotFoundException` (404) for one of
    another dossier."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    key = await keys.find(services.db, token.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        raise NotAuthorizedException(NO_KEY, extra=OWN_WORDS, headers={"WWW-Authenticate": "Bearer"})
    if await keys.PACE.holds(services.settings.api_requests_a_minute, key.id.hex):
        raise TooManyRequestsException(TOO_FAST, extra=OWN_WORDS, headers={"Retry-After": "60"})
    if key.partnership_id != request.path_params["dossier_id"]:
        raise NotFoundException(ABSENT, extra=OWN_WORDS)
    return key


@get("/", responses=ERRORS)
async def dossier(services: NamedDependency[Services], key: NamedDependency[ApiKey]) -> Dossier:
    """Returns the dossier, and how far each worksheet is."""
    async with services.db.read() as db:
        answered = await progress.answered_fields(db, key.partnership_id)
    sheets = [_progress(sheet, answered) for sheet in services.library.worksheets]
    own = key.partnership
    return Dossier(own.id, own.name, own.place, days.day_of(own.created_at), sheets)


@get("/werkbladen/{slug:str}", responses=ERRORS)
async def worksheet(
    services: NamedDependency[Services],
    key: NamedDependency[ApiKey],
    slug: Annotated[str, PathParameter(examples=[Example(value="1-a")])],
) -> Sheet:
    """Returns the current answers on one worksheet."""
    try:
        sheet = services.library.by_slug(slug)
    except KeyError:
        raise NotFoundException(ABSENT, extra=OWN_WORDS) from None
    rows = await _answers(services, key, sheet.fields)
    return Sheet(sheet.id, sheet.title, [_answer(sheet.field(row.field), row) for row in rows])


@get("/cijfers", responses=ERRORS)
async def marks_through_time(
    services: NamedDependency[Services], key: NamedDependency[ApiKey]
) -> list[Theme]:
    """Lists marks per theme through time. Below the threshold there is a count and nothing else."""
    async with services.db.read() as db:
        rows = await marks.rows_of(db, key.partnership_id)
    known = [row for row in rows if services.library.has_field(row.field)]
    return [_theme(theme) for theme in marks.through_time(known, services.settings.marks_minimum)]


@get("/acties", responses=ERRORS)
async def agreed_actions(services: NamedDependency[Services], key: NamedDependency[ApiKey]) -> list[ActionOf]:
    """Lists every agreed action, the first to be done first."""
    async with services.db.read() as db:
        rows = await actions.of(db, key.partnership_id)
    return [
        ActionOf(
            row.id,
            row.field,
            row.text,
            row.owner,
            row.due,
            row.status,
            row.priority,
            days.day_of(row.created_at),
            row.session_id,
        )
        for row in rows
    ]


@get("/momenten", responses=ERRORS)
async def agreed_moments(services: NamedDependency[Services], key: NamedDependency[ApiKey]) -> list[MomentOf]:
    """Lists every agreement about time, the first day first; those without a day last."""
    async with services.db.read() as db:
        every = await moments.of(db, services.library, key.partnership_id)
    return [MomentOf(one.id, one.field, one.text, one.next_on, one.frequency, one.owner) for one in every]


@get("/indicatoren", responses=ERRORS)
async def indicator_list(
    services: NamedDependency[Services], key: NamedDependency[ApiKey]
) -> list[Indicator]:
    """Lists every indicator and signal: how the partnership wants to see whether it works."""
    fields = [f for sheet in services.library.worksheets for f in sheet.fields if f.kind == "indicator-list"]
    return [
        Indicator(item.id, row.field, row.about, item.text, indicators.details_of(item))
        for row in await _answers(services, key, fields)
        for item in items_of(row)
    ]


async def _answers(services: Services, key: ApiKey, fields: list[Field]) -> list[Answer]:
    """Lists the answers to these fields, in their order."""
    order = [field.id for field in fields]
    query = select(Answer).where(Answer.partnership_id == key.partnership_id, Answer.field.in_(order))
    async with services.db.read() as db:
        rows = await db.scalars(query)
        return sorted(rows, key=lambda row: (order.index(row.field), row.about))


def _progress(sheet: Worksheet, answered: Set[str]) -> SheetProgress:
    count = progress.count(sheet.fields, answered)
    return SheetProgress(sheet.id, sheet.slug, sheet.title, count.total, count.answered)


def _answer(field: Field, row: Answer) -> AnswerOf:
    lines = [_line(item) for item in items_of(row)]
    return AnswerOf(field.id, field.label, field.question, row.about, row.number, lines)


def _line(item: Item) -> Line:
    """Makes a line, without who wrote it: a machine counts and shows, it does not judge people."""
    return Line(
        item.id,
        item.text,
        item.column,
        item.cards,
        item.votes,
        item.chosen,
        list(item.labels),
        dict(item.details),
        item.session,
    )


def _theme(theme: marks.ThemeTrend) -> Theme:
    moments = [Moment(m.session, days.day_of(m.at), m.marks, m.mean) for m in theme.moments]
    return Theme(theme.field, theme.theme, theme.label, theme.change, moments)


routes = [
    Router(
        f"{BASE}/dossiers/{{dossier_id:uuid}}",
        route_handlers=[
            dossier,
            worksheet,
            marks_through_time,
            agreed_actions,
            agreed_moments,
            indicator_list,
        ],
        dependencies={"key": Provide(provide_key)},
        include_in_schema=True,
        security=[{"key": []}],
    )
]
