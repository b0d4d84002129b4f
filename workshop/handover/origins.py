"""What the lines of one session were made from: earlier lines of it, or what stood in the dossier before.

A kind names the options behind each item of its result (`kinds.ResultItem.origins`). Options come from an
earlier step, or from fields of the record: then an option's id is the id of an item of the dossier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workshop.kinds import Option, ResultItem


def ref_of(step: str, key: str) -> str:
    """Returns the reference to an item of a step; no id of an item has a slash."""
    return f"{step}/{key}"


class Trail:
    """Follows items from step to step, in the order of the plan."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._skipped: dict[str, tuple[str, ...]] = {}

    def follow(self, step: str, source: str, item: ResultItem, options: Sequence[Option]) -> tuple[str, ...]:
        """Returns what an item of this step was made from. `source` is the step that its options come from,
        if any; an option without a field that no step brought leads nowhere."""
        of_record = {option.id for option in options if option.field}
        found: list[str] = []
        for id in item.origins:
            ref = ref_of(source, id)
            if ref in self._seen:
                found.append(ref)
            elif ref in self._skipped:
                found += self._skipped[ref]
            elif id in of_record:
                found.append(id)
        self._seen.add(ref_of(step, item.id))
        return tuple(dict.fromkeys(found))

    def skip(
        self, step: str, source: str, items: Iterable[ResultItem], options: Sequence[Option]
    ) -> dict[str, tuple[str, ...]]:
        """Passes a step that brings no lines of its own: a line that builds on it, builds on what it was made
        from. Returns that by the id of the item."""
        made_from = {item.id: self.follow(step, source, item, options) for item in items}
        for id, found in made_from.items():
            self._seen.discard(ref_of(step, id))
            self._skipped[ref_of(step, id)] = found
        return made_from


def ends(
    origins: Iterable[str], saved: Mapping[str, Sequence[str]], left_out: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Returns ids of items: of the lines that were saved, and for a line that was left out what that was made
    from."""
    found: list[str] = []
    for origin in origins:
        if origin in saved:
            found += saved[origin]
        elif origin in left_out:
            found += ends(left_out[origin], saved, left_out)
        else:
            found.append(origin)
    return tuple(dict.fromkeys(found))
