"""Lines of an answer: what a step of a session comes to, and what the dossier keeps."""

from __future__ import annotations

import msgspec


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
    """Whether it was ticked when its session was saved; with dots, whether the dots chose it."""
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
    """Like `cards_by`: group -> number of its cards or votes; empty where that may not be told
    (workshop/groups.py)."""
