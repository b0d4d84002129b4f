"""Lines of an answer: what a step of a session comes to, and what the dossier keeps."""

from __future__ import annotations

import msgspec

from workshop.text import plural

DOTS, PHONES = ("stip", "stippen"), ("telefoon", "telefoons")
"""What votes are called: one, and several."""
SAID_OF_CHOSEN = frozenset(("veel effect, makkelijk te doen", "Nee, want: 0"))
"""Labels that only lines have that the room chose without dots."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of an answer in the dossier, or on its way there, with where it came from."""

    id: str
    text: str
    column: str = ""
    tone: str = ""
    """zorg, kans or nothing."""
    cards: int = 0
    votes: int | None = None
    tied: bool = False
    """Whether something else got as many dots."""
    by_phones: bool = False
    """Whether its votes count phones that agree, instead of dots."""
    quotes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    chosen: bool = False
    """Whether the room chose it: what stood above the line then. Ties are as the room saw them."""
    session: str | None = None
    """Id of the session it came from."""
    by: str = ""
    """Name of who wrote or changed it by hand."""
    cell: str = ""
    """`row.column` of a table, or the group of a scheme."""
    details: dict[str, str] = {}
    """What only some kinds of field ask, by a key of `DETAILS` (record/answers.py); also `a` and `b` of a
    relation."""
    origins: tuple[str, ...] = ()
    """Ids of what it was made from: items of the dossier, and on the way there options of a step."""
    cards_by: dict[str, int] = {}
    votes_by: dict[str, int] = {}
    """Like `cards_by`: group, an own one by its name -> number of its cards or votes; empty where that may
    not be told (workshop/groups.py)."""


def counted(item: Item, votes: tuple[str, str] | None = None) -> list[str]:
    """Lists `3 kaarten`, `5 stippen`, `gedeelde plaats`, `gekozen`, as far as they say something. `votes` are
    the words for one vote and several, where they are neither dots nor phones."""
    found = [plural(item.cards, "kaart", "kaarten")] if item.cards else []
    if item.votes is not None:
        found.append(plural(item.votes, *(votes or (PHONES if item.by_phones else DOTS))))
    return [*found, *(["gedeelde plaats"] * item.tied), *(["gekozen"] * item.chosen)]


def was_chosen(item: Item) -> bool:
    """Says of a line of before migration 0040 whether the room chose it: `chosen` then stood on every line
    that was ticked in the review."""
    by_dots = item.votes is not None and not item.by_phones
    return item.chosen and (by_dots or not SAID_OF_CHOSEN.isdisjoint(item.labels))
