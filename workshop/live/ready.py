"""Phones say that their owner is ready with the current step: a number for desk and screen, never who.

It stands with the phone until the room goes on (docs/decisions/0052-ready-without-a-name.md).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.live import send
from workshop.live.errors import Closed, NotTakingPart
from workshop.live.intake import Batch
from workshop.models import Participant, Session


@dataclass(frozen=True)
class SaysReady:
    """A phone that says that it is ready with a step, or takes that back."""

    phone_id: uuid.UUID
    activity_id: uuid.UUID
    is_ready: bool
    id = None

    @property
    def owner(self) -> uuid.UUID:
        return self.phone_id

    def put(self, batch: Batch) -> None:
        """Notes it; the same again changes nothing. Raises `NotTakingPart` for a phone that left, and
        `Closed` for a step that does not take it now."""
        phone = batch.present(self.phone_id)
        if phone is None:
            raise NotTakingPart(send.LEFT)
        activity = send.open_activity(batch.session, self.activity_id, phone)
        if activity.id != batch.session.current_id or not kinds.says_ready(activity):
            raise Closed(send.GONE_ON)
        if batch.is_ready(phone.id, activity.id) != self.is_ready:
            batch.say_ready(phone.id, activity.id, self.is_ready)
            batch.parts |= bus.READY


async def clear(db: AsyncSession, session: Session) -> None:
    """Makes nobody ready: the room does something else now, or begins anew."""
    here = Participant.session_id == session.id, Participant.ready_for.is_not(None)
    await db.execute(update(Participant).where(*here).values(ready_for=None))
