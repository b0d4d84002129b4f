"""What all screens show at once: a blank picture, earlier decisions, and Hulp on every phone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.live.conduct.deeds import Deeds, Seen, must_be
from workshop.log.what import What
from workshop.models import Session


class ScreenDeeds(Deeds):
    """What the desk does to every screen."""

    async def set_blank(self, blank: bool) -> None:
        what = What.SCREEN_BLANKED if blank else What.SCREEN_SHOWN
        await self._session(bus.INPUT, what, blank=blank)

    async def show_earlier(self, shows_earlier: bool) -> None:
        await self._session(bus.INPUT, None, shows_earlier=shows_earlier, blank=False)

    async def call_help(self, seen: Seen = None) -> None:
        """Opens the help panel on every phone at once, never on one. `seen` is how often that
        was done before."""

        async def call(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.help_calls)
            session.help_calls += 1
            await self._log(db, session, What.HELP_CALLED)

        await self._change(bus.STATE, call)
