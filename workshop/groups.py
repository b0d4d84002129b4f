"""The groups a participant may say to belong to, once and only if they like."""

from collections.abc import Mapping

GROUPS = {
    "jongere": "Jongere",
    "ouder": "Ouder",
    "uitvoering": "Professional uitvoering",
    "beleid": "Beleid of bestuur",
    "liever-niet": "Liever niet zeggen",
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
        raise ValueError("Deze groep bestaat niet. Kies er een uit de lijst, of sla het over.")
    return group
