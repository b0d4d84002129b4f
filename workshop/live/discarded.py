"""Cards and clusters that the desk deleted and can still bring back.

Their rows are kept apart, so that no screen, count or document has them. After `KEPT` their words go for
good, with a tombstone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Uuid, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.models import Alert, Cluster, Contribution, Discarded, Session
from workshop.safety.erasing import tombstones

Row = TypeVar("Row", Contribution, Cluster)

KEPT = dt.timedelta(minutes=2)
SORTS = (tombstones.CARD, tombstones.CLUSTER)


async def put_away(db: AsyncSession, session: Session, row: Contribution | Cluster) -> None:
    """Keeps the row of a card or cluster that is deleted or emptied in this transaction."""
    await erase(db, Discarded.id == row.id)  # an earlier copy, if the row was emptied and filled again
    is_card = isinstance(row, Contribution)
    tied = (
        select(Alert.id).where(Alert.contribution_id == row.id)
        if is_card
        else select(Contribution.id).where(Contribution.cluster_id == row.id)
    )
    db.add(
        Discarded(
            id=row.id,
            session_id=session.id,
            participant_id=row.participant_id if is_card else None,
            words_id=tombstones.words_of(row),
            sort=tombstones.CARD if is_card else tombstones.CLUSTER,
            row=_written(row),
            tied=[id.hex for id in await db.scalars(tied)],
        )
    )
    await db.flush()


async def find(db: AsyncSession, session: Session, id: uuid.UUID) -> Discarded | None:
    """Reads what this session can still bring back under this id; None when there is nothing."""
    kept = Discarded.id == id, Discarded.session_id == session.id
    return await db.scalar(select(Discarded).where(*kept))


async def bring_back(db: AsyncSession, kept: Discarded) -> Contribution | Cluster | None:
    """Puts the row back as it was, with what was tied to it. Returns None, and does nothing, when its sender
    has put something else in its place."""
    row = await _card(db, kept) if kept.sort == tombstones.CARD else _read(Cluster, kept.row)
    if isinstance(row, Contribution) and await _is_replaced(db, row):
        return None
    row = await db.merge(row)
    await db.flush()
    tied = [uuid.UUID(id) for id in kept.tied]
    if isinstance(row, Contribution):
        await db.execute(update(Alert).where(Alert.id.in_(tied)).values(contribution_id=row.id))
    else:
        loose = Contribution.id.in_(tied), Contribution.cluster_id.is_(None), Contribution.state == "shown"
        await db.execute(update(Contribution).where(*loose).values(cluster_id=row.id))
    await db.delete(kept)
    return row


async def erase(db: AsyncSession, *which: ColumnElement[bool]) -> int:
    """Erases for good what was deleted, with a tombstone for each. Returns how many."""
    gone = (await db.scalars(delete(Discarded).where(*which).returning(Discarded))).all()
    for sort in SORTS:
        await tombstones.put(db, sort, *(kept.words_id for kept in gone if kept.sort == sort))
    return len(gone)


async def _card(db: AsyncSession, kept: Discarded) -> Contribution:
    """Returns the card, without a phone or a cluster that is gone."""
    card = _read(Contribution, kept.row)
    card.participant_id = kept.participant_id
    if card.cluster_id and await db.get(Cluster, card.cluster_id) is None:
        card.cluster_id = None
    return card


async def _is_replaced(db: AsyncSession, card: Contribution) -> bool:
    """Says whether its phone wrote again where this card stood."""
    there = await db.scalar(
        select(Contribution).where(
            Contribution.activity_id == card.activity_id,
            Contribution.participant_id == card.participant_id,
            Contribution.slot == card.slot,
        )
    )
    return there is not None and (there.id != card.id or any(there.body.get(name) for name in kinds.writes()))


def _written(row: Contribution | Cluster) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {name: value.hex if isinstance(value, uuid.UUID) else value for name, value in values.items()}


def _read(model: type[Row], written: dict[str, Any]) -> Row:
    ids = {column.key for column in model.__table__.columns if isinstance(column.type, Uuid)}
    return model(**{name: uuid.UUID(v) if v and name in ids else v for name, v in written.items()})
