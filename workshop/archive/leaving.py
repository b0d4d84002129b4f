"""Reads a dossier from the database for an archive."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import models
from workshop.archive import dossier
from workshop.archive.dossier import ArchivedDossier, Who
from workshop.record.marks import MINIMUM


async def read(db: AsyncSession, partnership_id: uuid.UUID) -> ArchivedDossier:
    """Returns the dossier as it is now. Raises `LookupError` when it does not exist."""
    partnership = await db.get(models.Partnership, partnership_id)
    if partnership is None:
        raise LookupError(f"no partnership {partnership_id}")
    own = {model: await _rows(db, model, partnership_id) for model in _OF_A_PARTNERSHIP}
    ended = [row for row in own[models.Session] if row.ended_at and row.rehearsal_of is None]
    versions = await _versions(db, partnership_id)
    changes = await _changes(db, partnership_id)
    packer = _Packer(
        await _names(db, chain([partnership], *own.values(), *versions.values(), *changes.values()))
    )
    packer.sessions = {row.id for row in ended}
    # In this order: it numbers the people.
    parts = {
        "partnership": packer.partnership(partnership),
        "sessions": [packer.session(row) for row in sorted(ended, key=lambda row: (row.created_at, row.id))],
        "answers": [
            packer.answer(row, versions[row.id])
            for row in sorted(own[models.Answer], key=lambda row: (row.field, row.about))
            if versions[row.id]
        ],
        "marks": [packer.marks(row) for row in sorted(own[models.ThemeMarks], key=_of_marks)],
        "actions": [
            packer.action(row, changes[row.id])
            for row in sorted(own[models.Action], key=lambda row: (row.created_at, row.id))
        ],
        "programmes": [
            packer.programme(row)
            for row in sorted(own[models.Programme], key=lambda row: (row.worksheet, row.name))
        ],
        "reminders": [
            packer.reminder(row) for row in sorted(own[models.Reminder], key=lambda row: row.worksheet)
        ],
        "deeds": [packer.deed(row) for row in sorted(own[models.Deed], key=packer.of_deed)],
        "branding": _branding(await db.get(models.DossierBranding, partnership_id)),
    }
    return ArchivedDossier(people=list(packer.people), **parts)


class _Packer:
    """Makes parts of rows. Whoever is named for the first time gets the next index among the people."""

    def __init__(self, names: dict[uuid.UUID, str]) -> None:
        self.names = names
        self.sessions: set[uuid.UUID] = set()
        self._numbers: dict[uuid.UUID, int] = {}

    @property
    def people(self) -> list[str]:
        return [self.names[id] for id in self._numbers]

    def partnership(self, row: models.Partnership) -> dossier.ArchivedPartnership:
        return dossier.ArchivedPartnership(
            id=row.id,
            name=row.name,
            place=row.place,
            created_by=self._who(row.created_by),
            created_at=row.created_at,
        )

    def session(self, row: models.Session) -> dossier.ArchivedSession:
        return dossier.ArchivedSession(
            **_same(
                row, "id worksheet about title holds_back groups phones papers created_at ended_at saved_at"
            ),
            created_by=self._who(row.created_by),
            ended_by=self._who(row.ended_by),
            saved_by=self._who(row.saved_by),
            steps=[_step(activity) for activity in sorted(row.activities, key=lambda a: (a.position, a.key))],
        )

    def answer(self, row: models.Answer, versions: Sequence[models.AnswerVersion]) -> dossier.ArchivedAnswer:
        return dossier.ArchivedAnswer(
            field=row.field, about=row.about, versions=[self._version(version) for version in versions]
        )

    def marks(self, row: models.ThemeMarks) -> dossier.ArchivedMarks:
        return dossier.ArchivedMarks(
            **_same(row, "field theme label position unknown groups at"),
            session=row.session_id,
            counts=_spoken(row.counts),
        )

    def action(self, row: models.Action, changes: Sequence[models.ActionChange]) -> dossier.ArchivedAction:
        return dossier.ArchivedAction(
            **_same(row, "id field about origin text owner due status priority created_at"),
            session=self._session(row.session_id),
            created_by=self._who(row.created_by),
            changes=[self._change(change) for change in sorted(changes, key=self._of_change)],
        )

    def programme(self, row: models.Programme) -> dossier.ArchivedProgramme:
        return dossier.ArchivedProgramme(
            **_same(row, "worksheet name steps groups created_at"),
            created_by=self._who(row.created_by),
        )

    def reminder(self, row: models.Reminder) -> dossier.ArchivedReminder:
        return dossier.ArchivedReminder(
            **_same(row, "worksheet every_months next_on note created_at"),
            created_by=self._who(row.created_by),
        )

    def deed(self, row: models.Deed) -> dossier.ArchivedDeed:
        return dossier.ArchivedDeed(
            session=self._session(row.session_id),
            by=self._who(row.account_id),
            what=row.what,
            particulars=row.particulars,
            about=row.about,
            times=row.times,
            at=row.at,
        )

    def of_deed(self, row: models.Deed) -> Any:
        return row.at, row.what, row.about, self._name(row.account_id)

    def _version(self, row: models.AnswerVersion) -> dossier.ArchivedVersion:
        return dossier.ArchivedVersion(
            number=row.number,
            body=self._body(row.body),
            session=self._session(row.session_id),
            by=self._who(row.account_id),
            note=row.note,
            at=row.at,
        )

    def _body(self, body: dict[str, Any]) -> dossier.ArchivedBody:
        made = msgspec.convert({"items": [], **body}, dossier.ArchivedBody)
        return msgspec.structs.replace(made, items=tuple(self._line(line) for line in made.items))

    def _line(self, line: dossier.ArchivedLine) -> dossier.ArchivedLine:
        """Removes the name of a session that does not come along."""
        if line.session is None or uuid.UUID(line.session) in self.sessions:
            return line
        return msgspec.structs.replace(line, session=None)

    def _change(self, row: models.ActionChange) -> dossier.ArchivedChange:
        return dossier.ArchivedChange(
            **_same(row, "status note owner at"),
            session=self._session(row.session_id),
            by=self._who(row.account_id),
        )

    def _of_change(self, row: models.ActionChange) -> Any:
        return row.at, row.status, row.note, self._name(row.account_id)

    def _session(self, id: uuid.UUID | None) -> uuid.UUID | None:
        return id if id in self.sessions else None

    def _name(self, account_id: uuid.UUID | None) -> str:
        return self.names[account_id] if account_id else ""

    def _who(self, account_id: uuid.UUID | None) -> Who:
        return None if account_id is None else self._numbers.setdefault(account_id, len(self._numbers))


_OF_A_PARTNERSHIP = (
    models.Session,
    models.Answer,
    models.ThemeMarks,
    models.Action,
    models.Programme,
    models.Reminder,
    models.Deed,
)


AT_ONCE = 500
_PEOPLE = {
    model: [
        key.parent.name
        for key in model.__table__.foreign_keys
        if key.column.table is models.Account.__table__
    ]
    for model in (models.Partnership, models.AnswerVersion, models.ActionChange, *_OF_A_PARTNERSHIP)
}
"""Model -> its columns that name an account."""


async def _rows(db: AsyncSession, model: Any, partnership_id: uuid.UUID) -> list[Any]:
    return list(await db.scalars(select(model).where(model.partnership_id == partnership_id)))


async def _versions(
    db: AsyncSession, partnership_id: uuid.UUID
) -> dict[uuid.UUID, list[models.AnswerVersion]]:
    found: dict[uuid.UUID, list[models.AnswerVersion]] = defaultdict(list)
    query = (
        select(models.AnswerVersion)
        .join(models.Answer, models.AnswerVersion.answer_id == models.Answer.id)
        .where(models.Answer.partnership_id == partnership_id)
        .order_by(models.AnswerVersion.number)
    )
    for row in await db.scalars(query):
        found[row.answer_id].append(row)
    return found


async def _changes(db: AsyncSession, partnership_id: uuid.UUID) -> dict[uuid.UUID, list[models.ActionChange]]:
    found: dict[uuid.UUID, list[models.ActionChange]] = defaultdict(list)
    query = (
        select(models.ActionChange)
        .join(models.Action, models.ActionChange.action_id == models.Action.id)
        .where(models.Action.partnership_id == partnership_id)
    )
    for row in await db.scalars(query):
        found[row.action_id].append(row)
    return found


async def _names(db: AsyncSession, rows: Iterable[Any]) -> dict[uuid.UUID, str]:
    """Returns the name of every account that these rows name; nobody else of the installation is read."""
    ids = list({getattr(row, name) for row in rows for name in _PEOPLE[type(row)]} - {None})
    found: dict[uuid.UUID, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = models.Account.id.in_(ids[start : start + AT_ONCE])
        rows_here = await db.execute(select(models.Account.id, models.Account.name).where(some))
        found |= {row.id: row.name for row in rows_here}
    return found


def _branding(row: models.DossierBranding | None) -> dossier.ArchivedBranding | None:
    return dossier.ArchivedBranding(logo=row.logo, colour=row.colour) if row else None


def _step(row: models.Activity) -> dossier.ArchivedStep:
    return dossier.ArchivedStep(**_same(row, " ".join(dossier.ArchivedStep.__struct_fields__)))


def _spoken(counts: list[int]) -> list[int]:
    """Returns the counts; of fewer than five marks only how many there are, wherever they go (promise 6 of
    safety.md)."""
    return list(counts) if not 0 < sum(counts) < MINIMUM else [sum(counts)]


def _of_marks(row: models.ThemeMarks) -> Any:
    return row.at, row.session_id, row.field, row.position, row.theme


def _same(row: object, names: str) -> dict[str, Any]:
    """Returns the columns that are copied as they are."""
    return {name: getattr(row, name) for name in names.split()}
