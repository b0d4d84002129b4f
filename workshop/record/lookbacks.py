"""The lookbacks of sessions as the record keeps them: which are open, and which ones people wait for.

workshop/handover/lookback.py writes what a lookback says.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from workshop.models import Action, ActionChange, Lookback, Session, in_dossier, now

DRAFT, OPEN, OVER = "draft", "open", "over"
MOST_LOOKED_AT = 50
"""How many of the newest sessions are searched for hints."""
FRESH = dt.timedelta(days=60)
"""How long after a session people still expect to hear something."""


class Hint(msgspec.Struct, frozen=True):
    """A session whose lookback a facilitator may want to publish or bring up to date."""

    session: Session
    changed: int = 0
    """Number of chosen actions that changed since the last message; 0 when nothing was published yet."""


async def opened(db: AsyncSession, token: str) -> tuple[Lookback, Session] | None:
    """Reads the lookback at this address. Returns None alike for a wrong token, one that was taken back and
    one whose time is over: nobody can tell those apart, as one query answers all three."""
    found = await db.execute(
        select(Lookback, Session)
        .join(Session, Lookback.session_id == Session.id)
        .options(lazyload(Session.activities))
        .where(Lookback.token == token[:40], *_is_open())
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def open_token(db: AsyncSession, session_id: uuid.UUID) -> str:
    """Reads the token of the page where the phones of this session may read on; empty while there is
    nothing to read."""
    query = select(Lookback.token).where(Lookback.session_id == session_id, *_is_open())
    return await db.scalar(query) or ""


async def of_session(db: AsyncSession, session_id: uuid.UUID) -> Lookback | None:
    return await db.scalar(select(Lookback).where(Lookback.session_id == session_id))


def state(row: Lookback | None, at: dt.datetime) -> str:
    if row is None or row.published_at is None or row.until is None:
        return DRAFT
    return OPEN if row.until > at else OVER


async def hints(db: AsyncSession, partnership_id: uuid.UUID) -> list[Hint]:
    """Reads the sessions whose people may expect to hear something, the newest first: nothing was published
    yet, or actions changed since. It looks at the newest `MOST_LOOKED_AT`."""
    fresh = Session.saved_at > now() - FRESH
    rows = await db.execute(
        select(Session, Lookback)
        .outerjoin(Lookback, Lookback.session_id == Session.id)
        .options(lazyload(Session.activities))
        .where(*in_dossier(partnership_id), Session.saved_at.is_not(None), Session.phones > 0)
        .where(or_(and_(*_is_open()), and_(fresh, Lookback.published_at.is_(None))))
        .order_by(Session.created_at.desc(), Session.id)
        .limit(MOST_LOOKED_AT)
    )
    newest = rows.all()
    published = any(row and row.published_at for _, row in newest)
    latest = await latest_changes(db, partnership_id) if published else {}
    return [Hint(session, changed(row, latest)) for session, row in newest if _wants(row, latest)]


async def latest_changes(db: AsyncSession, partnership_id: uuid.UUID) -> dict[str, dt.datetime]:
    """Reads id of an action, without dashes -> when it last changed."""
    rows = await db.execute(
        select(ActionChange.action_id, func.max(ActionChange.at))
        .join(Action, ActionChange.action_id == Action.id)
        .where(Action.partnership_id == partnership_id)
        .group_by(ActionChange.action_id)
    )
    return {id.hex: at for id, at in rows}


def changed(row: Lookback | None, latest: Mapping[str, dt.datetime]) -> int:
    """Counts the chosen actions that changed since the facilitator last told something; 0 for a page that
    nobody can read."""
    if row is None or row.published_at is None:
        return 0
    since = max(row.published_at, row.told_at or row.published_at)
    return sum(latest[id] > since for id in row.lines if id in latest)


def _wants(row: Lookback | None, latest: Mapping[str, dt.datetime]) -> bool:
    return row is None or row.published_at is None or changed(row, latest) > 0


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return (Lookback.token.is_not(None), Lookback.published_at.is_not(None), Lookback.until > now())
