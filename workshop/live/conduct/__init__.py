"""What a facilitator does at the desk: steps, door, screens, cards and clusters, the end.

Every command is one method of `Conduct` and one resource under `/sessies/{id}/…`. Step, lock and show belong
to the desk that has the wheel; cards and clusters to every facilitator.
"""

from __future__ import annotations

from workshop.live.conduct.agreeing import AgreeDeeds
from workshop.live.conduct.announcements import AnnouncementDeeds
from workshop.live.conduct.cards import Before
from workshop.live.conduct.conclusions import ConclusionDeeds
from workshop.live.conduct.deeds import NotDriving
from workshop.live.conduct.emptying import EmptyDeeds
from workshop.live.conduct.ending import EndDeeds
from workshop.live.conduct.jotting import JotDeeds
from workshop.live.conduct.questions import QuestionDeeds
from workshop.live.conduct.undoing import UndoDeeds

__all__ = ["Before", "Conduct", "NotDriving"]


class Conduct(
    UndoDeeds,
    EmptyDeeds,
    AgreeDeeds,
    AnnouncementDeeds,
    QuestionDeeds,
    ConclusionDeeds,
    JotDeeds,
    EndDeeds,
):
    """What one facilitator does at one session."""
