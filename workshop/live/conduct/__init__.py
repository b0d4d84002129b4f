"""What a facilitator does at the desk: steps, door, screens, cards and clusters, the end.

Every command is one method of `Conduct` and one resource under `/sessies/{id}/…`. Step, lock and show belong
to the desk that has the wheel; cards and clusters to every facilitator.
"""

from __future__ import annotations

from workshop.live.conduct.cards import Before, CardDeeds
from workshop.live.conduct.clusters import ClusterDeeds
from workshop.live.conduct.deeds import NotDriving
from workshop.live.conduct.door import DoorDeeds
from workshop.live.conduct.ending import EndDeeds
from workshop.live.conduct.screens import ScreenDeeds
from workshop.live.conduct.steps import StepDeeds

__all__ = ["Before", "Conduct", "NotDriving"]


class Conduct(StepDeeds, DoorDeeds, ScreenDeeds, CardDeeds, ClusterDeeds, EndDeeds):
    """What one facilitator does at one session."""
