"""Proposes what an ended session brings to the dossier: one line for each thing that its steps came to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.handover.origins import Trail, ref_of
from workshop.kinds import Result, ResultItem
from workshop.live import agreeing, rounds
from workshop.live.reading import SessionReader
from workshop.models import Activity, Session

CONCLUDED = "Geschreven aan de regie"
"""Label of a conclusion: unlike the label of cards it is no column."""
HOLDS_A_SENTENCE = ("text", "list")
"""Kinds of field."""


class ProposedLine(msgspec.Struct, frozen=True):
    """One line on its way to the dossier. `id` names its step, output and item."""

    id: str
    field: str
    item: ResultItem
    label: str
    tone: str
    kept: bool
    text: str
    """Its words as the review left them."""
    step: str
    """Title of the step it came from."""
    section: str
    """Its step and output: the part of the review that it stands in."""
    ref: str
    """Its step and item: by this name lines that were made from it refer to it (handover/origins.py)."""
    origins: tuple[str, ...] = ()
    """What it was made from: refs of other lines, and ids of items that stood in the dossier before."""
    origin: str = ""
    """For a new action: id of the line with the card that it came from, or a theme; empty for neither."""
    saved_as: str = ""
    """Id of the item that it becomes."""
    parts: tuple[ProposedLine, ...] = ()
    """The lines that somebody made one of (handover/merging.py); empty for a line of its own."""

    @property
    def editable(self) -> bool:
        """Marks are counted, not written."""
        return not self.item.counts

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own id, or those of the lines that it was made of."""
        return tuple(part.id for part in self.parts) or (self.id,)

    @property
    def may_merge(self) -> bool:
        """Cards may become one line. An action has its own state, and phones that agree with two lines may
        be the same."""
        plain = not self.item.status and not self.item.is_moment
        return self.editable and plain and not self.item.by_phones

    @property
    def is_loose(self) -> bool:
        """Whether it is one card that nobody put with others or chose."""
        agreed = (self.item.votes or 0) > (1 if self.item.by_phones else 0)
        alone = self.item.cards == 1 or (self.item.by_phones and not self.item.cards)
        plain = not (self.item.chosen or self.item.quotes or self.item.status or self.item.is_moment)
        return self.editable and alone and not agreed and plain


async def proposed(db: AsyncSession, reader: SessionReader, session: Session) -> list[ProposedLine]:
    """Lists every line that the session's steps bring, in the order of the plan. A step that chose from lines
    of before, and has no question of its own, adds what it found to those lines.

    An open action of before comes once, however many steps showed it: it has one status.
    """
    lines: list[ProposedLine] = []
    trail = Trail()
    for activity in session.activities:
        if not rounds.has_result(activity, session.activities):
            continue
        key = rounds.first_key(activity) or activity.key
        scene = await reader.scene(db, session, activity)
        if activity.started_at is None and not any(agreeing.NOTE in entry.notes for entry in scene.entries):
            continue
        source, options = scene.kind.needs(scene.settings).activity, scene.inputs.options
        for result in scene.kind.summary(scene.tally, scene.settings):
            field, items = str(activity.saves.get(result.output, "")), result.items
            if result.chooses and not field:
                made_from = trail.skip(key, source, items, options)
                found = {ref: item for item in items for ref in made_from[item.id]}
                lines = [_with_findings(line, found.get(line.ref)) for line in lines]
                refs = {line.ref for line in lines}
                items = tuple(item for item in items if refs.isdisjoint(made_from[item.id]))
            known = {line.item.action for line in lines if line.item.action}
            lines += [
                replace(
                    _line(activity.key, activity.title, field, result, item),
                    origins=trail.follow(key, source, item, options),
                )
                for item in items
                if item.action not in known
            ]
        if activity.conclusion:
            lines.append(_concluded(activity, reader))
    cards = {uuid.UUID(line.item.id).hex: line.id for line in ideas(lines)}
    return [replace(line, origin=cards.get(line.item.idea, "")) for line in lines]


def ideas(lines: Sequence[ProposedLine]) -> list[ProposedLine]:
    """Lists the cards of this session that say what would make a theme higher."""
    return [line for line in lines if line.item.theme and line.editable]


def _line(key: str, step: str, field: str, result: Result, item: ResultItem) -> ProposedLine:
    return ProposedLine(
        id=f"{key}.{result.output}.{item.id}",
        field=field,
        item=item,
        label=result.label,
        tone=result.tone,
        kept=bool(field) and result.ticks(item),
        text=item.text,
        step=step,
        section=f"{key}.{result.output}",
        ref=ref_of(key, item.id),
    )


def _concluded(activity: Activity, reader: SessionReader) -> ProposedLine:
    """Returns the conclusion of a step, for the first of its questions that can hold a sentence."""
    fields = (str(field) for field in activity.saves.values())
    field = next((one for one in fields if reader.library.field(one).kind in HOLDS_A_SENTENCE), "")
    item = ResultItem(f"conclusie-{activity.id.hex}", activity.conclusion, labels=("conclusie in de zaal",))
    return _line(activity.key, activity.title, field, Result("conclusie", CONCLUDED), item)


def _with_findings(line: ProposedLine, found: ResultItem | None) -> ProposedLine:
    """Adds to a line what a later step said of it."""
    if found is None:
        return line
    item = replace(
        line.item,
        chosen=line.item.chosen or found.chosen,
        labels=tuple(dict.fromkeys((*line.item.labels, *found.labels))),
        reasons=(*line.item.reasons, *found.reasons),
    )
    if found.votes is not None and not item.by_phones:
        item = replace(item, votes=found.votes, tied=found.tied, votes_by=found.votes_by)
    return replace(line, item=item)
