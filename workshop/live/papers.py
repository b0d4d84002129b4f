"""Answers that people without a phone wrote on paper, and that a desk types over: one sheet is one person.

A sheet has no row of its own. Its answers carry its id as a note until the links are cut; after that they
only say that they came from paper.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.models import Activity, Contribution, Session

NOTE = "paper"
"""Note on a contribution: the id of its sheet."""
CUT = "ja"
"""What the note says after the links were cut."""


def sheet_of(notes: Mapping[str, Any]) -> uuid.UUID | None:
    """Returns the id of the sheet that has these notes; None for what came by phone, and after the cut."""
    sheet = notes.get(NOTE, CUT)
    return None if sheet == CUT else uuid.UUID(sheet)


def on(sheets: Iterable[uuid.UUID]) -> ColumnElement[bool]:
    """Returns the condition for the contributions on these sheets."""
    named = Contribution.notes[NOTE].as_string()
    return Contribution.participant_id.is_(None) & named.in_([sheet.hex for sheet in sheets])


async def count(db: AsyncSession, session: Session) -> int:
    """Returns the largest number of sheets at one step: so many people at least wrote on paper."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for row in await _there(db, session):
        if sheet := sheet_of(row.notes):
            found[row.activity_id].add(sheet)
    return max(map(len, found.values()), default=0)


async def cut(db: AsyncSession, session: Session) -> None:
    """Makes it impossible to tell which answers stood on one sheet."""
    for row in await _there(db, session):
        row.notes = row.notes | {NOTE: CUT}


async def _there(db: AsyncSession, session: Session) -> list[Contribution]:
    here = select(Activity.id).where(Activity.session_id == session.id)
    rows = await db.scalars(
        select(Contribution).where(
            Contribution.activity_id.in_(here), Contribution.notes[NOTE].as_string().is_not(None)
        )
    )
    return list(rows)
