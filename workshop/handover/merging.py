"""Makes one line of lines that say the same: what each of them was stays, as its quotes and origins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from workshop.handover.proposal import ProposedLine

MERGED = "samen"
"""Field of the form of a review: ids of lines that are one, the first of them first, with spaces between."""


def merged(lines: Sequence[ProposedLine], groups: Iterable[str]) -> list[ProposedLine]:
    """Returns the lines with one for each of these groups, in the place of its first. An id that is not
    there (any more), cannot be merged or is of another section than the first is passed over; so is a group
    of which one line is left."""
    by_id = {line.id: line for line in lines if line.may_merge}
    one_of: dict[str, tuple[ProposedLine, ...]] = {}
    taken: set[str] = set()
    for group in groups:
        own = [by_id[id] for id in dict.fromkeys(group.split()) if id in by_id and id not in taken]
        own = [line for line in own if line.section == own[0].section]
        if len(own) > 1:
            one_of[own[0].id] = tuple(own)
            taken.update(line.id for line in own)
    return [
        _one(one_of[line.id]) if line.id in one_of else line
        for line in lines
        if line.id in one_of or line.id not in taken
    ]


def _one(parts: Sequence[ProposedLine]) -> ProposedLine:
    """Returns one line with the words of the first. It has no numbers by group: those of the parts were
    each told on their own terms (workshop/groups.py)."""
    first, items = parts[0], [part.item for part in parts]
    votes = [item.votes for item in items if item.votes is not None]
    item = replace(
        first.item,
        cards=sum(item.cards for item in items),
        votes=sum(votes) if votes else None,
        tied=False,
        chosen=any(item.chosen for item in items),
        quotes=tuple(words for item in items for words in item.quotes or (item.text,)),
        reasons=tuple(reason for item in items for reason in item.reasons),
        labels=tuple(dict.fromkeys(label for item in items for label in item.labels)),
        cards_by={},
        votes_by={},
    )
    origins = dict.fromkeys(origin for part in parts for origin in part.origins)
    return replace(first, item=item, origins=tuple(origins), parts=tuple(parts))
