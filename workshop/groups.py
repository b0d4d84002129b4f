"""What may be told by group, and which figures would tell who gave one (promise 6 of safety.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from workshop.languages import Sentence

MOST_PEOPLE = 12
"""How many people can sit at one screen. They answer as one: no threshold counts them."""
PAPER = "+"
"""How the version of an answer from paper begins."""


def kept(counts: Mapping[str, int], minimum: int) -> set[str]:
    """Returns the groups that may be shown apart. All others are counted together, with whoever named no
    group; as long as those are too few to hide in, the smallest group joins them (promise 6 of safety.md)."""
    named = {group: count for group, count in counts.items() if group and count >= minimum}
    rest = sum(counts.values()) - sum(named.values())
    while named and 0 < rest < minimum:
        rest += named.pop(min(named, key=lambda group: (named[group], group)))
    return set(named)


def too_few(sets: Sequence[Collection[str]], minimum: int) -> bool:
    """Says whether somebody who adds and subtracts figures about these sets of answers is left with a figure
    about fewer than `minimum` of them."""
    every = {answer for one in sets for answer in one}
    cells = Counter(tuple(answer in one for one in sets) for answer in every)
    return any(size < minimum for size in cells.values())


def told_with(history: Sequence[Sequence[str]], now: Collection[str], minimum: int) -> list[list[str]]:
    """Returns the sets that figures were shown about, oldest first, and `now` as the last: unless, compared
    with the earlier ones, that would tell of fewer than `minimum` answers. Ids of answers without a figure
    (`weet ik niet`) begin with a `?`: a figure is about the others."""
    told = [list(one) for one in history]
    if told and set(told[-1]) == set(now):
        return told
    sets = [*told, sorted(now)]
    with_figure = [figures(one) for one in sets]
    # Whoever typed in paper knows those answers, and is left with the others.
    views = [[*map(seen, some)] for some in (sets, with_figure) for seen in (set, of_phones)]
    return told if any(too_few(view, minimum) for view in views) or not with_figure[-1] else sets


def shown_with(history: Sequence[Sequence[str]], now: Collection[str]) -> list[list[str]]:
    """Does the same where figures are shown whatever was shown before."""
    told = [list(one) for one in history]
    return told if told and set(told[-1]) == set(now) else [*told, sorted(now)]


def may_be_told_beside(
    before: Sequence[Collection[str]], groups: Iterable[Collection[str]], minimum: int
) -> bool:
    """Says whether figures about these groups of answers may be shown, when those about `before` were."""
    return not before or not too_few([*before, *groups], minimum)


def of_phones(answers: Iterable[str]) -> set[str]:
    """Returns the versions of answers that came by phone."""
    return {answer for answer in answers if not answer.lstrip("?").startswith(PAPER)}


def figures(answers: Iterable[str]) -> set[str]:
    """Returns the ids of answers that a mean is about: those without a `?`."""
    return {answer for answer in answers if not answer.startswith("?")}


def history_of(
    slot: str, told: Mapping[str, Sequence[Sequence[str]]], now: Collection[str]
) -> list[Sequence[str]]:
    """Returns every set of answers that was shown and shares an answer with `now`, those of this slot last.
    Cards that are put together bring along what was shown of each of them, so that nobody can subtract it."""
    others = [one for name, sets in told.items() if name != slot for one in sets if set(one) & set(now)]
    return [*others, *told.get(slot, ())]


def people(typed: str) -> int:
    """Reads how many people sit at one screen: 1 where nothing is said. Raises `ValueError` with a
    sentence."""
    number = typed.strip() or "1"
    if number not in map(str, range(1, MOST_PEOPLE + 1)):
        raise ValueError(Sentence("Vul een getal in van 1 tot en met 12."))
    return int(number)


def may_be_split(sizes: Mapping[str, int], group_minimum: int, breakdown_minimum: int) -> bool:
    """Says whether numbers may be shown by group: all groups are large enough, or none is shown.

    One group left out could be computed from the whole (promise 6 of safety.md).
    """
    large = len(sizes) > 1 and all(size >= group_minimum for size in sizes.values())
    return large and sum(sizes.values()) >= breakdown_minimum


def by_group(groups: Iterable[str | None], group_minimum: int, breakdown_minimum: int) -> dict[str, int]:
    """Counts each group, `""` for none; returns nothing where that may not be shown. For a few cards or dots,
    small groups are not put together: many such counts of one crowd could be compared."""
    sizes = dict(sorted(Counter(group or "" for group in groups).items()))
    return sizes if may_be_split(sizes, group_minimum, breakdown_minimum) else {}
