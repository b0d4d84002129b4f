"""What a facilitator does at the desk: steps, door, screens, cards and clusters, the end.

Every command is one method of `Conduct` and one resource under `/sessies/{id}/…`. Step, lock and show belong
to the desk that has the wheel; cards and clusters to every facilitator.
"""

from __future__ import annotations

from workshop.live.conduct.cards import Before, Cards
from workshop.live.conduct.clusters import Clusters
from workshop.live.conduct.deeds import NotDriving
from workshop.live.conduct.door import Door
from workshop.live.conduct.ending import Ending
from workshop.live.conduct.screens import Screens
from workshop.live.conduct.steps import Steps

__all__ = ["Before", "Conduct", "NotDriving"]


class Conduct(Steps, Door, Screens, Cards, Clusters, Ending):
    """What one facilitator does at one session."""
