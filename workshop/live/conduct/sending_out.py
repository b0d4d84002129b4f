"""Sends out a phone whose cards disturb, without telling anybody which phone that is.

What the desk may and may not learn by it: docs/decisions/0041-a-phone-is-sent-out.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, codes
from workshop.live import send, subgroups
from workshop.live.conduct.deeds import Deeds, Senders, hex_of, must, must_still
from workshop.live.onlookers import onlookers
from workshop.log.what import What
from workshop.models import Acknowledged, Cluster, Contribution, Participant, Session


class SendingOutDeeds(Deeds):
    """What the desk with the wheel does about somebody who disturbs."""

    async def send_out(
        self, contribution_id: uuid.UUID, press_id: uuid.UUID, *, hides: bool = False, renews: bool = False
    ) -> None:
        """Ends the part of the phone that sent this card, with every stream that it has. With `hides` all its
        cards leave every screen, those that wait too; with `renews` nobody comes in with the old codes.

        A card of no phone, or of one that is gone, answers the same, and then only that card is hidden.
        `press_id` is of the form: with it the deed is done once. Raises `Gone` for a card that is not there.
        """

        async def end(db: AsyncSession, session: Session) -> frozenset[str]:
            must(await db.get(Acknowledged, press_id) is None)
            db.add(Acknowledged(id=press_id, session_id=session.id))
            card = await self._card(db, session, contribution_id)
            phone = await db.get(Participant, card.participant_id) if card.participant_id else None
            cards: Sequence[Contribution] = [card]
            if phone and phone.token_hash:
                phone.sent_out_hash, phone.token_hash = phone.token_hash, None
                subgroups.stand_up(phone)
                cards = (
                    await db.scalars(select(Contribution).where(Contribution.participant_id == phone.id))
                ).all()
            shown = any(one.state == "shown" for one in cards)
            if hides:
                self._keep(session, "sent-out", cards=_hide(cards))
            if renews:
                session.join_token, session.code = codes.new_token(), session.code and codes.new_code()
                await self._log(db, session, What.CODES_RENEWED)
            await self._log(db, session, What.PHONE_SENT_OUT)
            return onlookers(session) if hides and shown else frozenset()

        await self._drive(bus.STATE | {bus.WHO}, end, own=lambda phones: phones)

    async def put_back_hidden(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Puts back the cards that went with a phone, but those that were moved since; the phone stays
        away."""
        here = Contribution.id.in_(map(uuid.UUID, was["cards"])), Contribution.state == "hidden"
        cards = (await db.scalars(select(Contribution).where(*here))).all()
        must_still(bool(cards), True)
        for card in cards:
            card.state, cluster = was["cards"][card.id.hex]
            there = await db.get(Cluster, uuid.UUID(cluster)) if cluster else None
            card.cluster_id = there.id if there else None
        await self._log(db, session, What.CARDS_PUT_BACK)
        return [card.participant_id for card in cards]


def _hide(cards: Sequence[Contribution]) -> dict[str, tuple[str, str]]:
    """Takes the words of these cards off every screen. Returns how each was that changed: its state and its
    cluster."""
    before = {}
    for card in cards:
        if card.state != "hidden" and send.has_words(card):
            before[card.id.hex] = card.state, hex_of(card.cluster_id)
            card.state, card.cluster_id = "hidden", None
    return before
