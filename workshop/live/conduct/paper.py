"""What a desk types over from paper, one sheet for each person; and takes out again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.kinds import Form
from workshop.live import papers, plan, send
from workshop.live.conduct.cards import without
from workshop.live.conduct.deeds import Deeds, Overtaken, Senders, must
from workshop.live.errors import Closed
from workshop.live.send import Receipt
from workshop.models import Activity, Contribution, Session
from workshop.safety.erasing import tombstones


class PaperDeeds(Deeds):
    """Every facilitator does this. Nobody sees a sheet again that is no longer in hand."""

    async def fill_in(
        self, activity_id: uuid.UUID, sheet_id: uuid.UUID, contribution_id: uuid.UUID, form: Form
    ) -> Receipt:
        """Puts one posted form on a sheet; a phone would send the same. Raises as `Room.contribute` does."""
        receipt = await self.room.contribute(
            self.session_id, None, activity_id, contribution_id, form, sheet_id
        )

        async def keep(db: AsyncSession, session: Session) -> None:
            was = {"step": activity_id.hex, "sheet": sheet_id.hex}
            must(not any(deed["was"] == was for deed in session.recent))
            self._keep(session, "sheet", **was)

        if not receipt.repeated:
            await self._change(bus.DESK, keep)
        return receipt

    async def take_off_sheet(
        self, activity_id: uuid.UUID, sheet_id: uuid.UUID, contribution_id: uuid.UUID | None = None
    ) -> None:
        """Deletes one answer on a sheet, or the whole sheet. Raises `Closed` while what was chosen stays."""

        async def take(db: AsyncSession, session: Session) -> frozenset[str]:
            activity = plan.step_of(session, activity_id)
            found = await _on_sheet(db, activity, sheet_id)
            rows = [row for row in found if contribution_id in (None, row.id)]
            must(rows)
            if activity.shown and kinds.settles(activity):
                raise Closed(send.SETTLED)
            await self._take_out(db, session, rows)
            return bus.OURS

        await self._change(bus.STATE, take, lambda phones: phones)

    async def take_out_sheet(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Deletes the sheet that was typed in last. Raises `Overtaken` where it is gone or stays."""
        activity = next((one for one in session.activities if one.id.hex == was["step"]), None)
        rows = await _on_sheet(db, activity, uuid.UUID(was["sheet"])) if activity else ()
        if activity is None or not rows:
            raise Overtaken("Dit blad is er niet meer.")
        if activity.shown and kinds.settles(activity):
            raise Overtaken(str(send.SETTLED))
        await self._take_out(db, session, rows)
        return []

    async def _take_out(self, db: AsyncSession, session: Session, rows: Sequence[Contribution]) -> None:
        for row in rows:
            await tombstones.put(db, tombstones.CARD, tombstones.words_of(row))
            session.review = without(session.review, row.id)
            await db.delete(row)


async def _on_sheet(db: AsyncSession, activity: Activity, sheet_id: uuid.UUID) -> Sequence[Contribution]:
    here = Contribution.activity_id == activity.id, papers.on([sheet_id])
    return (await db.scalars(select(Contribution).where(*here))).all()
