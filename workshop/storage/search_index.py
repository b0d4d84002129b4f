"""Keeps what a search reads, in one place: whatever a flush changes in a dossier, its lines in the index
follow in the same transaction.

`Database.write` calls `keep`. A statement that changes many rows at once goes past it: call `rebuild` after
one. A row that is deleted takes its lines with it (foreign keys, and triggers in 0011).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, exists, insert, inspect, select, update
from sqlalchemy.orm import Session as Flushed
from sqlalchemy.orm import UOWTransaction

from workshop.models import (
    Action,
    ActionChange,
    Activity,
    Answer,
    AnswerVersion,
    Partnership,
    Reminder,
    SearchEntry,
    Session,
    ThemeMarks,
    now,
)
from workshop.words import fold

ANSWER, ACTION, SESSION, MARKS, REMINDER = "answer", "action", "session", "marks", "reminder"
UNSAID = ("active", "due", "known", "double")
"""Details of an item that are not words of people."""
MOMENT = "moment"
"""Status of an action that became a line of an answer (record/moments.py): it is found there."""
AGREED = "Afgesproken"
"""The note with which the history of every action begins."""
A_PIECE = 10
"""How many answers, actions, sessions or reminders get their lines at once."""

Piece = Callable[[Connection], None]


class SearchLine(NamedTuple):
    """One item of an answer, as a search finds it."""

    part: str
    text: str
    labels: str = ""
    from_session: uuid.UUID | None = None


def keep(flushed: Flushed, _context: UOWTransaction) -> None:
    """Brings the index up to date with one flush: SQLAlchemy calls it with what was new or changed."""
    rows = [*flushed.new, *flushed.dirty]
    if not any(isinstance(row, FOUND) for row in rows):
        return
    db = flushed.connection()
    answers = {row.id: row for row in rows if isinstance(row, Answer)}
    for answer in answers.values():
        _follow(db, answer)
    versions = [row for row in rows if isinstance(row, AnswerVersion)]
    for answer_id in dict.fromkeys(row.answer_id for row in versions if not _is_newest(db, row)):
        _replay(db, answer_id)
    _put_actions(db, _ids(rows, {Action: "id", ActionChange: "action_id"}))
    named = [row for row in rows if not isinstance(row, Session | Activity) or _is_renamed(row)]
    gone = [row for row in flushed.deleted if isinstance(row, Activity)]
    _put_sessions(db, _ids([*named, *gone], {Session: "id", Activity: "session_id"}))
    _put_marks(db, _ids(rows, {ThemeMarks: "session_id"}))
    _put_reminders(db, _ids(rows, {Reminder: "id"}))


def rebuild(db: Connection, partnership_id: uuid.UUID | None = None) -> None:
    """Makes every line again, of one dossier or of all."""
    mine = [] if partnership_id is None else [partnership_id]
    db.execute(_of(delete(SearchEntry), SearchEntry, mine))
    for piece in pieces(db, partnership_id):
        piece(db)


def pieces(db: Connection, partnership_id: uuid.UUID | None = None) -> list[Piece]:
    """Returns the functions that make every line, of one dossier or of all. Each may be called in a
    transaction of its own, in any order."""
    mine = [] if partnership_id is None else [partnership_id]
    return [
        partial(put, ids=some)
        for model, put in (
            (Answer, _replay_all),
            (Action, _put_actions),
            (Session, _put_sessions),
            (Session, _put_marks),
            (Reminder, _put_reminders),
        )
        for some in _slices(db.scalars(_of(select(model.id), model, mine)).all(), A_PIECE)
    ]


def is_missing(db: Connection) -> bool:
    """Says whether there are sessions or answers but not one line: a database from before
    there was a search."""
    some = exists().select_from(SearchEntry)
    return bool(db.scalar(select(~some & (exists().select_from(Answer) | exists().select_from(Session)))))


def lines_of(body: Mapping[str, Any]) -> list[SearchLine]:
    """Returns the lines of one version of an answer: its items, and the cells where something is missing."""
    lines = [_line(item) for item in body.get("items", ())]
    lines += [
        SearchLine(f"gap.{cell}", f"Hier mist iets: {name}") for cell, name in body.get("gaps", {}).items()
    ]
    return list(dict.fromkeys(line for line in lines if line.text))


# --- answers --------------------------------------------------------------------------------------


def _line(item: Mapping[str, Any]) -> SearchLine:
    told = [words for name, words in item.get("details", {}).items() if name not in UNSAID]
    labels = item.get("labels", ())
    texts = (item["text"], *told, *labels, *item.get("quotes", ()), *item.get("reasons", ()))
    return SearchLine(
        part=item["id"][:80],
        text="\n".join(dict.fromkeys(" ".join(text.split()) for text in texts if text)),
        labels=f"|{'|'.join(labels)}|" if labels else "",
        from_session=_as_id(item.get("session")),
    )


def _as_id(session: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(session) if session else None
    except ValueError:
        return None


def _follow(db: Connection, answer: Answer) -> None:
    """Brings the lines of an answer up to date with its newest version. Lines that are gone become older
    words; those that came and went within this one version are deleted."""
    wanted = lines_of(answer.body)
    mine = SearchEntry.answer_id == answer.id
    rows = db.execute(
        select(SearchEntry.__table__).where(
            mine, SearchEntry.until.is_(None) | (SearchEntry.until == answer.number - 1)
        )
    ).all()
    there = {_as_line(row): row.id for row in rows if row.until is None}
    just_gone = {_as_line(row): row.id for row in rows if row.until is not None}
    left = [row for row in rows if row.until is None and _as_line(row) not in wanted]
    _delete(db, [row.id for row in left if row.since == answer.number])
    _until(db, [row.id for row in left if row.since < answer.number], answer.number - 1)
    _until(db, [just_gone[line] for line in wanted if line not in there and line in just_gone], None)
    new = [line for line in wanted if line not in there and line not in just_gone]
    at = now()
    _insert(db, [_answer_row(answer, line, answer.number, None, at) for line in new])


def _replay_all(db: Connection, ids: Sequence[uuid.UUID]) -> None:
    for answer_id in ids:
        _replay(db, answer_id)


def _replay(db: Connection, answer_id: uuid.UUID) -> None:
    """Makes every line of an answer again from its whole history."""
    answer = db.execute(select(Answer.__table__).where(Answer.id == answer_id)).one_or_none()
    db.execute(delete(SearchEntry).where(SearchEntry.answer_id == answer_id))
    if answer is None:
        return
    versions = db.execute(
        select(AnswerVersion.number, AnswerVersion.body, AnswerVersion.at)
        .where(AnswerVersion.answer_id == answer_id, AnswerVersion.number < answer.number)
        .order_by(AnswerVersion.number)
    ).all()
    newest = db.scalar(
        select(AnswerVersion.at).where(
            AnswerVersion.answer_id == answer_id, AnswerVersion.number == answer.number
        )
    )
    standing: dict[SearchLine, tuple[int, dt.datetime]] = {}
    rows: list[dict[str, Any]] = []
    for number, body, at in (*versions, (answer.number, answer.body, newest or now())):
        wanted = lines_of(body)
        for line in [line for line in standing if line not in wanted]:
            since, began = standing.pop(line)
            rows.append(_answer_row(answer, line, since, number - 1, began))
        standing |= {line: (number, at) for line in wanted if line not in standing}
    rows += [_answer_row(answer, line, since, None, at) for line, (since, at) in standing.items()]
    _insert(db, rows)


def _answer_row(
    answer: Any, line: SearchLine, since: int, until: int | None, at: dt.datetime
) -> dict[str, Any]:
    owner = {"partnership_id": answer.partnership_id, "answer_id": answer.id, "kind": ANSWER}
    scope = {"field": answer.field, "about": answer.about}
    return owner | scope | line._asdict() | {"since": since, "until": until, "at": at}


def _as_line(row: Any) -> SearchLine:
    return SearchLine(row.part, row.text, row.labels, row.from_session)


def _is_newest(db: Connection, version: AnswerVersion) -> bool:
    return version.number == db.scalar(select(Answer.number).where(Answer.id == version.answer_id))


# --- the other rows -------------------------------------------------------------------------------


def _put_actions(db: Connection, ids: Sequence[uuid.UUID]) -> None:
    notes: dict[uuid.UUID, list[str]] = {}
    said = select(ActionChange.action_id, ActionChange.note).where(ActionChange.note.not_in(("", AGREED)))
    for some in _slices(ids):
        for id, note in db.execute(said.where(ActionChange.action_id.in_(some)).order_by(ActionChange.at)):
            notes.setdefault(id, []).append(note)
    rows = [
        {"action_id": row.id, "from_session": row.session_id, "field": row.field, "at": row.created_at}
        | _text(row.text, row.owner, *notes.get(row.id, ()))
        | {"partnership_id": row.partnership_id}
        for row in _rows(db, Action, ids)
        if row.status != MOMENT
    ]
    _put(db, ACTION, SearchEntry.action_id, ids, rows)


def _put_sessions(db: Connection, ids: Sequence[uuid.UUID]) -> None:
    """Makes the lines of these sessions: their titles and those of their plans."""
    steps: dict[uuid.UUID, list[str]] = {}
    titles = select(Activity.session_id, Activity.title).where(Activity.skipped.is_(False))
    for some in _slices(ids):
        for id, title in db.execute(titles.where(Activity.session_id.in_(some)).order_by(Activity.position)):
            steps.setdefault(id, []).append(title)
    rows = [
        {"session_id": row.id, "from_session": row.id, "worksheet": row.worksheet, "at": row.created_at}
        | _text(row.title, *steps.get(row.id, ()))
        | {"partnership_id": row.partnership_id}
        for row in _rows(db, Session, ids)
        if row.rehearsal_of is None
    ]
    _put(db, SESSION, SearchEntry.session_id, ids, rows)


def _put_marks(db: Connection, ids: Sequence[uuid.UUID]) -> None:
    """Makes the lines of the marks of these sessions."""
    rows = [
        {"session_id": row.session_id, "from_session": row.session_id, "part": row.id.hex, "at": row.at}
        | {"partnership_id": row.partnership_id, "field": row.field, "about": row.theme}
        | _text(row.label)
        for row in _rows(db, ThemeMarks, ids, ThemeMarks.session_id)
    ]
    _put(db, MARKS, SearchEntry.session_id, ids, rows)


def _put_reminders(db: Connection, ids: Sequence[uuid.UUID]) -> None:
    rows = [
        {"reminder_id": row.id, "worksheet": row.worksheet, "at": row.created_at}
        | {"partnership_id": row.partnership_id}
        | _text(row.note)
        for row in _rows(db, Reminder, ids)
        if row.note
    ]
    _put(db, REMINDER, SearchEntry.reminder_id, ids, rows)


def _text(*lines: str) -> dict[str, str]:
    return {"text": "\n".join(dict.fromkeys(" ".join(line.split()) for line in lines if line))}


def _put(
    db: Connection, kind: str, owner: Any, ids: Sequence[uuid.UUID], rows: Sequence[dict[str, Any]]
) -> None:
    """Replaces the lines of these owners by these rows; lines that say the same stay as they are."""
    had: dict[tuple[Any, ...], int] = {}
    for some in _slices(ids):
        mine = select(SearchEntry.__table__).where(owner.in_(some), SearchEntry.kind == kind)
        had |= {(getattr(row, owner.key), row.part, row.field, row.text): row.id for row in db.execute(mine)}
    wanted = {(row[owner.key], row.get("part", ""), row.get("field", ""), row["text"]): row for row in rows}
    _delete(db, [id for key, id in had.items() if key not in wanted])
    _insert(db, [row | {"kind": kind} for key, row in wanted.items() if key not in had])


# --- rows -----------------------------------------------------------------------------------------


def _ids(rows: Iterable[Any], names: Mapping[type, str]) -> list[uuid.UUID]:
    found = (getattr(row, name) for row in rows for kind, name in names.items() if isinstance(row, kind))
    return list(dict.fromkeys(found))


def _is_renamed(row: Session | Activity) -> bool:
    """Says whether a title, or `skipped`, is changed. A live session changes with every card, its
    words hardly ever."""
    names = ("title", "skipped") if isinstance(row, Activity) else ("title",)
    return any(inspect(row).attrs[name].history.has_changes() for name in names)


def _rows(db: Connection, model: Any, ids: Sequence[uuid.UUID], by: Any = None) -> list[Any]:
    column = model.id if by is None else by
    return [
        row for some in _slices(ids) for row in db.execute(select(model.__table__).where(column.in_(some)))
    ]


def _of(statement: Any, model: Any, partnership_ids: Sequence[uuid.UUID]) -> Any:
    return statement.where(model.partnership_id.in_(partnership_ids)) if partnership_ids else statement


def _slices(ids: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _insert(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    nothing = dict.fromkeys(("answer_id", "action_id", "session_id", "reminder_id", "from_session", "until"))
    empty = {"part": "", "field": "", "about": "", "worksheet": "", "labels": "", "since": 0}
    if rows:
        db.execute(
            insert(SearchEntry), [nothing | empty | row | {"words": _indexed(row["text"])} for row in rows]
        )


def _delete(db: Connection, ids: Sequence[int]) -> None:
    for some in _slices(ids):
        db.execute(delete(SearchEntry).where(SearchEntry.id.in_(some)))


def _until(db: Connection, ids: Sequence[int], number: int | None) -> None:
    for some in _slices(ids):
        db.execute(update(SearchEntry).where(SearchEntry.id.in_(some)).values(until=number))


def _indexed(text: str) -> str:
    """Returns the folded words, each with a letter before it: else PostgreSQL reads some of
    them as numbers."""
    return " ".join(f"w{word}" for word in fold(text).split())


FOUND = (Answer, AnswerVersion, Action, ActionChange, Session, Activity, ThemeMarks, Reminder)
INDEXED = frozenset(model.__tablename__ for model in (*FOUND, Partnership))
"""Tables whose rows the index follows. With a partnership all of its lines go."""
