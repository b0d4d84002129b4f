"""Ambitions: more may be written down, at most three are worked on at the same time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop.items import Item

FIELD = "1-B.ambities"
MOST = 3
ACTIVE, RESTING = "actief", "niet actief"
TOO_MANY = f"Er zijn hooguit {MOST} ambities tegelijk actief. Zet eerst een andere uit."


def flagged(item: Item, *, active: bool) -> Item:
    return msgspec.structs.replace(item, details=item.details | {"active": ACTIVE if active else RESTING})


def is_flagged(item: Item) -> bool:
    return item.details.get("active") == ACTIVE


def active(items: Sequence[Item]) -> tuple[Item, ...]:
    """Returns the ambitions that people work on. Those of a session have no flag: they are active too, as
    long as fewer than three are."""
    chosen = {item.id for item in items if is_flagged(item)}
    open_ones = [item.id for item in items if "active" not in item.details]
    chosen |= set(open_ones[: max(0, MOST - len(chosen))])
    return tuple(item for item in items if item.id in chosen)


def all_flagged(items: Sequence[Item]) -> list[Item]:
    """Returns every ambition with its flag; one without gets the flag that `active` gives it."""
    now = active(items)
    return [flagged(item, active=item in now) for item in items]
