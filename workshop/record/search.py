"""Finding in a dossier: full text over what the record keeps, on SQLite and on PostgreSQL alike.

workshop/storage/search_index.py keeps what is there to be found, workshop/words.py reads words. Which
texts have a place or a group stands in docs/decisions/0011-finding.md.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop import leaves, words
from workshop.content.library import Library
from workshop.content.worksheets import Bouwsteen
from workshop.leaves import Leaf
from workshop.models import Answer, SearchEntry, Session, ThemeMarks
from workshop.record import marks
from workshop.record.answers import items_of
from workshop.record.sheet import SUBJECTS
from workshop.storage.search_index import ACTION, ANSWER, MARKS, REMINDER, SESSION
from workshop.words import Piece, Term

LONGEST_QUERY = 200
ON_A_PAGE = 20
MOST_PAGES = 50
MOST_SESSIONS = 30
MOST_LINES = 3
AROUND_FIRST, AROUND = 160, 90
KINDS = (ANSWER, ACTION, SESSION, MARKS, REMINDER)
"""In the order in which people see them."""
WORDS = table("search_words", column("rowid"), column("search_words"))


class Filters(msgspec.Struct, frozen=True):
    """What is empty filters nothing."""

    kind: str = ""
    fields: tuple[str, ...] = ()
    worksheets: tuple[str, ...] = ()
    """Of one bouwsteen: its questions and its sheets."""
    session: uuid.UUID | None = None
    place: str = ""
    group: str = ""
    older: bool = False
    """Also what stood in a version of before."""
    page: str = ""
    """As an address has it."""


EVERYTHING = Filters()


class Hit(msgspec.Struct, frozen=True):
    kind: str
    part: str
    field: str
    about: str
    worksheet: str
    owner: uuid.UUID | None
    """The action or session that it is."""
    since: int
    """The version of an answer in which it came to stand there, and the last in which it stood."""
    until: int | None
    at: dt.datetime
    session: Session | None
    """Where it came from, as far as that is still there."""
    first: tuple[Piece, ...]
    lines: tuple[tuple[Piece, ...], ...]
    """Other parts in which something was found."""
    is_reachable: bool
    """Whether the ambition or activity that it is about still stands on its worksheet."""


class Found(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...]
    hits: tuple[Hit, ...] = ()
    counts: dict[str, int] = {}
    """Kind -> how many, whatever kind is asked for."""
    total: int = 0
    leaf: Leaf = Leaf(1, 1, ON_A_PAGE)
    sessions: tuple[Session, ...] = ()
    """The newest sessions that something found came from."""
    places: tuple[str, ...] = ()


def of_bouwsteen(library: Library, bouwsteen: Bouwsteen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Its questions and its sheets, as `Filters` has them."""
    sheets = library.bouwsteen_worksheets(bouwsteen.number)
    return tuple(field.id for sheet in sheets for field in sheet.fields), tuple(sheet.id for sheet in sheets)


async def find(
    db: AsyncSession,
    partnership_id: uuid.UUID,
    query: str,
    filters: Filters = EVERYTHING,
    *,
    places: Sequence[str] = (),
    group_minimum: int = 5,
    breakdown_minimum: int = 10,
) -> Found:
    """What this dossier has with every term of the query in one text. Nothing for a query without words.

    `places` are the labels that name a place; groups are found under the thresholds of the marks.
    """
    wanted = words.terms(query)
    if not wanted:
        return Found(())
    here = [SearchEntry.partnership_id == partnership_id, _matches(db, wanted), *_within(filters)]
    if filters.group:
        may = await _marks_of_group(db, partnership_id, filters.group, group_minimum, breakdown_minimum)
        here += [SearchEntry.kind == MARKS, SearchEntry.part.in_(may)]
    tally = select(SearchEntry.kind, func.count()).where(*here).group_by(SearchEntry.kind)
    counts = Counter({row.kind: row[1] for row in await db.execute(tally)})
    total = counts[filters.kind] if filters.kind else counts.total()
    leaf = leaves.at(filters.page, total, ON_A_PAGE, MOST_PAGES)
    entries = await _entries(db, here, filters.kind, leaf) if total else []
    newest = await _newest_sessions(db, partnership_id, here) if total else {}
    sessions = newest | await _sessions(db, partnership_id, {e.from_session for e in entries} - {*newest})
    subjects = await _subjects(db, partnership_id) if any(entry.about for entry in entries) else frozenset()
    return Found(
        terms=wanted,
        hits=tuple(_hit(entry, wanted, sessions, subjects) for entry in entries),
        counts=dict(counts),
        total=total,
        leaf=leaf,
        sessions=tuple(newest.values()),
        places=await _places(db, here, places) if total else (),
    )


# --- the words, in the language of each database --------------------------------------------------


def _matches(db: AsyncSession, wanted: Sequence[Term]) -> ColumnElement[bool]:
    """Only folded words go in, each with its `w`: no sign of a query language is among them."""
    if db.get_bind().dialect.name == "sqlite":
        asked = " AND ".join(_in_fts5(term) for term in wanted)
        found = select(WORDS.c.rowid).where(WORDS.c.search_words.op("MATCH")(asked))
        return SearchEntry.id.in_(found)
    asked = " & ".join(_in_postgresql(term) for term in wanted)
    return literal_column("search_entry.search_words").op("@@")(cast(asked, TSQUERY))


