"""Puts proposals in the two columns of the big screen before anybody sorted: to count, and to notice."""

from __future__ import annotations

import msgspec

from workshop.kinds.signals import Proposal, Tally

SORTS = (("indicator", "Indicatoren", "wat mensen tellen"), ("signaal", "Signalen", "wat mensen merken"))


class Column(msgspec.Struct, frozen=True):
    what: str
    label: str
    hint: str
    proposals: tuple[Proposal, ...]


def columns(tally: Tally) -> tuple[Column, ...]:
    return tuple(
        Column(what, label, hint, tuple(one for one in tally.proposals if one.what == what))
        for what, label, hint in SORTS
    )
