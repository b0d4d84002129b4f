"""A message to everybody: on every phone, and on the big screen when the desk wants it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, text
from workshop.live.conduct.deeds import Deeds, Seen, must_be, must_differ
from workshop.log.what import What
from workshop.models import Session

LONGEST = 140


class AnnouncementDeeds(Deeds):
    """What the desk with the wheel says to every phone at once, never to one."""

    async def announce(self, words: str, seen: Seen = None) -> None:
        """Puts a message above what every phone shows, in the place of one before. `seen` is that one. Raises
        `ValueError` with a sentence for a text that does not fit."""
        words = text.clean(words, LONGEST)

        async def put(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.announcement)
            must_differ(session.announcement, words)
            session.announcement = words
            await self._log(db, session, What.ANNOUNCED)

        await self._drive(bus.STATE, put)

    async def end_announcement(self, seen: Seen = None) -> None:
        """Takes the message away, also from the big screen. `seen` is the message."""

        async def take_away(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.announcement)
            must_differ(session.announcement, "")
            session.announcement = ""
            if session.shows == "announcement":
                session.shows = ""

        await self._drive(bus.STATE, take_away)
