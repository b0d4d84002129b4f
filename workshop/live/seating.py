"""A phone chooses which question it answers, at a step that subgroups answer at the same time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from workshop import bus, kinds
from workshop.kinds import KindError
from workshop.languages import Sentence
from workshop.live import audience, send, subgroups
from workshop.live.errors import Closed, NotTakingPart
from workshop.live.intake import Batch

NOT_THERE = Sentence("Dit groepje is er niet. Kies opnieuw.")
ONE_BOARD = Sentence("De groepjes zijn klaar. Je ziet nu alle vragen.")


@dataclass(frozen=True)
class Seating:
    """One phone that chooses. The same choice again changes nothing."""

    phone_id: uuid.UUID
    activity_id: uuid.UUID
    subgroup: str
    id = owner = None

    def put(self, batch: Batch) -> None:
        """Notes the choice. Raises `NotTakingPart` for a phone that left, `Closed` where the room is
        elsewhere or on one board, and `KindError` for a question that is not there."""
        phone = batch.present(self.phone_id)
        if phone is None:
            raise NotTakingPart(send.LEFT)
        session = batch.session
        activity = next((one for one in session.activities if one.id == self.activity_id), None)
        if activity is None or session.ended_at or activity.id != session.current_id:
            raise Closed(send.GONE_ON)
        if not audience.asks(activity, phone.group):
            raise Closed(send.ASIDE)
        kind = kinds.get(activity.kind)
        settings = kinds.settings(kind, activity.settings)
        asked = subgroups.apart(activity, kind, settings)
        if not asked and kinds.subgroups(kind, settings):
            raise Closed(ONE_BOARD)
        if self.subgroup not in {one.id for one in asked}:
            raise KindError(NOT_THERE)
        if phone.subgroup_at(activity.id) != self.subgroup:
            batch.seat(phone, activity.id, self.subgroup)
            batch.parts |= bus.DESK
