"""The sessions of a dossier: the state of each, and what each put into the record."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop import kinds
from workshop.calendar import Appointment
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.models import (
    Action,
    ActionChange,
    Activity,
    Answer,
    AnswerVersion,
    Session,
    ThemeMarks,
    in_dossier,
)
from workshop.record import marks
from workshop.record.actions import STATUSES
from workshop.record.answers import items_of
from workshop.text import quoted

Row = TypeVar("Row", Action, ThemeMarks)

PREPARED, RUNNING, REVIEW, SAVED = "Voorbereid", "Loopt", "Nakijken", "Bewaard"


class Brought(msgspec.Struct, frozen=True):
    """What one session put into the record: field id -> its items, marks or actions."""

    items: dict[str, tuple[Item, ...]]
    marks: dict[str, list[ThemeMarks]]
    actions: dict[str, list[Action]]

    @property
    def fields(self) -> set[str]:
        return {*self.items, *self.marks, *self.actions}


async def of(
    db: AsyncSession, partnership_id: uuid.UUID, most: int | None = None, skip: int = 0
) -> list[Session]:
    """Reads the sessions of a dossier, the newest first and without their plans: at most `most`, after
    the first `skip`."""
    query = (
        select(Session)
        .options(lazyload(Session.activities))
        .where(*in_dossier(partnership_id))
        .order_by(Session.created_at.desc(), Session.id)
        .limit(most)
        .offset(skip)
    )
    return list(await db.scalars(query))


async def prepared(db: AsyncSession, partnership_id: uuid.UUID, most: int) -> list[Session]:
    """Reads the sessions of a dossier that nobody opened yet, without their plans: at most `most`, those that
    come first with a day in front."""
    query = (
        select(Session)
        .options(lazyload(Session.activities))
        .where(
            *in_dossier(partnership_id),
            Session.opened_at.is_(None),
            Session.ended_at.is_(None),
        )
        .order_by(Session.starts_at.is_(None), Session.starts_at, Session.created_at.desc(), Session.id)
        .limit(most)
    )
    return list(await db.scalars(query))


async def unfinished(db: AsyncSession, partnership_id: uuid.UUID, most: int) -> list[Session]:
    """Reads at most `most` sessions of a dossier that are not saved yet, without their plans: those that run,
    those that wait for a review, and those that nobody opened yet, the first day in front."""
    query = (
        select(Session)
        .options(lazyload(Session.activities))
        .where(*in_dossier(partnership_id), Session.saved_at.is_(None))
        .order_by(
            Session.opened_at.is_(None),
            Session.ended_at.is_not(None),
            Session.starts_at.is_(None),
            Session.starts_at,
            Session.created_at,
            Session.id,
        )
        .limit(most)
    )
    return list(await db.scalars(query))


async def some(db: AsyncSession, partnership_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[str, Session]:
    """Reads those of these sessions that belong to this dossier, the newest first, by their
    id without dashes."""
    query = select(Session).options(lazyload(Session.activities))
    query = query.where(*in_dossier(partnership_id), Session.id.in_(set(ids)))
    rows = await db.scalars(query.order_by(Session.created_at.desc(), Session.id))
    return {session.id.hex: session for session in rows}


async def count(db: AsyncSession, partnership_id: uuid.UUID) -> int:
    mine = select(func.count()).select_from(Session).where(*in_dossier(partnership_id))
    return await db.scalar(mine) or 0


async def one(db: AsyncSession, partnership_id: uuid.UUID, session_id: uuid.UUID) -> Session | None:
    """Reads a session of this dossier. Returns None when it is not there, or another dossier's."""
    query = select(Session).options(lazyload(Session.activities))
    return await db.scalar(query.where(Session.id == session_id, *in_dossier(partnership_id)))


async def noted(db: AsyncSession, session: Session) -> list[tuple[str, str]]:
    """Returns what facilitators noted at its steps, in their order: pairs of the title and the words."""
    with_words = Activity.session_id == session.id, Activity.jotted != ""
    rows = select(Activity.title, Activity.jotted).where(*with_words).order_by(Activity.position)
    return [(row.title, row.jotted) for row in await db.execute(rows)]


