"""Searches a dossier: full text over what the record keeps, on SQLite and on PostgreSQL alike.

workshop/storage/search_index.py keeps the index, workshop/words.py reads words.
docs/decisions/0011-finding.md says which texts have a place or a group.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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

from workshop import paging, words
from workshop.content.library import Library
from workshop.content.worksheets import Bouwsteen
from workshop.models import Answer, SearchEntry, Session, ThemeMarks, in_dossier
from workshop.paging import ListPage
from workshop.record import marks
from workshop.record.answers import items_of
from workshop.record.sheet import SUBJECTS
from workshop.storage.database import Database
from workshop.storage.search_index import ACTION, ANSWER, MARKS, REMINDER, SESSION
from workshop.words import ExcerptPart, Term

LONGEST_QUERY = 200
ON_A_PAGE = 20
MOST_PAGES = 50
MOST_SESSIONS = 30
MOST_TEXTS = 5000
"""In so many texts is found by meaning, the newest: reading one takes a millisecond and a kilobyte."""
MOST_LINES = 3
AROUND_FIRST, AROUND = 160, 90
KINDS = (ANSWER, ACTION, SESSION, MARKS, REMINDER)
"""In the order in which people see them."""
WORDS = table("search_words", column("rowid"), column("search_words"))


class Filters(msgspec.Struct, frozen=True):
    """What somebody asked for. An empty filter leaves nothing out."""

    kind: str = ""
    fields: tuple[str, ...] = ()
    worksheets: tuple[str, ...] = ()
    """The sheets of one bouwsteen; `fields` has its questions."""
    session: uuid.UUID | None = None
    place: str = ""
    group: str = ""
    older: bool = False
    """Whether earlier versions of an answer are searched too."""
    page: str = ""
    """Number of the page, as the address has it."""


EVERYTHING = Filters()


class Hit(msgspec.Struct, frozen=True):
    kind: str
    part: str
    field: str
    about: str
    worksheet: str
    owner: uuid.UUID | None
    """Id of the action or session that was found."""
    since: int
    """Number of the version of an answer in which it appeared."""
    until: int | None
    """Number of the last version that had it; None while it still stands there."""
    at: dt.datetime
    session: Session | None
    """The session it came from, if that is still there."""
    first: tuple[ExcerptPart, ...]
    lines: tuple[tuple[ExcerptPart, ...], ...]
    """Other lines of its text for which it was found."""
    is_reachable: bool
    """Whether the ambition or activity that it is about still stands on its worksheet."""


class SearchResult(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...]
    hits: tuple[Hit, ...] = ()
    counts: dict[str, int] = {}
    """Kind -> number of hits, whatever kind is asked for."""
    total: int = 0
    list_page: ListPage = ListPage(1, 1, ON_A_PAGE)
    sessions: tuple[Session, ...] = ()
    """The newest sessions that a hit came from."""
    places: tuple[str, ...] = ()


def of_bouwsteen(library: Library, bouwsteen: Bouwsteen) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the ids of its questions and those of its sheets, as `Filters` has them."""
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
) -> SearchResult:
    """Finds the texts of this dossier that have every term of the query. A query without words finds nothing.

    `places` are the labels that name a place. With a group in the filters only marks are found whose figures
    for that group may be seen, by the thresholds `group_minimum` and `breakdown_minimum` (in marks).
    """
    wanted = words.terms(query)
    if not wanted:
        return SearchResult(())
    here = [*_of(partnership_id, filters), _matches(db, wanted)]
    if filters.group:
        may = await _marks_of_group(db, partnership_id, filters.group, group_minimum, breakdown_minimum)
        here += [SearchEntry.kind == MARKS, SearchEntry.part.in_(may)]
    tally = select(SearchEntry.kind, func.count()).where(*here).group_by(SearchEntry.kind)
    counts = Counter({row.kind: row[1] for row in await db.execute(tally)})
    total = counts[filters.kind] if filters.kind else counts.total()
    list_page = paging.at(filters.page, total, ON_A_PAGE, MOST_PAGES)
    entries = await _entries(db, here, filters.kind, list_page) if total else []
    newest = await _newest_sessions(db, partnership_id, here) if total else {}
    sessions = newest | await _sessions(db, partnership_id, {e.from_session for e in entries} - {*newest})
    subjects = await _subjects(db, partnership_id, entries)
    return SearchResult(
        terms=wanted,
        hits=tuple(_hit(entry, wanted, sessions, subjects) for entry in entries),
        counts=dict(counts),
        total=total,
        list_page=list_page,
        sessions=tuple(newest.values()),
        places=await _places(db, here, places) if total else (),
    )


async def texts_of(db: AsyncSession, partnership_id: uuid.UUID, filters: Filters) -> dict[int, str]:
    """Reads the texts of this dossier in which can be found by meaning, the newest first, by their number in
    the index. Of a session it is only the title: its steps are called the same everywhere."""
    query = select(SearchEntry.id, SearchEntry.kind, SearchEntry.text).where(
        *_of(partnership_id, msgspec.structs.replace(EVERYTHING, older=filters.older))
    )
    rows = await db.execute(query.order_by(SearchEntry.at.desc(), SearchEntry.id).limit(MOST_TEXTS))
    return {id: text.partition("\n")[0] if kind == SESSION else text for id, kind, text in rows}


