"""The groups a participant may say to belong to, once and only if they like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from workshop.languages import N_, Sentence

GROUPS = {
    "jongere": N_("Jongere"),
    "ouder": N_("Ouder"),
    "uitvoering": N_("Professional uitvoering"),
    "beleid": N_("Beleid of bestuur"),
    "liever-niet": N_("Liever niet zeggen"),
}

PLURALS = {
    "jongere": "Jongeren",
    "ouder": "Ouders",
    "uitvoering": "Professionals uitvoering",
    "beleid": "Beleid en bestuur",
    "liever-niet": "Anderen",
}

YOUNG = "jongere"
OTHERS = "Overige mensen"
"""Who named no group, and groups that are too small to be told apart."""


def kept(counts: Mapping[str, int], minimum: int) -> set[str]:
    """The groups that may be told apart. All others go together, with whoever named no group; while those are
    too few to hide in, the smallest group goes with them (promise 6 of safety.md)."""
    named = {group: count for group, count in counts.items() if group and count >= minimum}
    rest = sum(counts.values()) - sum(named.values())
    while named and 0 < rest < minimum:
        rest += named.pop(min(named, key=lambda group: (named[group], group)))
    return set(named)


def checked(group: str | None) -> str | None:
    """The group, or None where nothing was chosen. Raises `ValueError` for a group that is not there."""
    if not group:
        return None
    if group not in GROUPS:
        raise ValueError(Sentence("Deze groep bestaat niet. Kies er een uit de lijst, of sla het over."))
    return group


def may_be_split(sizes: Mapping[str, int], group_minimum: int, breakdown_minimum: int) -> bool:
    """Whether numbers may be shown by group: all groups are large enough, or none is shown.

    One group left out could be computed from the whole (promise 6 of safety.md).
    """
    large = len(sizes) > 1 and all(size >= group_minimum for size in sizes.values())
    return large and sum(sizes.values()) >= breakdown_minimum


def by_group(groups: Iterable[str | None], group_minimum: int, breakdown_minimum: int) -> dict[str, int]:
    """How many there are of each group, `""` for none; empty where that may not be told. Of a few cards or
    dots small groups are not put together: many such counts of one crowd would be compared."""
    sizes = dict(sorted(Counter(group or "" for group in groups).items()))
    return sizes if may_be_split(sizes, group_minimum, breakdown_minimum) else {}
