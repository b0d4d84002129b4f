"""Proposes what an ended session brings to the dossier: one line for each thing that its steps came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.handover.origins import Trail, ref_of
from workshop.live.reading import SessionReader
from workshop.models import Session


@dataclass(frozen=True)
class ProposedLine:
    """One line on its way to the dossier. `id` names its step, output and item."""

    id: str
    field: str
    item: kinds.Item
    label: str
    tone: str
    kept: bool
    text: str
    step: str
    """Title of the step it came from."""
    ref: str
    """Its step and item: by this name lines that were made from it refer to it (handover/origins.py)."""
    origins: tuple[str, ...] = ()
    """What it was made from: refs of other lines, and ids of items that stood in the dossier before."""
    origin: str = ""
    """For a new action: id of the line with the card that it came from, or a theme; empty for neither."""
    saved_as: str = ""
    """Id of the item that it becomes."""

    @property
    def editable(self) -> bool:
        """Marks are counted, not written."""
        return not self.item.counts


async def proposed(db: AsyncSession, reader: SessionReader, session: Session) -> list[ProposedLine]:
    """Lists every line that the session's steps bring, in the order of the plan, with dots added to cards.

    An open action of before comes once, however many steps showed it: it has one status.
    """
    lines: list[ProposedLine] = []
    votes: dict[str, kinds.Item] = {}
    trail = Trail()
    for activity in session.activities:
        if activity.started_at is None:
            continue
        scene = await reader.scene(db, session, activity)
        source = scene.kind.needs(scene.settings).activity
        for result in scene.kind.summary(scene.tally, scene.settings):
            field = str(activity.saves.get(result.output, ""))
            if not field and all(_has_dots(item) for item in result.items):
                votes |= {item.key: item for item in result.items}
                trail.skip(activity.key, source, result.items, scene.inputs.options)
                continue
            known = {line.item.action for line in lines if line.item.action}
            lines += [
                replace(
                    _line(activity.key, activity.title, field, result, item),
                    origins=trail.follow(activity.key, source, item, scene.inputs.options),
                )
                for item in result.items
                if item.action not in known
            ]
    return [_with_votes(line, votes) for line in lines]


def ideas(lines: Sequence[ProposedLine]) -> list[ProposedLine]:
    """Lists the cards of this session that say what would make a theme higher."""
    return [line for line in lines if line.item.theme and line.editable]


def _line(key: str, step: str, field: str, result: kinds.Result, item: kinds.Item) -> ProposedLine:
    return ProposedLine(
        id=f"{key}.{result.output}.{item.key}",
        field=field,
        item=item,
        label=result.label,
        tone=result.tone,
        kept=bool(field) and item.chosen,
        text=item.text,
        step=step,
        ref=ref_of(key, item.key),
    )


def _has_dots(item: kinds.Item) -> bool:
    return item.votes is not None and not item.by_phones


def _with_votes(line: ProposedLine, votes: Mapping[str, kinds.Item]) -> ProposedLine:
    if line.item.votes is not None or line.item.key not in votes:
        return line
    return replace(line, item=kinds.with_votes(line.item, votes[line.item.key]))
