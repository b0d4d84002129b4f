"""Makes an action of an idea there and then: with who, and when."""

from __future__ import annotations

import uuid

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, kinds, text
from workshop.live import agreeing, plan
from workshop.live.conduct.cards import CardDeeds
from workshop.live.conduct.deeds import must, must_not_be_deleted
from workshop.live.errors import Closed
from workshop.models import Contribution, Session
from workshop.safety.erasing import tombstones

LONGEST_OWNER = 120


class AgreeDeeds(CardDeeds):
    """What every facilitator does with ideas."""

    async def agree(self, idea_id: uuid.UUID, words: str, owner: str, due: str) -> None:
        """Puts an action among those of the session, made of a card that the room may see; once for each
        card. The words are the desk's.

        Raises `ValueError` with a sentence for what does not fit, and `Closed` for a plan without a step
        with actions and once the session has ended.
        """
        days.agreed(due)
        agreed = {"owner": text.tidy(owner)[:LONGEST_OWNER], "due": text.tidy(due)}
        action_id = agreeing.id_of(idea_id)

        async def put(db: AsyncSession, session: Session) -> list[uuid.UUID | None]:
            if session.ended_at or session.is_prepared:
                raise Closed("Deze sessie is nu niet open.")
            idea = await self._card(db, session, idea_id)
            must(idea.state == "shown" and await db.get(Contribution, action_id) is None)
            await must_not_be_deleted(db, Contribution, action_id, tombstones.CARD)
            step = agreeing.step_of(session.activities, plan.step_of(session, idea.activity_id))
            if step is None:
                raise Closed(agreeing.NOWHERE)
            kind = kinds.get(step.kind)
            settings = kinds.settings(kind, step.settings)
            scene = await self.room.reader.scene(db, session, step)
            answer = kind.check(kind.Answer(text=words), settings, scene.inputs)
            action = Contribution(
                id=action_id,
                activity_id=step.id,
                slot=str(action_id),
                body=msgspec.to_builtins(answer),
                notes={agreeing.NOTE: idea_id.hex} | {name: said for name, said in agreed.items() if said},
                state="shown",
                order=session.revision + 1,
            )
            db.add(action)
            self._keep(session, "added", id=action_id.hex)
            return []

        await self._tell_senders(put)
