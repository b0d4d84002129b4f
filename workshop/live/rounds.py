"""A second round of a step: the room talked, and phones answer again. Pure.

It is a step of its own, whose key says of which step it is the second round. So the first one stays as it
was shown. From both together nobody may read who changed: what fewer than the minimum answered otherwise
keeps the figures of the first round (docs/decisions/0037).
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from typing import Any, Protocol

import msgspec

from workshop.kinds import Entry, Kind
from workshop.models import Activity

SECOND = "ronde-2-"
"""Before the key of the first round."""


class SentToRound(Protocol):
    """One contribution, as live/state.py has it."""

    @property
    def entry(self) -> Entry: ...
    @property
    def slot(self) -> str: ...


class Round(Protocol):
    """A step with what was contributed to it, as live/state.py has it."""

    @property
    def activity(self) -> Activity: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def of_phone(self) -> Mapping[uuid.UUID | str, Mapping[str, SentToRound]]: ...
    @property
    def sheets(self) -> Set[uuid.UUID]: ...


class RoundLine(msgspec.Struct, frozen=True):
    """What both rounds say of one thing; empty where nothing may be told."""

    text: str
    first: str
    second: str
    stays: bool
    """Whether too few answered otherwise, so that the second round says what the first said."""


def has_rounds(kind: Kind) -> bool:
    """Says whether a step of this kind can be answered a second time."""
    return hasattr(kind, "compared")


def first_key(activity: Activity) -> str:
    """Returns the key of the step that this is the second round of; empty for other steps."""
    return activity.key.removeprefix(SECOND) if activity.key.startswith(SECOND) else ""


def second_key(key: str) -> str:
    return SECOND + key


def first_of(activity: Activity, plan: Iterable[Activity]) -> Activity | None:
    key = first_key(activity)
    return next((one for one in plan if key and one.key == key), None)


def second_of(activity: Activity, plan: Iterable[Activity]) -> Activity | None:
    return next((one for one in plan if one.key == second_key(activity.key)), None)


def standing_in(activity_id: uuid.UUID | None, plan: Iterable[Activity]) -> set[uuid.UUID]:
    """Returns the ids of the steps whose cards can stand in this one: its own, and of a second round the
    first one's."""
    steps = list(plan)
    here = [one for one in steps if one.id == activity_id]
    return {one.id for step in here for one in (step, first_of(step, steps)) if one}


def has_result(activity: Activity, plan: Iterable[Activity]) -> bool:
    """Says whether it is the round of its step whose result counts: the second, once it tells something that
    the first did not."""
    steps = list(plan)
    if first := first_of(activity, steps):
        return _tells_more(first, activity)
    second = second_of(activity, steps)
    return not second or second.skipped or not _tells_more(activity, second)


def counting(key: str, plan: Iterable[Activity]) -> str:
    """Returns the key of the round of this step whose result counts."""
    steps = list(plan)
    first = next((one for one in steps if one.key == key), None)
    return key if first is None or has_result(first, steps) else second_key(key)


def changed(first: Round, second: Round, home: Mapping[str, str]) -> Counter[str]:
    """Counts by slot the phones that answered otherwise in the second round, or in one of both only. What
    they wrote is no answer. `home` says for which cluster an answer about a card counts.

    Sheets from paper are counted where no phone did so: beside phones they hide nobody from who typed them.
    """
    before, after = (_by_phone(step, home) for step in (first, second))
    every = before.keys() | after.keys()
    otherwise = [(owner, slot) for owner, slot in every if before[owner, slot] != after[owner, slot]]
    sheets = first.sheets | second.sheets
    phones = Counter(slot for owner, slot in otherwise if owner not in sheets)
    return Counter({**Counter(slot for _, slot in otherwise), **phones})


def staying(first: Activity, changes: Mapping[str, int], minimum: int) -> dict[str, list[list[str]]]:
    """Returns, by slot, what was shown of the first round where the second may say nothing else: somebody
    changed, and they are fewer than `minimum`. Of what the first round did not tell by its own name, such as
    a new group of cards, nothing is said at all."""
    shown = first.disclosed or {}
    return {
        slot: list(shown.get(slot, ()))
        for slot, count in changes.items()
        if 0 < count < minimum and (slot not in shown or shown[slot])
    }


def stays(first: Activity, second: Activity) -> set[str]:
    """Returns the slots of which the second round says what the first said. The version of an answer is of
    one round only, so a set that was shown tells of which."""
    shown = first.disclosed or {}
    return {
        slot
        for slot, sets in (second.disclosed or {}).items()
        if sets and sets[-1] and sets[-1] in shown.get(slot, ())
    }


def counted(
    kind: Kind,
    first: Iterable[Entry],
    second: Iterable[Entry],
    kept: Collection[str],
    home: Mapping[str, str],
) -> tuple[Entry, ...]:
    """Returns the answers that the second round counts: about the slots in `kept` those of the first."""

    def stands(entry: Entry) -> bool:
        slot = kind.slot(entry.answer)
        return home.get(slot or "", slot) in kept

    return (*(one for one in second if not stands(one)), *(one for one in first if stands(one)))


def lines(kind: Kind, first: Any, second: Any, kept: Iterable[str]) -> tuple[RoundLine, ...]:
    """Returns both rounds side by side, in the order of the second; `first` and `second` are tallies."""
    before = {figure.id: figure.words for figure in kind.compared(first)}
    slots = set(kept)
    return tuple(
        RoundLine(one.text, before.get(one.id, ""), one.words, bool({one.id, ""} & slots))
        for one in kind.compared(second)
    )


def _tells_more(first: Activity, second: Activity) -> bool:
    kept = stays(first, second)
    return any(sets and sets[-1] and slot not in kept for slot, sets in (second.disclosed or {}).items())


def _by_phone(
    step: Round, home: Mapping[str, str]
) -> defaultdict[tuple[uuid.UUID | str, str], frozenset[Any]]:
    found: defaultdict[tuple[uuid.UUID | str, str], frozenset[Any]] = defaultdict(frozenset)
    for phone, sent in step.of_phone.items():
        for one in sent.values():
            slot = home.get(one.slot, one.slot)
            found[phone, slot] |= {_chosen(step.kind, one.entry.answer)}
    return found


def _chosen(kind: Kind, answer: Any) -> tuple[Any, ...]:
    """Returns an answer without what was written in it, and without the order of a list."""
    parts = (getattr(answer, name) for name in answer.__struct_fields__ if name not in kind.writes)
    return tuple(tuple(sorted(part)) if isinstance(part, tuple) else part for part in parts)