def _in_fts5(term: Term) -> str:
    return f'"{" ".join(f"w{word}" for word in term.words)}"' + ("" if term.whole else " *")


def _in_postgresql(term: Term) -> str:
    quoted = " <-> ".join(f"'w{word}'" for word in term.words)
    return f"({quoted}{'' if term.whole else ':*'})"


def _within(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not filters.older:
        conditions.append(SearchEntry.until.is_(None))
    if filters.fields or filters.worksheets:
        of_fields = SearchEntry.field.in_(filters.fields)
        conditions.append(or_(of_fields, SearchEntry.worksheet.in_(filters.worksheets)))
    if filters.session:
        conditions.append(SearchEntry.from_session == filters.session)
    if filters.place:
        conditions.append(SearchEntry.labels.contains(f"|{filters.place}|", autoescape=True))
    return conditions


async def _marks_of_group(
    db: AsyncSession, partnership_id: uuid.UUID, group: str, group_minimum: int, breakdown_minimum: int
) -> list[str]:
    """The marks of which this group's figures may be seen: the same rule as on the page of the marks."""
    by_session: dict[uuid.UUID, list[ThemeMarks]] = {}
    for row in await marks.rows_of(db, partnership_id):
        by_session.setdefault(row.session_id, []).append(row)
    return [
        row.id.hex
        for rows in by_session.values()
        for row in rows
        for contrast in marks.contrasts([row], group_minimum, breakdown_minimum)
        if group in contrast.means
    ]


# --- what was found -------------------------------------------------------------------------------


async def _entries(
    db: AsyncSession, here: Sequence[ColumnElement[bool]], kind: str, leaf: Leaf
) -> list[SearchEntry]:
    """One page: by kind, what stands there before what stood there, the newest first."""
    order = case({kind: place for place, kind in enumerate(KINDS)}, value=SearchEntry.kind)
    query = select(SearchEntry).where(*here)
    if kind:
        query = query.where(SearchEntry.kind == kind)
    query = query.order_by(order, SearchEntry.until.is_not(None), SearchEntry.at.desc(), SearchEntry.id)
    return list(await db.scalars(query.limit(leaf.size).offset(leaf.skip)))


async def _newest_sessions(
    db: AsyncSession, partnership_id: uuid.UUID, here: Sequence[ColumnElement[bool]]
) -> dict[uuid.UUID, Session]:
    """The newest sessions that something found came from, newest first."""
    came_from = select(SearchEntry.from_session).where(*here, SearchEntry.from_session.is_not(None))
    mine = _sessions_of(partnership_id).where(Session.id.in_(came_from))
    return {session.id: session for session in await db.scalars(mine.limit(MOST_SESSIONS))}


async def _sessions(
    db: AsyncSession, partnership_id: uuid.UUID, ids: set[uuid.UUID | None]
) -> dict[uuid.UUID, Session]:
    wanted = [id for id in ids if id]
    if not wanted:
        return {}
    mine = _sessions_of(partnership_id).where(Session.id.in_(wanted))
    return {session.id: session for session in await db.scalars(mine)}


def _sessions_of(partnership_id: uuid.UUID) -> Select[Session]:
    query = select(Session).options(lazyload(Session.activities))
    return query.where(Session.partnership_id == partnership_id).order_by(Session.created_at.desc())


async def _subjects(db: AsyncSession, partnership_id: uuid.UUID) -> frozenset[str]:
    """The ambitions and activities that stand in the dossier now."""
    mine = and_(Answer.partnership_id == partnership_id, Answer.field.in_(SUBJECTS.values()))
    return frozenset(
        item.id for answer in await db.scalars(select(Answer).where(mine)) for item in items_of(answer)
    )


async def _places(
    db: AsyncSession, here: Sequence[ColumnElement[bool]], known: Sequence[str]
) -> tuple[str, ...]:
    """The known places that the found texts name, in their own order."""
    query = select(SearchEntry.labels).where(*here, SearchEntry.labels != "").distinct()
    named = {label for labels in await db.scalars(query) for label in labels.split("|")}
    return tuple(place for place in known if place in named)


def _hit(
    entry: SearchEntry, wanted: Sequence[Term], sessions: Mapping[Any, Session], subjects: frozenset[str]
) -> Hit:
    first, *others = entry.text.split("\n")
    marked = [words.marked(words.excerpt(line, wanted, AROUND), wanted) for line in others]
    return Hit(
        kind=entry.kind,
        part=entry.part,
        field=entry.field,
        about=entry.about,
        worksheet=entry.worksheet,
        owner=entry.action_id or entry.session_id,
        since=entry.since,
        until=entry.until,
        at=entry.at,
        session=sessions.get(entry.from_session),
        first=words.marked(words.excerpt(first, wanted, AROUND_FIRST), wanted),
        lines=tuple(line for line in marked if any(piece.marked for piece in line))[:MOST_LINES],
        is_reachable=not entry.about or entry.about in subjects,
    )
