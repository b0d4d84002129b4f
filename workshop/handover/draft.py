"""The unfinished review: its form as it was left, whoever left it, until it is saved.

It stands flat in `Session.review`, so that what is erased of a card is found by its name (live/conduct.py).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.handover.merging import MERGED
from workshop.handover.presses import ReviewForm
from workshop.storage import locks
from workshop.storage.database import Database

NOTES = "notitie"
"""Field of the form of a review: ids of the steps whose notes are kept."""
ASKED = ("kept", "text", "field", "owner", "due", "often", "status", "origin", MERGED, NOTES, "nagekeken")
"""Fields of the form of a review: `kept`, and for each line `text.<id>` and so on."""
CHOICES = ("kept", "field", MERGED)
"""What a press may change, and what is put back: ids only, no words."""
NUMBER, BY, PRESSED, BEFORE = "number", "by", "pressed", "before"

Row = Mapping[str, Any] | None
"""`Session.review`: the form, and beside it those four."""


class OtherReviewer(Exception):
    """Somebody else changed this review in the meantime: the account `by`."""

    def __init__(self, by: str) -> None:
        super().__init__("Iemand anders keek dit ook na.")
        self.by = by


class Hand(msgspec.Struct, frozen=True):
    """Who changes a review, and the number of it that they saw; None when they take what stands there."""

    account_id: uuid.UUID | None = None
    number: int | None = None


class Undoable(msgspec.Struct, frozen=True):
    """The last press, and the choices of before it."""

    press: str
    choices: dict[str, list[str]]


def asked(form: ReviewForm) -> dict[str, list[str]]:
    """Returns what a form says of the review, and no more."""
    return {name: list(values) for name, values in form.items() if name.partition(".")[0] in ASKED}


def number_of(row: Row) -> int:
    """Returns the number of the review as it stands there; 0 when nobody changed it yet."""
    return int((row or {}).get(NUMBER, ["0"])[0])


def undoable(row: Row) -> Undoable | None:
    """Returns the press that can be undone."""
    found = (row or {}).get(BEFORE)
    return msgspec.json.decode(found[0], type=Undoable) if found else None


def must_be_seen(row: Row, hand: Hand) -> None:
    """Raises `OtherReviewer` when somebody else changed what this one saw."""
    by = (row or {}).get(BY, [""])[0]
    if hand.number is None or hand.number == number_of(row) or by == _hex(hand):
        return
    raise OtherReviewer(by)


async def keep(
    database: Database,
    session_id: uuid.UUID,
    form: ReviewForm,
    hand: Hand | None = None,
) -> int:
    """Stores the form of an unfinished review, as far as it has the fields of `ASKED`. Returns its number.
    Raises `OtherReviewer`."""
    return await _store(database, session_id, hand or Hand(), lambda row: asked(form) | _undo_of(row))


async def press(
    database: Database,
    session_id: uuid.UUID,
    hand: Hand,
    name: str,
    once: str,
    form: ReviewForm,
    after: ReviewForm,
) -> int:
    """Stores the form as it is `after` a press, and the choices of before it. `once` is the number of the
    page where it was pressed: a second press there changes nothing. Returns the number of the review. Raises
    `OtherReviewer`."""
    before = Undoable(name, {id: values for id, values in asked(form).items() if _is_choice(id)})

    def change(row: Row) -> dict[str, list[str]]:
        told = {PRESSED: [once], BEFORE: [msgspec.json.encode(before).decode()]}
        return asked(after) | told

    return await _store(database, session_id, hand, change, once)


async def undo(database: Database, session_id: uuid.UUID, hand: Hand, once: str, form: ReviewForm) -> int:
    """Puts back the choices of before the last press; what was typed since then stays. Returns the number
    of the review. Raises `OtherReviewer`."""

    def change(row: Row) -> dict[str, list[str]]:
        found = undoable(row)
        if found is None:
            return asked(form)
        rest = {name: values for name, values in asked(form).items() if not _is_choice(name)}
        return rest | found.choices | {PRESSED: [once]}

    return await _store(database, session_id, hand, change, once)


async def _store(
    database: Database,
    session_id: uuid.UUID,
    hand: Hand,
    change: Callable[[Row], dict[str, list[str]]],
    once: str = "",
) -> int:
    """Stores what `change` makes of the review, unless it is so already, the same page did it before, or
    the session is saved."""

    async def job(db: AsyncSession) -> int:
        session = await locks.session(db, session_id)
        if session is None or session.saved_at:
            return 0
        row, number = session.review, number_of(session.review)
        if once and (row or {}).get(PRESSED) == [once]:
            return number
        must_be_seen(row, hand)
        made = change(row)
        if made != {name: values for name, values in (row or {}).items() if name not in (NUMBER, BY)}:
            number += 1
            session.review = made | {NUMBER: [str(number)], BY: [_hex(hand)]}
        return number

    return await database.write(job, session_id)


def _undo_of(row: Row) -> dict[str, list[str]]:
    return {name: values for name, values in (row or {}).items() if name in (PRESSED, BEFORE)}


def _is_choice(name: str) -> bool:
    return name.partition(".")[0] in CHOICES


def _hex(hand: Hand) -> str:
    return hand.account_id.hex if hand.account_id else ""
