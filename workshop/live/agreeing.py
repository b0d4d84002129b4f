"""Actions that a desk makes of what somebody wrote: which step gathers them, and how they are known. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from workshop import kinds
from workshop.models import Activity

NOTE = "idee"
"""Name of the note of such an action: the id of the card that it was made of."""
NOWHERE = "Hiervan kan nu geen actie komen. Zet eerst een stap met acties in het programma."


def step_of(activities: Sequence[Activity], after: Activity) -> Activity | None:
    """Returns the step that gathers the actions which come of the ideas of a step: the first one behind it,
    else the last one before it; None for a plan without, and for a step that asks for no ideas."""
    if not kinds.explains(after.kind):
        return None
    gathers = [one for one in activities if not (one.skipped or one.beside) and _gathers(one)]
    behind = (one for one in gathers if one.position > after.position)
    return next(behind, gathers[-1] if gathers else None)


def id_of(idea: uuid.UUID) -> uuid.UUID:
    """Returns the id of the action that is made of a card: one card gives one action."""
    return uuid.uuid5(idea, NOTE)


def _gathers(activity: Activity) -> bool:
    kind = kinds.get(activity.kind)
    return kind.needs(kinds.settings(kind, activity.settings)).open_actions
