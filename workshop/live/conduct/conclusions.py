"""What the room concludes at a step, written at the desk while it is said."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, text
from workshop.live import plan
from workshop.live.conduct.deeds import Deeds, must_differ
from workshop.models import Session

LONGEST = 280


class ConclusionDeeds(Deeds):
    """What the desk with the wheel writes for everybody to read."""

    async def conclude(self, activity_id: uuid.UUID, words: str) -> None:
        """Sets the conclusion of a step; empty takes it away. Whoever sees it on the screen sees it change.

        Raises `ValueError` with a sentence for a text that does not fit, `Gone` for a step that is not there.
        """
        wanted = text.clean(words, LONGEST) if text.tidy(words) else ""

        async def write(db: AsyncSession, session: Session) -> frozenset[str]:
            activity = plan.step_of(session, activity_id)
            must_differ(activity.conclusion, wanted)
            activity.conclusion = wanted
            seen = session.shows == "conclusion" and activity.id == session.current_id
            return bus.STATE if seen else frozenset()

        await self._drive(bus.DESK, write, own=lambda parts: parts)
