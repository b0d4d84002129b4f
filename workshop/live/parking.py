"""The parking lot: cards and lines that are for later, of a whole session. Pure.

It is a step that stands in no plan, as a quick question is: docs/decisions/0042-a-question-above-the-step.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from workshop import kinds
from workshop.kinds import Entry
from workshop.models import Activity

KEY, TITLE = "parkeerplaats", "Dit parkeerden jullie"
"""The title stands above it in the review and in documents."""
NOTE = "geparkeerd"
"""Name of the note of a card that says where it came from. It holds no words."""


class From(msgspec.Struct, frozen=True):
    """Where a parked card came from."""

    step: str
    """Id of its step."""
    rest: dict[str, Any] = {}
    """The parts of its answer that nobody wrote, such as its column."""


class ParkedCard(msgspec.Struct, frozen=True):
    """A card in the lot, as its desk lists it."""

    id: str
    text: str
    shown: bool
    """Whether the room may see it: its screening goes along with it."""
    step: Activity | None
    """The step that it can go back to; None for a line that was typed, and where that step is gone."""


class ParkedList(msgspec.Struct, frozen=True):
    """What the room reads of the lot, as other lists of the big screen."""

    items: tuple[ParkedCard, ...]
    label: str = "Parkeerplaats"


def of(activities: Iterable[Activity]) -> Activity | None:
    """Returns the parking lot of a session; None before its first card."""
    return next((one for one in activities if one.beside and one.key == KEY), None)


def note(activity: Activity, body: dict[str, Any]) -> dict[str, str]:
    """Returns what a parked card notes of where it stood."""
    return {NOTE: msgspec.json.encode(From(activity.id.hex, rest(body))).decode()}


def rest(body: dict[str, Any]) -> dict[str, Any]:
    """Returns the parts of an answer that nobody wrote."""
    return {name: value for name, value in body.items() if name not in kinds.writes()}


def other_notes(notes: dict[str, str]) -> dict[str, str]:
    """Returns the notes of a card that is not parked any more."""
    return {name: words for name, words in notes.items() if name != NOTE}


def came_from(notes: dict[str, str]) -> From | None:
    """Returns where a card came from; None for one that is not parked, or was typed at the desk."""
    return msgspec.json.decode(notes[NOTE], type=From) if NOTE in notes else None


def is_from(entry: Entry, activity: Activity) -> bool:
    found = came_from(entry.notes)
    return found is not None and found.step == activity.id.hex


def cards(entries: Iterable[Entry], plan: Sequence[Activity]) -> tuple[ParkedCard, ...]:
    """Returns the cards of the lot, in the order of their random ids. `plan` has the steps to go back to."""
    steps = {activity.id.hex: activity for activity in plan}
    return tuple(
        ParkedCard(
            entry.id,
            entry.answer.text,
            entry.state == "shown",
            steps.get(found.step) if (found := came_from(entry.notes)) else None,
        )
        for entry in sorted(entries, key=lambda entry: entry.id)
    )
