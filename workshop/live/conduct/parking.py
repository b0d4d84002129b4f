"""Parks what is for later, and puts it on a board again."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds, text
from workshop.live import parking, plan
from workshop.live.conduct.cards import CardDeeds
from workshop.live.conduct.deeds import Senders, hex_of, must, must_not_be_deleted, must_still
from workshop.live.errors import Closed
from workshop.log.what import What
from workshop.models import Activity, Contribution, Session
from workshop.safety.erasing import tombstones

LONGEST = 140
NO_BOARD = "Op deze stap kunnen geen kaarten. Ga eerst naar een stap met kaarten."


class ParkingDeeds(CardDeeds):
    """What every facilitator does with the parking lot."""

    async def park(self, contribution_id: uuid.UUID) -> None:
        """Takes a card off its board and keeps it for later. A card that the room may not see yet, or that
        is parked already, stays where it is. Raises `Closed` for a card that is no card of a board."""

        async def move(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            step = plan.step_of(session, card.activity_id)
            must(card.state == "shown" and parking.NOTE not in card.notes and step.key != parking.KEY)
            if not kinds.parks(kinds.get(step.kind)):
                raise Closed("Alleen een losse kaart kan naar de Parkeerplaats.")
            lot = await self._lot(db, session)
            self._keep_place(session, "parked", card, lot)
            card.notes = card.notes | parking.note(step, card.body)
            self._put(card, lot, {})
            await self._log(db, session, What.CARD_PARKED)
            return [card.participant_id]

        await self._tell_senders(move)

    async def park_line(self, words: str, contribution_id: uuid.UUID) -> None:
        """Keeps a line of the facilitator for later; once for each `contribution_id`. Raises `ValueError`
        with a sentence for a text that does not fit, and `Closed` once the session has ended."""
        words = text.clean(words, LONGEST)

        async def put(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            if session.ended_at or session.is_prepared:
                raise Closed("Deze sessie is nu niet open.")
            await must_not_be_deleted(db, Contribution, contribution_id, tombstones.CARD)
            must(await db.get(Contribution, contribution_id) is None)
            lot = await self._lot(db, session)
            kind = kinds.for_parking()
            answer = kind.fitted(kind.Answer(text=words), kinds.settings(kind, lot.settings))
            line = Contribution(
                id=contribution_id,
                activity_id=lot.id,
                slot=str(contribution_id),
                body=msgspec.to_builtins(answer),
                state="shown",
                order=session.revision + 1,
            )
            db.add(line)
            self._keep(session, "line-parked", id=contribution_id.hex)
            await self._log(db, session, What.LINE_PARKED)
            return []

        await self._tell_senders(put)

    async def unpark(self, contribution_id: uuid.UUID, activity_id: uuid.UUID) -> None:
        """Puts a parked card on the board of a step: its own, or another with cards. Raises `Closed` for a
        step without a board."""

        async def move(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            card = await self._card(db, session, contribution_id)
            step = plan.step_of(session, activity_id)
            lot = parking.of(session.activities)
            must(lot and card.activity_id == lot.id)
            if step.skipped or not kinds.parks(kinds.get(step.kind)):
                raise Closed(NO_BOARD)
            found = parking.came_from(card.notes)
            self._keep_place(session, "unparked", card, step)
            card.notes = parking.other_notes(card.notes)
            self._put(card, step, found.rest if found else {})
            await self._log(db, session, What.CARD_UNPARKED)
            return [card.participant_id]

        await self._tell_senders(move)

    async def put_back_parked(self, db: AsyncSession, session: Session, was: dict[str, Any]) -> Senders:
        """Moves a card back to where it stood, with its words as they are now."""
        card = await self._there(db, session, was["card"])
        must_still(card.activity_id.hex, was["now"])
        card.activity_id = uuid.UUID(was["step"])
        card.body = card.body | was["rest"]
        card.notes = parking.other_notes(card.notes) | was["note"]
        cluster = uuid.UUID(was["cluster"]) if was["cluster"] else None
        card.cluster_id = cluster if cluster and await self._is_there(db, card, cluster) else None
        await self._log(db, session, What.CARD_PUT_BACK)
        return [card.participant_id]

    def _keep_place(self, session: Session, what: str, card: Contribution, to: Activity) -> None:
        note = {name: words for name, words in card.notes.items() if name == parking.NOTE}
        place = {
            "step": card.activity_id.hex,
            "cluster": hex_of(card.cluster_id),
            "rest": parking.rest(card.body),
            "note": note,
        }
        self._keep(session, what, card=card.id.hex, now=to.id.hex, **place)

    def _put(self, card: Contribution, to: Activity, rest: dict[str, Any]) -> None:
        """Puts a card on a board; `rest` is what is known of it beside its words."""
        kind = kinds.get(to.kind)
        answer = kind.fitted(kinds.stored(kind, card.body | rest), kinds.settings(kind, to.settings))
        card.body = msgspec.to_builtins(answer)
        card.activity_id, card.cluster_id = to.id, None

    async def _lot(self, db: AsyncSession, session: Session) -> Activity:
        """Returns the parking lot, which is made for its first card."""
        if lot := parking.of(session.activities):
            return lot
        return await plan.add_beside(
            db,
            session,
            kinds.for_parking(),
            key=parking.KEY,
            title=parking.TITLE,
            question="Wat is voor later?",
            open=False,
        )
