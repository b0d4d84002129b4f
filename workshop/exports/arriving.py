"""From a dossier on its way to the database: checked as a whole, stored as a whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import index, kinds, models
from workshop.accounts import roles
from workshop.bouwstenen import Library, ScriptActivity
from workshop.codes import new_id
from workshop.exports.dossier import Dossier, Session, Version, Who
from workshop.safety import tombstones

NOBODY = "elders.invalid"
"""No e-mail address ends so (RFC 2606), and no password has an empty hash."""
TAKES_OVER = "neemt het dossier over"


class ArchiveError(ValueError):
    """This archive cannot be taken over; the text says why and what to do."""


HERE_ALREADY = "Dit dossier staat al in deze installatie. Vraag een coördinator ervan om een uitnodiging."
CONTRADICTS = "Dit archief spreekt zichzelf tegen, dus het is niet te vertrouwen. Maak een nieuw archief."
STRANGE = (
    "In dit archief staat een vraag of werkvorm die deze installatie niet kent. Vraag de beheerder om een "
    "nieuwere versie van Kompas Live."
)


def check(dossier: Dossier, library: Library) -> None:
    """Whether everything it refers to is in it or in the content here. Raises `ArchiveError`."""
    sheets = {sheet.id for sheet in library.worksheets}
    if (
        not {part.worksheet for part in (*dossier.sessions, *dossier.programmes, *dossier.reminders)}
        <= sheets
    ):
        raise ArchiveError(STRANGE)
    if not all(library.has_field(p.field) for p in (*dossier.answers, *dossier.marks, *dossier.actions)):
        raise ArchiveError(STRANGE)
    ids = {session.id for session in dossier.sessions}
    if not {id for id in _sessions_named(dossier) if id} <= ids:
        raise ArchiveError(CONTRADICTS)
    if any(who is not None and who >= len(dossier.people) for who in _people_named(dossier)):
        raise ArchiveError(CONTRADICTS)
    if any(len(marks.counts) not in (1, 10) for marks in dossier.marks):
        raise ArchiveError(CONTRADICTS)
    for session in dossier.sessions:
        for step in session.steps:
            _check_step(step.kind, step.settings)
    for programme in dossier.programmes:
        for step in programme.steps:
            _check_script(step)


async def store(db: AsyncSession, dossier: Dossier, account_id: uuid.UUID) -> uuid.UUID:
    """Stores a checked dossier, with this account as its coordinator. Raises `ArchiveError`."""
    if await db.get(models.Partnership, dossier.partnership.id):
        raise ArchiveError(HERE_ALREADY)
    try:
        for model, rows in _rows(dossier, account_id).items():
            if rows:
                await db.execute(insert(model), rows)
        if await db.get(models.Tombstone, (dossier.partnership.id, tombstones.DOSSIER)):
            await tombstones.put(db, tombstones.RETURNED, dossier.partnership.id)
        connection = await db.connection()
        await connection.run_sync(index.rebuild, dossier.partnership.id)
    except StatementError as error:
        if isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError):
            raise  # the database itself is in trouble
        raise ArchiveError(CONTRADICTS) from None
    return dossier.partnership.id


def _rows(dossier: Dossier, account_id: uuid.UUID) -> dict[Any, list[dict[str, Any]]]:
    """Every row, by table, in an order in which each refers to earlier ones only."""
    here = dossier.partnership.id
    people = [new_id() for _ in dossier.people]

    def who(place: Who) -> uuid.UUID | None:
        return None if place is None else people[place]

    versions: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for answer in dossier.answers:
        id, newest = new_id(), answer.versions[-1]
        answers.append(
            {
                "id": id,
                "partnership_id": here,
                "field": answer.field,
                "about": answer.about,
                "number": newest.number,
                "body": _body(newest, "since"),
            }
        )
        versions += [
            {
                "id": new_id(),
                "answer_id": id,
                "number": version.number,
                "body": _body(version),
                "session_id": version.session,
                "account_id": who(version.by),
                "note": version.note,
                "at": version.at,
            }
            for version in answer.versions
        ]
    return {
        models.Account: [
            {"id": id, "email": f"{id.hex}@{NOBODY}", "name": name, "password_hash": ""}
            for id, name in zip(people, dossier.people, strict=True)
        ],
        models.Partnership: [_row(dossier.partnership, who, "created_by")],
        models.Writer: [{"account_id": id, "partnership_id": here} for id in people],
        models.Session: [_session(session, who, here) for session in dossier.sessions],
        models.Activity: [
            msgspec.structs.asdict(step) | {"id": new_id(), "session_id": session.id}
            for session in dossier.sessions
            for step in session.steps
        ],
        models.Answer: answers,
        models.AnswerVersion: versions,
        models.ThemeMarks: [
            _renamed(msgspec.structs.asdict(marks), session="session_id")
            | {"id": new_id(), "partnership_id": here}
            for marks in dossier.marks
        ],
        models.Action: [
            _renamed(_row(action, who, "created_by", without=("changes",)), session="session_id")
            | {"partnership_id": here}
            for action in dossier.actions
        ],
        models.ActionChange: [
            _renamed(_row(change, who, "by"), session="session_id", by="account_id")
            | {"id": new_id(), "action_id": action.id}
            for action in dossier.actions
            for change in action.changes
        ],
        models.Programme: [
            _row(programme, who, "created_by") | {"id": new_id(), "partnership_id": here}
            for programme in dossier.programmes
        ],
        models.Reminder: [
            _row(reminder, who, "created_by") | {"id": new_id(), "partnership_id": here}
            for reminder in dossier.reminders
        ],
        models.Deed: [
            _renamed(_row(deed, who, "by"), session="session_id", by="account_id")
            | {"id": new_id(), "partnership_id": here}
            for deed in dossier.deeds
        ]
        + [
            {
                "id": new_id(),
                "partnership_id": here,
                "session_id": None,
                "account_id": account_id,
                "verb": TAKES_OVER,
                "about": dossier.partnership.name,
                "times": 1,
                "at": models.now(),
            }
        ],
        models.Membership: [
            {
                "id": new_id(),
                "partnership_id": here,
                "account_id": account_id,
                "role": roles.COORDINATOR,
            }
        ],
    }


def _session(session: Session, who: Any, here: uuid.UUID) -> dict[str, Any]:
    """Its doors stay shut: new tokens that nobody has, and no code."""
    row = _row(session, who, "created_by", "ended_by", "saved_by", without=("steps",))
    return row | {"partnership_id": here, "code": None, "admits": False}


def _row(part: msgspec.Struct, who: Any, *people: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    row = {name: value for name, value in msgspec.structs.asdict(part).items() if name not in without}
    return row | {name: who(row[name]) for name in people}


def _renamed(row: dict[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in row.items()}


def _body(version: Version, *without: str) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(version.body)
    return {name: value for name, value in body.items() if name not in without}


def _sessions_named(dossier: Dossier) -> Iterable[uuid.UUID | None]:
    for answer in dossier.answers:
        for version in answer.versions:
            yield version.session
            yield from (_as_id(line.session) for line in version.body.items if line.session is not None)
    for action in dossier.actions:
        yield action.session
        yield from (change.session for change in action.changes)
    yield from (marks.session for marks in dossier.marks)
    yield from (deed.session for deed in dossier.deeds)


def _people_named(dossier: Dossier) -> Iterable[Who]:
    yield dossier.partnership.created_by
    for session in dossier.sessions:
        yield from (session.created_by, session.ended_by, session.saved_by)
    for answer in dossier.answers:
        yield from (version.by for version in answer.versions)
    for action in dossier.actions:
        yield action.created_by
        yield from (change.by for change in action.changes)
    for part in (*dossier.programmes, *dossier.reminders):
        yield part.created_by
    yield from (deed.by for deed in dossier.deeds)


def _as_id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise ArchiveError(CONTRADICTS) from None


def _check_script(step: dict[str, Any]) -> None:
    try:
        script = msgspec.convert(step, ScriptActivity)
    except msgspec.ValidationError:
        raise ArchiveError(CONTRADICTS) from None
    _check_step(script.kind, script.settings)


def _check_step(kind: str, settings: dict[str, Any]) -> None:
    if kind not in kinds.names():
        raise ArchiveError(STRANGE)
    try:
        kinds.settings(kinds.get(kind), settings)
    except kinds.KindError:
        raise ArchiveError(STRANGE) from None
