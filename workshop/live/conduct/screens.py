"""What all screens show at once: a blank picture, something else than the step, and Hulp on every phone."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.live.conduct.deeds import Deeds, Seen, Senders, must_be
from workshop.live.errors import Gone
from workshop.live.picture import INSTEAD
from workshop.log.what import What
from workshop.models import Session


class ScreenDeeds(Deeds):
    """What the desk does to every screen."""

    async def set_blank(self, blank: bool) -> None:
        what = What.SCREEN_BLANKED if blank else What.SCREEN_SHOWN
        await self._session(bus.INPUT, "blanked" if blank else "unblanked", what, blank=blank)

    async def show_instead(self, what: str) -> None:
        """Shows something else than the step on the big screen: one of `INSTEAD`, or the step again for an
        empty text. Raises `Gone` for what cannot be shown."""
        if what and what not in INSTEAD:
            raise Gone("Dit kan niet op het scherm.")
        await self._session(bus.STATE, "instead", None, shows=what, blank=False)

    async def call_help(self, seen: Seen = None) -> None:
        """Opens the help panel on every phone at once, never on one. `seen` is how often that
        was done before."""

        async def call(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.help_calls)
            session.help_calls += 1
            self._keep(session, "help")
            await self._log(db, session, What.HELP_CALLED)

        await self._change(bus.STATE, call)

    async def put_back_screen(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        if session.blank != was["blank"]:
            await self._log(db, session, What.SCREEN_BLANKED if was["blank"] else What.SCREEN_SHOWN)
        session.blank, session.shows = was["blank"], was["shows"]
        return []
