"""Proposes what an ended session brings to the dossier: one line for each thing that its steps came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.handover.origins import Trail, ref_of
from workshop.kinds import Result, ResultItem
from workshop.live import rounds
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
        return self.editable and not self.item.status and not self.item.by_phones

    @property
    def is_loose(self) -> bool:
        """Whether it is one card that nobody put with others or chose."""
        agreed = (self.item.votes or 0) > (1 if self.item.by_phones else 0)
        alone = self.item.cards == 1 or (self.item.by_phones and not self.item.cards)
        return self.editable and alone and not agreed and not self.item.quotes and not self.item.status


async def proposed(db: AsyncSession, reader: SessionReader, session: Session) -> list[ProposedLine]:
    """Lists every line that the session's steps bring, in the order of the plan, with dots added to cards.

    An open action of before comes once, however many steps showed it: it has one status.
    """
    lines: list[ProposedLine] = []
    votes: dict[str, ResultItem] = {}
    trail = Trail()
    for activity in session.activities:
        if activity.started_at is None or not rounds.has_result(activity, session.activities):
            continue
        key = rounds.first_key(activity) or activity.key
        scene = await reader.scene(db, session, activity)
        source = scene.kind.needs(scene.settings).activity
        for result in scene.kind.summary(scene.tally, scene.settings):
            field = str(activity.saves.get(result.output, ""))
            if not field and all(_has_dots(item) for item in result.items):
                votes |= {item.id: item for item in result.items}
                trail.skip(key, source, result.items, scene.inputs.options)
                continue
            known = {line.item.action for line in lines if line.item.action}
            lines += [
                replace(
                    _line(activity.key, activity.title, field, result, item),
                    origins=trail.follow(key, source, item, scene.inputs.options),
                )
                for item in result.items
                if item.action not in known
            ]
        if activity.conclusion:
            lines.append(_concluded(activity, reader))
    return [_with_votes(line, votes) for line in lines]


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
        kept=bool(field) and item.chosen,
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


def _has_dots(item: ResultItem) -> bool:
    return item.votes is not None and not item.by_phones


def _with_votes(line: ProposedLine, votes: Mapping[str, ResultItem]) -> ProposedLine:
    given = votes.get(line.item.id)
    if line.item.votes is not None or given is None:
        return line
    return replace(line, item=replace(line.item, votes=given.votes, tied=given.tied, votes_by=given.votes_by))
