"""The end of a session, and the way back."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.live import links
from workshop.live.conduct.deeds import Deeds, Seen, Stale, must_be, must_differ
from workshop.live.errors import Closed
from workshop.log.what import What
from workshop.models import (
    Session,
    now,
)


class EndDeeds(Deeds):
    """What the wheel does at the end."""

    async def end(self, seen: Seen = None) -> None:
        """Ends the session. The links between contributions and phones are cut after `links.REOPENS`: until
        then `reopen` undoes it. `seen` is the id of the step it ends at, empty for the lobby."""

        async def close(db: AsyncSession, session: Session) -> None:
            must_be(seen, session.activity_id or "")
            for activity in (a for a in session.activities if a.started_at):
                await self._note_disclosed(db, session, activity)
            await links.end(db, session, now())
            session.ended_by = self.sign_in.account_id
            await self._log(db, session, What.SESSION_CLOSED)

        await self._drive(bus.STEP, close, ended=Stale)

    async def reopen(self) -> None:
        """Undoes the end of a session. Raises `Closed` once its links are cut."""

        async def undo(db: AsyncSession, session: Session) -> None:
            must_differ(session.ended_at, None)
            until = links.reopens_until(session)
            if until is None or until <= now():
                raise Closed("Deze sessie kan niet meer open. De koppeling met de telefoons is al weg.")
            links.reopen(session)
            await self._log(db, session, What.SESSION_REOPENED)

        await self._change(bus.STEP, undo)
