"""Mean and spread of marks, from how often a 1, a 2, … a 10 was given."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev


def mean(counts: Sequence[int], minimum: int) -> float | None:
    """Returns the mean, or None below the minimum: a mean of few people reveals what they gave."""
    marks = spelled(counts)
    return fmean(marks) if len(marks) >= minimum else None


def spread(counts: Sequence[int], minimum: int) -> float | None:
    """Returns the standard deviation, or None below the minimum."""
    marks = spelled(counts)
    return pstdev(marks) if len(marks) >= minimum else None


def spelled(counts: Sequence[int]) -> list[int]:
    """Lists every mark that was given, the lowest first."""
    return [mark for mark, count in enumerate(counts, 1) for _ in range(count)]
