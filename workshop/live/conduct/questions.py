"""A quick question above the current step: the plan does not change, and the step goes on as it was."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import bus, kinds, text
from workshop.live import plan
from workshop.live.conduct.deeds import Deeds, Seen, must, must_be
from workshop.live.errors import Closed
from workshop.log.what import What
from workshop.models import Activity, Session

LONGEST = 140
ASKED_ALREADY = "Er staat al een tussenvraag open. Sluit die eerst."


class QuestionDeeds(Deeds):
    """What the desk with the wheel asks of the room beside the plan."""

    async def ask(self, statement: str, question_id: uuid.UUID) -> None:
        """Puts a statement above the current step, for phones to agree with or not; once for each
        `question_id`. Its answers are shown, hidden and locked as those of every step.

        Raises `ValueError` with a sentence for a text that does not fit, and `Closed` while another question
        is asked.
        """
        statement = text.clean(statement, LONGEST)
        kind = kinds.for_quick_question()

        async def put(db: AsyncSession, session: Session) -> None:
            must(await db.get(Activity, question_id) is None)
            if session.question_id:
                raise Closed(ASKED_ALREADY)
            number = 1 + sum(activity.beside for activity in session.activities)
            question = await plan.add_beside(
                db,
                session,
                kind,
                id=question_id,
                key=f"tussenvraag-{number}",
                title="Tussenvraag",
                question=statement,
                settings=kind.quick(statement),
            )
            session.question_id = question.id
            session.blank, session.shows = False, ""
            session.page_turns = None
            await self._log(db, session, What.QUESTION_ASKED)

        await self._drive(bus.STEP, put)

    async def close_question(self, seen: Seen = None) -> None:
        """Goes back to the step under the question, which takes no answers any more. `seen` is its id."""

        async def close(db: AsyncSession, session: Session) -> None:
            must(session.question_id)
            must_be(seen, session.question_id)
            question = next(one for one in session.activities if one.id == session.question_id)
            question.open = False
            session.question_id = None
            session.blank, session.shows = False, ""
            session.page_turns = None

        await self._drive(bus.STEP, close)
