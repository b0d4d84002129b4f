"""Whether a step may be emptied, and what stays known of it then. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workshop import kinds
from workshop.live import rounds
from workshop.models import Activity

CARE_FIRST = "In deze stap klinkt een kaart persoonlijk of als een bedreiging. Pak die eerst op."
WAS_TOLD = (
    "De uitslag van deze stap was al te zien. Na een nieuwe ronde kon iemand uitrekenen wat één persoon gaf. "
    "Daarom kun je deze stap niet leegmaken."
)
HAS_A_SECOND_ROUND = "De tweede ronde laat zien wat er veranderde. Daarom kun je de eerste niet leegmaken."
CAME_AHEAD = "Hier staan antwoorden van mensen die vooraf invulden. Zij kunnen het niet nog eens doen."
LONE = "leeggemaakt"
"""Stands in `Activity.disclosed` for one answer: beside a set of one, no group is counted apart."""


def why_not(
    activity: Activity, steps: Sequence[Activity], cared_for: bool, *, came_ahead: bool = False
) -> str:
    """Returns why a step cannot be emptied; nothing where it can. `steps` are those of its session,
    `cared_for` says whether every card that looked like a disclosure was taken up, and `came_ahead` whether
    people answered it before the meeting."""
    if came_ahead:
        return CAME_AHEAD
    if not cared_for:
        return CARE_FIRST
    if rounds.second_of(activity, steps):
        return HAS_A_SECOND_ROUND
    compares = activity.key.startswith(rounds.SECOND) or not kinds.settles(activity)
    return WAS_TOLD if _was_told(activity) and compares else ""


def disclosed_after(activity: Activity) -> dict[str, Any] | None:
    """Returns `Activity.disclosed` for a step that was emptied. Where figures were shown, what was counted
    stays known, with a set of one beside it: the same people answer again, under ids that do not say so."""
    if not _was_told(activity):
        return None
    return {slot: [*history, [LONE]] for slot, history in (activity.disclosed or {}).items()}


def began(activity: Activity) -> str:
    """Returns what a button of this step was drawn with: another text after each time that it was emptied."""
    return activity.started_at.isoformat() if activity.started_at else ""


def _was_told(activity: Activity) -> bool:
    """Says whether figures about somebody's answers were shown."""
    return any(any(history) for history in (activity.disclosed or {}).values())