async def whole_of(database: Database, partnership_id: uuid.UUID) -> dict[int, str]:
    """Reads every text that `texts_of` gives of this dossier, whatever is asked for."""
    async with database.read() as db:
        found = [await texts_of(db, partnership_id, Filters(older=older)) for older in (False, True)]
    return found[0] | found[1]


async def not_by_word(
    db: AsyncSession, partnership_id: uuid.UUID, query: str, filters: Filters
) -> frozenset[int]:
    """Reads the numbers of the texts that `find` with this query leaves out, though the filters do not. Empty
    for a query without words, and with a group: a text does not tell of whom it is."""
    wanted = words.terms(query)
    if not wanted or filters.group:
        return frozenset()
    here = [*_of(partnership_id, filters), ~_matches(db, wanted)]
    if filters.kind:
        here.append(SearchEntry.kind == filters.kind)
    return frozenset(await db.scalars(select(SearchEntry.id).where(*here)))


async def hits_of(db: AsyncSession, partnership_id: uuid.UUID, lines: Mapping[int, str]) -> tuple[Hit, ...]:
    """Reads these texts of the dossier, by their number in the index, in their order: each with the line for
    which it was found. A text that is gone meanwhile is left out."""
    here = SearchEntry.partnership_id == partnership_id, SearchEntry.id.in_(lines)
    entries = {entry.id: entry for entry in await db.scalars(select(SearchEntry).where(*here))}
    sessions = await _sessions(db, partnership_id, {entry.from_session for entry in entries.values()})
    subjects = await _subjects(db, partnership_id, entries.values())
    return tuple(
        _hit(entries[id], (), sessions, subjects, line) for id, line in lines.items() if id in entries
    )


# --- the words, in the language of each database --------------------------------------------------


def _matches(db: AsyncSession, wanted: Sequence[Term]) -> ColumnElement[bool]:
    """Returns the condition that a text has all these terms, in the query language of the database.

    Only folded words go in, each with a `w` before it, so no sign that somebody types is read as an operator.
    """
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


def _of(partnership_id: uuid.UUID, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [SearchEntry.partnership_id == partnership_id]
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
    """Reads the ids of the marks of which this group's figures may be seen: the same rule as on the
    page of the marks."""
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
    db: AsyncSession, here: Sequence[ColumnElement[bool]], kind: str, list_page: ListPage
) -> list[SearchEntry]:
    """Reads one page: by kind, current texts before earlier ones, the newest first."""
    order = case({kind: number for number, kind in enumerate(KINDS)}, value=SearchEntry.kind)
    query = select(SearchEntry).where(*here)
    if kind:
        query = query.where(SearchEntry.kind == kind)
    query = query.order_by(order, SearchEntry.until.is_not(None), SearchEntry.at.desc(), SearchEntry.id)
    return list(await db.scalars(query.limit(list_page.size).offset(list_page.skip)))


async def _newest_sessions(
    db: AsyncSession, partnership_id: uuid.UUID, here: Sequence[ColumnElement[bool]]
) -> dict[uuid.UUID, Session]:
    """Reads the newest sessions that a hit came from, newest first."""
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
    return query.where(*in_dossier(partnership_id)).order_by(Session.created_at.desc())


async def _subjects(
    db: AsyncSession, partnership_id: uuid.UUID, entries: Iterable[SearchEntry]
) -> frozenset[str]:
    """Reads the ids of the ambitions and activities that stand in the dossier now; none when no entry is
    about one."""
    if not any(entry.about for entry in entries):
        return frozenset()
    mine = and_(Answer.partnership_id == partnership_id, Answer.field.in_(SUBJECTS.values()))
    return frozenset(
        item.id for answer in await db.scalars(select(Answer).where(mine)) for item in items_of(answer)
    )


async def _places(
    db: AsyncSession, here: Sequence[ColumnElement[bool]], known: Sequence[str]
) -> tuple[str, ...]:
    """Returns the known places that the found texts name, in the order of `known`."""
    query = select(SearchEntry.labels).where(*here, SearchEntry.labels != "").distinct()
    named = {label for labels in await db.scalars(query) for label in labels.split("|")}
    return tuple(place for place in known if place in named)


def _hit(
    entry: SearchEntry,
    wanted: Sequence[Term],
    sessions: Mapping[Any, Session],
    subjects: frozenset[str],
    alike: str = "",
) -> Hit:
    """Returns what a person sees of a text: of its other lines those with a term, or the `alike` one."""
    first, *others = entry.text.split("\n")
    shown = [words.marked(words.excerpt(line, wanted, AROUND), wanted) for line in others]
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
        lines=tuple(
            pieces
            for line, pieces in zip(others, shown, strict=True)
            if line == alike or any(piece.marked for piece in pieces)
        )[:MOST_LINES],
        is_reachable=not entry.about or entry.about in subjects,
    )