async def passed_over(db: AsyncSession, session: Session) -> str:
    """Says in one line which steps of its plan nobody did, and what would have gone on there; empty where all
    were done, and for a session that still runs."""
    if session.ended_at is None:
        return ""
    rows = select(Activity).where(Activity.session_id == session.id, Activity.beside.is_(False))
    plan = [step for step in await db.scalars(rows.order_by(Activity.position)) if kinds.asks(step.kind)]
    left = [step for step in plan if step.started_at is None]
    sources = {kinds.needs(step.kind, step.settings).activity for step in left}
    stays = [step for step in plan if step.started_at and step.key in sources and not step.saves]
    told = [f"Niet gedaan: {quoted(step.title for step in left)}. Daarvan staat hier niets."] if left else []
    if stays:
        told.append(
            f"Wat jullie bij {quoted(step.title for step in stays)} bedachten, staat er alleen als de "
            "begeleider daar bij het nakijken een vraag voor koos."
        )
    return " ".join(told)


async def order(db: AsyncSession, session: Session) -> list[str]:
    """Returns the fields that the steps of this session save to, each once, in the order of its plan."""
    steps = select(Activity.saves).where(Activity.session_id == session.id).order_by(Activity.position)
    return list(dict.fromkeys(field for saves in await db.scalars(steps) for field in saves.values()))


def in_order(library: Library, ids: set[str], plan: Sequence[str]) -> list[Field]:
    """Sorts fields in the order of a session, then of the worksheets; leaves out a field that the content
    no longer has."""
    found = [field for sheet in library.worksheets for field in sheet.fields if field.id in ids]
    numbers = {field: number for number, field in enumerate(plan)}
    return sorted(found, key=lambda field: numbers.get(field.id, len(numbers)))


async def brought(db: AsyncSession, session: Session) -> Brought:
    """Reads what a session put into the record, as it was saved. Later edits stand in the worksheet."""
    versions = await db.execute(
        select(Answer.field, AnswerVersion)
        .join(AnswerVersion, AnswerVersion.answer_id == Answer.id)
        .where(AnswerVersion.session_id == session.id)
        .order_by(AnswerVersion.number)
    )
    touched = select(ActionChange.action_id).where(ActionChange.session_id == session.id)
    actions = await db.scalars(
        select(Action)
        .where(or_(Action.session_id == session.id, Action.id.in_(touched)), Action.status.in_(STATUSES))
        .order_by(Action.created_at, Action.id)
    )
    return Brought(
        items={
            field: own
            for field, version in versions
            if (own := tuple(item for item in items_of(version) if is_from(item, session.id)))
        },
        marks=_by_field(await marks.rows_of(db, session.partnership_id, session_id=session.id)),
        actions=_by_field(list(actions)),
    )


def is_from(item: Item, session_id: uuid.UUID) -> bool:
    """Says whether an item came from this session; ids are written with and without dashes."""
    return item.session is not None and item.session.replace("-", "") == session_id.hex


def minutes(session: Session) -> int:
    """Returns how long the steps of its plan take together."""
    return sum(step.minutes for step in session.activities if not step.skipped)


def appointment(session: Session, worksheet: Worksheet, origin: str) -> Appointment | None:
    """Returns the day and time of a session for a calendar; None for a session without them. `origin` is the
    scheme and host of the link to its desk."""
    if session.starts_at is None:
        return None
    return Appointment(
        f"{session.id}@kompas-live",
        session.starts_at,
        max(minutes(session), 1),
        f"Sessie: {worksheet.called(session.title, session.holds_back)}",
        f"Werkblad {worksheet.id}",
        f"{origin}/sessies/{session.id}/regie",
        session.created_at,
    )


def state(session: Session) -> str:
    if session.is_prepared:
        return PREPARED
    if session.ended_at is None:
        return RUNNING
    return SAVED if session.saved_at else REVIEW


def address(session: Session) -> str:
    """Returns the path where somebody goes on with this session: the desk, the review or the record."""
    addresses = {
        PREPARED: f"/sessies/{session.id}/regie",
        RUNNING: f"/sessies/{session.id}/regie",
        REVIEW: f"/sessies/{session.id}/nakijken",
        SAVED: f"/dossiers/{session.partnership_id}/sessies/{session.id}",
    }
    return addresses[state(session)]


def _by_field(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.field, []).append(row)
    return found
