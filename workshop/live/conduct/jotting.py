"""What facilitators note for themselves at a step."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, text
from workshop.live import plan
from workshop.live.conduct.deeds import Deeds, must_differ
from workshop.models import Session

MOST = 2000
"""How many characters fit in the note of a step."""


class WroteTogether(Exception):
    """A colleague changed the note since it was read."""

    def __init__(self, theirs: str) -> None:
        super().__init__("Een collega schreef hier ook.")
        self.theirs = theirs


class JotDeeds(Deeds):
    """What every facilitator writes for themselves, with the wheel or beside it."""

    async def jot(self, activity_id: uuid.UUID, words: str, seen: str | None = None) -> str:
        """Sets the note of a step; empty takes it away. `seen` is the note that was read, None to write over
        whatever stands there.

        Returns the new note. Raises `WroteTogether` when that is not what stands there, `ValueError`
        with a sentence for a note that is too long, `Gone` for a step that is not there.
        """
        wanted = text.clean(words, MOST, lines=True) if text.tidy(words, lines=True) else ""

        async def write(db: AsyncSession, session: Session) -> None:
            activity = plan.step_of(session, activity_id)
            must_differ(activity.jotted, wanted)
            if seen is not None and text.tidy(seen, lines=True) != activity.jotted:
                raise WroteTogether(activity.jotted)
            activity.jotted = wanted

        await self._change(bus.DESK, write)
        return wanted
