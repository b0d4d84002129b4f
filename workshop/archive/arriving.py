"""Stores a dossier from an archive: checked as a whole, written in slices, visible only as a whole."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import colours, days, kinds, logos, models, session_groups
from workshop.accounts import erasures, roles
from workshop.archive.dossier import ArchivedBranding, ArchivedDossier, ArchivedSession, ArchivedVersion, Who
from workshop.codes import new_id
from workshop.content.library import Library
from workshop.content.worksheets import ScriptActivity
from workshop.log import writing
from workshop.log.what import What
from workshop.safety.erasing import forgetting, tombstones
from workshop.storage import search_index
from workshop.storage.database import TOLD, Database
from workshop.storage.slices import A_SLICE, UNSEEN

NOBODY = "elders.invalid"
"""Domain of the addresses of writers: nobody has one (RFC 2606), and no password has an empty hash."""

Slice = list[tuple[Any, list[dict[str, Any]]]]
"""Models with rows for their tables."""


class ArchiveError(ValueError):
    """This archive cannot be taken over; the text says why and what to do."""


HERE_ALREADY = "Dit dossier staat al in deze Kompas Live. Vraag een coördinator ervan om een uitnodiging."
CONTRADICTS = "Dit archief spreekt zichzelf tegen, dus het is niet te vertrouwen. Maak een nieuw archief."
NO_LIST = (
    "Dit dossier is hier eerder verwijderd. De lijst waarin dat staat kan nu niet worden bijgewerkt. Vraag "
    "de beheerder om de schijf na te kijken, en probeer het dan nog eens."
)
STRANGE = (
    "In dit archief staat een vraag of werkvorm die deze Kompas Live niet kent. Vraag de beheerder om een "
    "nieuwere versie van Kompas Live."
)


def check(dossier: ArchivedDossier, library: Library) -> None:
    """Raises `ArchiveError` when something that the dossier refers to is neither in it nor in the content
    here."""
    sheets = {sheet.id for sheet in library.worksheets}
    if (
        not {part.worksheet for part in (*dossier.sessions, *dossier.programmes, *dossier.reminders)}
        <= sheets
    ):
        raise ArchiveError(STRANGE)
    asked = [action for action in dossier.actions if action.field]  # the others belong to no question
    if not all(library.has_field(part.field) for part in (*dossier.answers, *dossier.marks, *asked)):
        raise ArchiveError(STRANGE)
    ids = {session.id for session in dossier.sessions}
    if not {id for id in _sessions_named(dossier) if id} <= ids:
        raise ArchiveError(CONTRADICTS)
    if any(who is not None and who >= len(dossier.people) for who in _people_named(dossier)):
        raise ArchiveError(CONTRADICTS)
    if any(len(marks.counts) not in (1, 10) for marks in dossier.marks):
        raise ArchiveError(CONTRADICTS)
    if not all(session_groups.fits(part.groups) for part in (*dossier.sessions, *dossier.programmes)):
        raise ArchiveError(CONTRADICTS)
    if dossier.branding:
        _branding(dossier.branding)
    for session in dossier.sessions:
        for step in session.steps:
            _check_step(step.kind, step.settings)
    for programme in dossier.programmes:
        for step in programme.steps:
            _check_script(step)


async def store(
    database: Database, dossier: ArchivedDossier, account_id: uuid.UUID, erased: Path
) -> uuid.UUID:
    """Stores a checked dossier, with this account as its coordinator, and returns its id. `erased` is the
    file with the list of what was erased. Raises `ArchiveError`.

    It comes in slices, each a transaction of its own, so that what phones send comes in between. Nobody sees
    it before the last slice; when one fails, what came is deleted. When the process dies in the middle, the
    mark of the first slice stays, and accounts/erasures.py deletes the rest.
    """
    here = dossier.partnership.id
    if await erasures.is_whole(database, here):
        raise ArchiveError(HERE_ALREADY)
    await erasures.discard(database, here)  # what an earlier attempt left
    people = [new_id() for _ in dossier.people]
    slices = await asyncio.to_thread(_slices, dossier, people)
    try:
        for some in slices:
            await database.write(partial(_put, some))
        async with database.read() as db:
            pieces = await (await db.connection()).run_sync(search_index.pieces, here)
        for piece in pieces:
            await database.write(partial(_index, piece))
        await _tell_that_it_returns(database, here, erased)
        await database.write(partial(_open, dossier, people, account_id))
    except Exception as error:
        await erasures.discard(database, here)
        if not isinstance(error, StatementError) or _is_trouble(error):
            raise
        raise ArchiveError(CONTRADICTS) from None
    return here


async def _put(slice: Slice, db: AsyncSession) -> None:
    db.info[TOLD] = UNSEEN
    for model, rows in slice:
        # Inserts into the table: a model would put its default, such as a code, in the place of None.
        await db.execute(insert(model.__table__), rows)


async def _index(piece: search_index.Piece, db: AsyncSession) -> None:
    db.info[TOLD] = UNSEEN
    await (await db.connection()).run_sync(piece)


async def _tell_that_it_returns(database: Database, here: uuid.UUID, erased: Path) -> None:
    """Writes in the list of what was erased that this dossier is back. The list goes first: where it and the
    database disagree, a start believes the list, and would delete the dossier again. Raises
    `ArchiveError`."""
    async with database.read() as db:
        if not await tombstones.stands(db, tombstones.DOSSIER, here):
            return
    await forgetting.tell(database, erased)
    line = tombstones.TombstoneLine(days.today(), tombstones.RETURNED, here)
    try:
        await asyncio.to_thread(tombstones.write, erased, [line])
    except OSError:
        raise ArchiveError(NO_LIST) from None


async def _open(
    dossier: ArchivedDossier, people: Sequence[uuid.UUID], account_id: uuid.UUID, db: AsyncSession
) -> None:
    """Writes the last slice: from now on the dossier has a coordinator, and is here."""
    here = dossier.partnership.id
    if await tombstones.stands(db, tombstones.DOSSIER, here):
        await tombstones.put(db, tombstones.RETURNED, here)
    made_by = dossier.partnership.created_by
    partnership = await db.get_one(models.Partnership, here)
    partnership.created_by = None if made_by is None else people[made_by]
    db.add(models.Membership(partnership_id=here, account_id=account_id, role=roles.COORDINATOR))
    name = dossier.partnership.name
    writing.note_of_account(db, account_id, What.DOSSIER_TAKEN_OVER, name, partnership_id=here)
    await db.delete(await db.get_one(models.Erasure, here))


def _is_trouble(error: StatementError) -> bool:
    """Says whether the error is of the database itself, and not of what should be stored."""
    return isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError)


def _slices(dossier: ArchivedDossier, people: Sequence[uuid.UUID]) -> list[Slice]:
    """Lists every row, in slices of at most `A_SLICE` of one table, after the mark that it is not whole
    yet."""
    here = dossier.partnership.id
    partnership = msgspec.structs.asdict(dossier.partnership) | {"created_by": None}
    mark = {"partnership_id": here, "on": erasures.ARRIVING}
    accounts: list[dict[str, Any]] = [
        {"id": id, "email": f"{id.hex}@{NOBODY}", "name": name, "password_hash": ""}
        for id, name in zip(people, dossier.people, strict=True)
    ]
    return [
        [(models.Partnership, [partnership]), (models.Erasure, [mark])],
        *([(models.Account, some), (models.Writer, _writers(some, here))] for some in _cut(accounts)),
        *([(model, some)] for model, rows in _rows(dossier, people).items() for some in _cut(rows)),
    ]


def _writers(accounts: Iterable[dict[str, Any]], here: uuid.UUID) -> list[dict[str, Any]]:
    return [{"account_id": account["id"], "partnership_id": here} for account in accounts]


def _cut(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    return (rows[start : start + A_SLICE] for start in range(0, len(rows), A_SLICE))


def _rows(dossier: ArchivedDossier, people: Sequence[uuid.UUID]) -> dict[Any, list[dict[str, Any]]]:
    """Returns the rows by table, in an order in which each refers to earlier ones only. `people` are the
    accounts of those whom the dossier names."""
    here = dossier.partnership.id

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
    branded = [dossier.branding] if dossier.branding else []
    return {
        models.DossierBranding: [_branding(part) | {"partnership_id": here} for part in branded],
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
        ],
    }


def _branding(part: ArchivedBranding) -> dict[str, Any]:
    """Returns the logo, made anew, and the colour, legible. Raises `ArchiveError`."""
    try:
        return {
            "logo": logos.read(part.logo) if part.logo else b"",
            "colour": colours.legible(colours.read(part.colour)) if part.colour else "",
        }
    except ValueError:
        raise ArchiveError(CONTRADICTS) from None


def _session(session: ArchivedSession, who: Any, here: uuid.UUID) -> dict[str, Any]:
    """Returns the row of a session that nobody can join: new tokens that nobody has, no code, and no links to
    cut."""
    row = _row(session, who, "created_by", "ended_by", "saved_by", without=("steps",))
    return row | {"partnership_id": here, "code": None, "admits": False, "cut_at": session.ended_at}


def _row(part: msgspec.Struct, who: Any, *people: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    row = {name: value for name, value in msgspec.structs.asdict(part).items() if name not in without}
    return row | {name: who(row[name]) for name in people}


def _renamed(row: dict[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in row.items()}


def _body(version: ArchivedVersion, *without: str) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(version.body)
    return {name: value for name, value in body.items() if name not in without}


def _sessions_named(dossier: ArchivedDossier) -> Iterable[uuid.UUID | None]:
    for answer in dossier.answers:
        for version in answer.versions:
            yield version.session
            yield from (_as_id(line.session) for line in version.body.items if line.session is not None)
    for action in dossier.actions:
        yield action.session
        yield from (change.session for change in action.changes)
    yield from (marks.session for marks in dossier.marks)
    yield from (deed.session for deed in dossier.deeds)


def _people_named(dossier: ArchivedDossier) -> Iterable[Who]:
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
