"""Shows what changed in a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from workshop.record.answers import ADDED, REMOVED

SAME, CHANGED = "", "±"
_PIECES = re.compile(r"\s+|\w+|[^\w\s]+")
TOO_DIFFERENT = 0.35
"""Texts with a smaller share of equal words stand below each other: a patchwork is harder to read."""


class ChangedPart(msgspec.Struct, frozen=True):
    sign: str
    text: str


class ChangedLine(msgspec.Struct, frozen=True):
    """One line of a difference: `sign` as in answers.py, or CHANGED with the parts of both texts."""

    sign: str
    text: str
    parts: tuple[ChangedPart, ...] = ()


def changes(lines: Sequence[tuple[str, str]]) -> list[ChangedLine]:
    """Returns a difference with each replaced text as one line. It expects a removed line to be followed by
    the line that replaced it, as `answers.difference` does."""
    found: list[ChangedLine] = []
    ahead = list(lines)
    while ahead:
        sign, text = ahead.pop(0)
        if sign == REMOVED and ahead and ahead[0][0] == ADDED:
            found += _replaced(text, ahead.pop(0)[1])
        else:
            found.append(ChangedLine(sign, text))
    return found


def parts(old: str, new: str) -> tuple[ChangedPart, ...]:
    """Returns both texts as one: which parts stayed, were removed and were added."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    found: list[ChangedPart] = []
    for step, start, end, other, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            found.append(ChangedPart(SAME, "".join(before[start:end])))
            continue
        gone, came = "".join(before[start:end]), "".join(after[other:last])
        found += [part for part in (ChangedPart(REMOVED, gone), ChangedPart(ADDED, came)) if part.text]
    return tuple(found)


def _replaced(old: str, new: str) -> list[ChangedLine]:
    together = parts(old, new)
    same = sum(len(part.text) for part in together if part.sign == SAME)
    if same < TOO_DIFFERENT * max(len(old), len(new)):
        return [ChangedLine(REMOVED, old), ChangedLine(ADDED, new)]
    return [ChangedLine(CHANGED, new, together)]
