"""Whom of the room a step asks. Who named no group is asked everything: nobody has to say who they are."""

from __future__ import annotations

from workshop.models import Activity
from workshop.session_groups import GROUPS, is_adult, is_young


def is_for_some(activity: Activity) -> bool:
    """Says whether a step asks a part of the room."""
    return not all(asks(activity, group) for group in GROUPS)


def asks(activity: Activity, group: str | None) -> bool:
    """Says whether a step asks this group. A question for partners that somebody put in words for the young
    is asked to them too."""
    if activity.audience == "jongeren":
        return not is_adult(group)
    if activity.audience == "partners":
        return not is_young(group) or bool(activity.youth.get("question"))
    return True
