"""Edits one field by hand: reads what stands there, and saves a form without losing what others wrote."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.worksheets import Field
from workshop.items import Item
from workshop.models import Account, Partnership
from workshop.record import actions, answers, fields
from workshop.record.answers import gaps_of, items_of, stamp
from workshop.record.fields import Written
from workshop.record.layouts import Layout
from workshop.record.rows import Form

MINE, THEIRS, BOTH = "mijne", "ander", "allebei"
Choice = Literal["", "mijne", "ander", "allebei"]
CHOICES: Mapping[str, Choice] = {"mijne": "mijne", "ander": "ander", "allebei": "allebei"}
NOT_CHOSEN, KEPT = "Niet gekozen", "De tekst van de ander gehouden"


class Seen(msgspec.Struct, frozen=True):
    """The version that a form was made from. Without a stamp only its number counts."""

    number: int
    stamp: str = ""


class Standing(msgspec.Struct, frozen=True):
    """What stands in a field now."""

    number: int
    items: tuple[Item, ...]
    gaps: dict[str, str] = {}

    @property
    def stamp(self) -> str:
        return stamp(self.items, self.gaps)

    @property
    def written(self) -> Written:
        return Written(self.items, self.gaps)

    def is_seen(self, seen: Seen) -> bool:
        return self.number == seen.number and seen.stamp in ("", self.stamp)


class Clash(Exception):
    """Somebody else wrote here since. Nothing is saved: `mine` and `theirs` are there to choose from."""

    def __init__(self, mine: Written, theirs: Standing) -> None:
        super().__init__("Iemand anders heeft dit net veranderd. Kijk wat er nu staat en kies.")
        self.mine = mine
        self.theirs = theirs


class Edit(msgspec.Struct, frozen=True):
    """Who writes, and in which field."""

    partnership_id: uuid.UUID
    field: Field
    account: Account
    about: str = ""
    continues: bool = False
    """Whether the page saves while somebody types: see `answers.write`."""


async def standing(db: AsyncSession, partnership_id: uuid.UUID, field: Field, about: str = "") -> Standing:
    """Reads what stands in a field now. Actions have no versions: the number is 0, and the stamp tells
    whether they changed."""
    if field.kind == "actions":
        standing = ("open", "busy", "done")
        rows = await actions.of(db, partnership_id, fields=[field.id], statuses=standing, about=about)
        return Standing(0, tuple(actions.as_item(row) for row in rows))
    answer = (await answers.current(db, partnership_id, [field.id], about=about)).get(field.id)
    return Standing(answer.number if answer else 0, items_of(answer), gaps_of(answer))


async def save(
    db: AsyncSession,
    edit: Edit,
    form: Form,
    layout: Layout,
    seen: Seen,
    choice: Choice = "",
    beside: Seen | None = None,
) -> Standing:
    """Saves a form, if the field still holds what its writer saw. Returns what stands there afterwards. Call
    it inside `Database.write`.

    After a clash there is a `choice`, made by somebody who saw what stood there (`beside`). Whatever is
    chosen, both texts are in the history.

    Raises `Clash` when somebody else wrote there since, and `ValueError` with a sentence.
    """
    await db.get(Partnership, edit.partnership_id, with_for_update=True)
    there = await standing(db, edit.partnership_id, edit.field, edit.about)
    base = there.items if there.is_seen(seen) else await _base(db, edit, seen)
    mine = fields.read(form, there.items if base is None else base, layout, edit.account.name)
    if not there.is_seen(beside if choice and beside else seen):
        if mine == there.written:  # the same form a second time
            return there
        raise Clash(mine, there)
    if choice == BOTH:
        mine = fields.one_text(fields.both(there.written, mine, base or ()), layout)
    if mine != there.written:
        await _write(db, edit, there, mine, NOT_CHOSEN if choice == THEIRS else "")
        if choice == THEIRS:
            await _write(
                db, edit, await standing(db, edit.partnership_id, edit.field, edit.about), there.written, KEPT
            )
    return await standing(db, edit.partnership_id, edit.field, edit.about)


async def _base(db: AsyncSession, edit: Edit, seen: Seen) -> Sequence[Item] | None:
    """Reads the items that the writer began with. Returns None when they cannot be found, or were
    overwritten since."""
    if edit.field.kind == "actions":
        return None
    if seen.number == 0:
        return ()
    versions = await answers.versions(db, edit.partnership_id, edit.field.id, [seen.number], about=edit.about)
    found = next((version for version in versions if version.number == seen.number), None)
    if found is None or seen.stamp not in ("", stamp(items_of(found), gaps_of(found))):
        return None
    return items_of(found)


async def _write(db: AsyncSession, edit: Edit, there: Standing, written: Written, note: str) -> None:
    if edit.field.kind == "actions":
        await actions.write(
            db,
            edit.partnership_id,
            edit.field.id,
            there.items,
            written.items,
            account_id=edit.account.id,
            continues=edit.continues,
            about=edit.about,
        )
        return
    await answers.write(
        db,
        edit.partnership_id,
        edit.field.id,
        written.items,
        account_id=edit.account.id,
        note=note,
        about=edit.about,
        gaps=written.gaps,
        continues=edit.continues,
    )
