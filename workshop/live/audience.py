"""Whom of the room a step asks. Who named no group is asked everything: nobody has to say who they are."""

from __future__ import annotations

from workshop.groups import GROUPS, YOUNG
from workshop.models import Activity

NOT_YOUNG = frozenset({"ouder", "uitvoering", "beleid"})
"""Groups that a step for young people does not ask."""


def is_for_some(activity: Activity) -> bool:
    """Says whether a step asks a part of the room."""
    return not all(asks(activity, group) for group in GROUPS)


def asks(activity: Activity, group: str | None) -> bool:
    """Says whether a step asks this group. A question for partners that somebody put in words for the young
    is asked to them too."""
    if activity.audience == "jongeren":
        return group not in NOT_YOUNG
    if activity.audience == "partners":
        return group != YOUNG or bool(activity.youth.get("question"))
    return True
