"""Undoes the last deed of a desk: the one table of how each is put back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus
from workshop.live import recent
from workshop.live.conduct.cards import TOGETHER, CardDeeds
from workshop.live.conduct.clusters import ClusterDeeds
from workshop.live.conduct.deeds import Overtaken, Senders, Stale
from workshop.live.conduct.door import DoorDeeds
from workshop.live.conduct.paper import PaperDeeds
from workshop.live.conduct.parking import ParkingDeeds
from workshop.live.conduct.screens import ScreenDeeds
from workshop.live.conduct.sending_out import SendingOutDeeds
from workshop.live.conduct.steps import StepDeeds
from workshop.live.errors import Closed
from workshop.live.onlookers import onlookers
from workshop.models import Session

Putting = Callable[[Any, AsyncSession, Session, dict[str, Any]], Awaitable[Senders]]
"""Puts back what a deed changed, given how it was. Returns the senders of the cards that changed. Raises
`Overtaken` where somebody changed it since, and then changes nothing."""

PUT_BACK: dict[str, Putting] = {
    "step": StepDeeds.put_back_step,
    **dict.fromkeys(("together", "apart"), StepDeeds.put_back_subgroups),
    **dict.fromkeys(("opened", "closed", "revealed", "covered"), StepDeeds.put_back_lock),
    **dict.fromkeys(("time-added", "paused", "went-on"), StepDeeds.put_back_clock),
    **dict.fromkeys(("blanked", "unblanked", "instead"), ScreenDeeds.put_back_screen),
    **dict.fromkeys(("stilled", "moved"), ScreenDeeds.put_back_still),
    **dict.fromkeys(("enlarged", "all-cards"), ScreenDeeds.put_back_large),
    **dict.fromkeys(("phones-read", "phones-look-up"), ScreenDeeds.put_back_readers),
    "admits": DoorDeeds.put_back_door,
    "address": DoorDeeds.put_back_address,
    "card": CardDeeds.put_back_card,
    **dict.fromkeys(("parked", "unparked"), ParkingDeeds.put_back_parked),
    "line-parked": CardDeeds.take_out_added,
    **{deed: partial(CardDeeds.put_back_waiting, state=state) for state, deed in TOGETHER.items()},
    "deleted": ClusterDeeds.put_back_deleted,
    "added": CardDeeds.take_out_added,
    "sheet": PaperDeeds.take_out_sheet,
    "taken-up": CardDeeds.put_back_alert,
    **dict.fromkeys(("gathered", "loosened", "sorted"), ClusterDeeds.put_back_places),
    "merged": ClusterDeeds.put_back_merged,
    "shifted": ClusterDeeds.put_back_shifted,
    "renamed": ClusterDeeds.put_back_name,
    "dissolved": ClusterDeeds.put_back_deleted,
    "sent-out": SendingOutDeeds.put_back_hidden,
}
"""Key of `recent.DEEDS` -> how it is undone; the others say why they cannot."""


class UndoDeeds(
    StepDeeds, DoorDeeds, ScreenDeeds, ParkingDeeds, CardDeeds, ClusterDeeds, SendingOutDeeds, PaperDeeds
):
    """The way back."""

    async def undo(self, id: str) -> str:
        """Undoes a deed, given its id: the last one of this desk that can be undone, else nothing happens.

        Returns what to tell: nothing, or why nothing was put back because it changed since. Raises `Closed`
        once the session has ended; `Stale` stays inside.
        """
        said = ""

        async def put_back(db: AsyncSession, session: Session) -> frozenset[str]:
            nonlocal said
            if session.ended_at:
                raise Closed("Deze sessie is al afgelopen.")
            drives = session.driver_id in (None, self.sign_in.id)
            deed = recent.last(session, drives)
            if deed is None or deed.id != id:
                raise Stale
            recent.drop(session, id)
            try:
                senders = await PUT_BACK[deed.what](self, db, session, deed.was)
            except Overtaken as overtaken:
                said, senders = str(overtaken), []
            phones = onlookers(session) or bus.mine(*senders)
            return (bus.STEP if deed.text.asks else bus.STATE) | phones

        await self._change(bus.DESK, put_back, lambda parts: parts)
        return said
