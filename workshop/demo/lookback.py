"""Publishes what became of one session of the story, as if it was done in the weeks after it."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.demo import past, story
from workshop.handover import lookback
from workshop.handover.publishing import LookbackDraft, Message, Publisher
from workshop.models import Deed, Lookback, Session, SignIn
from workshop.services import Services


async def publish(
    services: Services, sign_in: SignIn, partnership_id: uuid.UUID, told: story.StoryLookback, today: dt.date
) -> str:
    """Publishes a lookback; returns the token of the page that participants read."""
    minimum = services.settings.marks_minimum
    async with services.db.read() as db:
        of_session = Session.title == told.session, Session.partnership_id == partnership_id
        session = (await db.scalars(select(Session).where(*of_session))).one()
        lines = await lookback.offered(db, services.library, session, minimum)
    publisher = Publisher(services.room, services.library, minimum, session.id, sign_in.account)
    proposed = lookback.chosen_ids(None, lines)
    await publisher.publish(LookbackDraft(tuple(proposed), told.intro))
    notes = {line.id: told.notes[line.text] for line in lines if line.text in told.notes}
    await publisher.tell(Message(told.told, notes))
    return await services.db.write(lambda db: _back_date(db, session.id, told, today))


async def _back_date(
    db: AsyncSession, session_id: uuid.UUID, told: story.StoryLookback, today: dt.date
) -> str:
    row = (await db.scalars(select(Lookback).where(Lookback.session_id == session_id))).one()
    published = past.day(today, told.published_days_ago)
    row.created_at = row.published_at = published
    row.until = lookback.end_of(published, row.months)
    row.told_at = past.day(today, told.told_days_ago)
    deeds = update(Deed).where(Deed.session_id == session_id, Deed.at > row.told_at)
    await db.execute(deeds.values(at=row.told_at))
    return row.token or ""
