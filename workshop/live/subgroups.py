"""Which question each phone answers at a step that asks several at the same time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from workshop import kinds
from workshop.kinds import Kind, KindError, Subgroup
from workshop.languages import Sentence
from workshop.live.state import Phone
from workshop.models import Activity, Participant

NO_SEAT = MappingProxyType({"subgroup": "", "subgroup_step": None})
"""The columns of a phone that answers no question of its own."""
CHOOSE_FIRST = Sentence("Kies eerst in welk groepje je zit.")
OF_OTHERS = Sentence("Deze vraag is van een ander groepje. Zit je daar? Kies dan eerst dat groepje.")


def apart(activity: Activity, kind: Kind, settings: Any) -> tuple[Subgroup, ...]:
    """Returns the questions that are answered apart now; nothing at a step that is one board for
    everybody."""
    return () if activity.together else kinds.subgroups(kind, settings)


def must_be_own(activity: Activity, kind: Kind, settings: Any, answers: Sequence[Any], phone: Phone) -> None:
    """Raises `KindError` with a sentence for an answer to another question than this phone's own."""
    if not apart(activity, kind, settings):
        return
    seat = phone.subgroup_at(activity.id)
    if not seat:
        raise KindError(CHOOSE_FIRST)
    if any(kind.subgroup_of(answer) != seat for answer in answers):
        raise KindError(OF_OTHERS)


def stand_up(row: Participant) -> None:
    """Makes a phone one that chose no question."""
    for name, value in NO_SEAT.items():
        setattr(row, name, value)
