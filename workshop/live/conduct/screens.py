"""What all screens show at once: a blank or still picture, one card large, something else, and Hulp."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds
from workshop.live import rounds, send
from workshop.live.conduct.deeds import Deeds, Seen, Senders, Stale, hex_of, must, must_be, must_differ
from workshop.live.errors import Gone
from workshop.live.picture import INSTEAD
from workshop.log.what import What
from workshop.models import Session

WAYS: dict[str, int | None] = {"verder": 1, "terug": -1, "stil": 0, "vanzelf": None}
"""How the desk turns the pages of the screen -> by how many; None lets them turn by themselves."""


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

    async def set_still(self, still: bool) -> None:
        """Lets the big screen stand still while the desk tidies, or follow the desk again. A card that is
        taken off the screen meanwhile goes at once. A step that hides its results has nothing to tidy."""

        async def stand(db: AsyncSession, session: Session) -> None:
            must_differ(session.still is not None, still)
            self._keep(session, "stilled" if still else "moved", still=session.still)
            session.still = await self._on_screen(db, session) if still else None

        await self._drive(bus.INPUT, stand)

    async def show_large(self, card_id: uuid.UUID | None) -> None:
        """Shows one card of the current step alone and large; None shows all of them again."""

        async def enlarge(db: AsyncSession, session: Session) -> None:
            must_differ(session.large_card, card_id)
            if card_id:
                card = await self._card(db, session, card_id)
                must(
                    card.activity_id in rounds.standing_in(session.activity_id, session.activities)
                    and card.state == "shown"
                )
                must(send.has_words(card))
            self._keep(session, "enlarged" if card_id else "all-cards", card=hex_of(session.large_card))
            session.large_card = card_id

        await self._drive(bus.INPUT, enlarge)

    async def turn_pages(self, way: str, seen: Seen = None) -> None:
        """Turns the pages of every big screen: `way` is one of `WAYS`. Each screen counts its own pages, and
        goes round at their end. `seen` is how many pages were turned before, empty while they turn by
        themselves. Raises `Gone` for another way."""
        if way not in WAYS:
            raise Gone("Zo kan het scherm niet bladeren.")

        async def turn(db: AsyncSession, session: Session) -> None:
            before = session.page_turns
            must_be(seen, "" if before is None else before)
            by = WAYS[way]
            turns = None if by is None else (before or 0) + by
            must_differ(before, turns)
            session.page_turns = turns

        await self._drive(bus.INPUT, turn)

    async def let_phones_read(self, phones_read: bool) -> None:
        """Lets phones read what stands on the big screen, or not."""
        deed = "phones-read" if phones_read else "phones-look-up"
        await self._session(bus.STATE, deed, None, phones_read=phones_read)

    async def _on_screen(self, db: AsyncSession, session: Session) -> dict[str, str]:
        """Returns the cards that are on the screen now, each with its cluster."""
        activity = next((one for one in session.activities if one.id == session.activity_id), None)
        if activity is None:
            raise Stale
        scene = await self.room.reader.scene(db, session, activity)
        must(not scene.kind.hides)
        return {
            entry.id: entry.cluster or ""
            for entry in scene.entries
            if entry.state == "shown" and kinds.texts(scene.kind, entry.answer)
        }

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

    async def put_back_still(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        session.still = was["still"]
        return []

    async def put_back_large(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        session.large_card = uuid.UUID(was["card"]) if was["card"] else None
        return []

    async def put_back_readers(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        session.phones_read = not session.phones_read
        return []
