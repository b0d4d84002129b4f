"""Divides a review into its questions: what stands first, what folds, and which lines may be one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from workshop import kinds
from workshop.handover.alike import alike
from workshop.handover.proposal import ProposedLine
from workshop.models import Activity

MOST_IN_FRONT = 12
"""Lines of one question that stand open; a long session still fits three screens."""


class SameLines(msgspec.Struct, frozen=True):
    """Lines that may be one."""

    lines: tuple[ProposedLine, ...]
    same: bool
    """Whether they say it in the same words."""

    @property
    def ids(self) -> str:
        """What the form of the review says when they are one."""
        return " ".join(id for line in self.lines for id in line.ids)


class Section(msgspec.Struct, frozen=True):
    """The lines of one step and output, as somebody left them."""

    lines: tuple[ProposedLine, ...]
    front: tuple[ProposedLine, ...]
    folded: tuple[ProposedLine, ...]
    """Loose cards, and what does not fit in front."""
    alike: tuple[SameLines, ...]

    @property
    def first(self) -> ProposedLine:
        return self.lines[0]

    @property
    def id(self) -> str:
        return self.first.section

    @property
    def step(self) -> str:
        """Key of its step."""
        return self.first.ref.partition("/")[0]

    @property
    def kept(self) -> int:
        return len([line for line in self.lines if line.kept])

    @property
    def placeless(self) -> tuple[ProposedLine, ...]:
        """Lines that have no question of the dossier to go to."""
        return tuple(line for line in self.lines if not line.field)

    def resembling(self, line: ProposedLine) -> SameLines | None:
        """Returns the lines that may be one with this one, itself among them."""
        return next((one for one in self.alike if line in one.lines), None)


def sections_of(lines: Iterable[ProposedLine]) -> list[Section]:
    """Returns the questions of a review in the order of the plan."""
    found: dict[str, list[ProposedLine]] = {}
    for line in lines:
        found.setdefault(line.section, []).append(line)
    return [_section(own) for own in found.values()]


def alike_in(lines: Sequence[ProposedLine], *, near: bool = True) -> tuple[SameLines, ...]:
    """Returns which of these lines may become one; the words count that people wrote, or changed here."""
    own = [line for line in lines if line.may_merge]
    found = alike([line.text for line in own], near=near)
    return tuple(SameLines(tuple(own[place] for place in one.places), one.same) for one in found)


def suggested(activities: Sequence[Activity], step: str) -> str:
    """Returns the question that a step was meant for by way of another that nobody started, which would have
    chosen from it; empty where there is none."""
    for activity in activities:
        if activity.started_at is None and kinds.needs(activity.kind, activity.settings).activity == step:
            return next((str(field) for field in activity.saves.values()), "")
    return ""


def _section(lines: Sequence[ProposedLine]) -> Section:
    front = sorted((line for line in lines if not line.is_loose), key=_weight)[:MOST_IN_FRONT]
    shown = {line.id for line in front}
    return Section(
        lines=tuple(lines),
        front=tuple(front),
        folded=tuple(sorted((line for line in lines if line.id not in shown), key=_weight)),
        alike=alike_in(lines),
    )


def _weight(line: ProposedLine) -> tuple[bool, bool, int, int]:
    """Returns what sorts open actions of before first, then what the room chose, then what most people
    said."""
    return not line.item.action, not line.item.chosen, -(line.item.votes or 0), -line.item.cards
