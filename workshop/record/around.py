"""The neighbours of an answer: the items at the other ends of its carry-overs, in one dossier."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.content.library import Library
from workshop.content.worksheets import Edge, Field, Worksheet
from workshop.items import Item
from workshop.models import Answer
from workshop.record import actions, marks
from workshop.record.answers import items_of

Items = Mapping[str, tuple[Item, ...]]
"""Field id -> the items that stand there."""


class Neighbour(msgspec.Struct, frozen=True):
    """A field at the other end of an edge, with its worksheet and what stands there now."""

    worksheet: Worksheet
    field: Field
    items: tuple[Item, ...] = ()
    note: str = ""

    @property
    def label(self) -> str:
        """`1-A Zorgen`"""
        return f"{self.worksheet.id} {self.field.label}"


async def read(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    fields: Iterable[str],
    worksheet: Worksheet | None = None,
    about: str = "",
) -> Items:
    """Reads the items of these fields: of the dossier as a whole and of every ambition or activity together.

    With a `worksheet` and the subject it is `about`, fields of the same scope give only what is about that
    subject or about none.
    """
    wanted = list(dict.fromkeys(fields))
    scope = worksheet.scope if worksheet and about else "partnership"
    own = {id for id in wanted if library.worksheet_of(id).scope == scope != "partnership"}
    found: dict[str, tuple[Item, ...]] = {}

    def add(field: str, subject: str, items: tuple[Item, ...]) -> None:
        if field not in own or subject in ("", about):
            found[field] = (*found.get(field, ()), *items)

    written = select(Answer).where(Answer.partnership_id == partnership_id, Answer.field.in_(wanted))
    for answer in await db.scalars(written.order_by(Answer.field, Answer.about)):
        add(answer.field, answer.about, items_of(answer))
    # Agreed actions and marks have tables of their own.
    if agreed := _of_kind(library, wanted, "actions"):
        for action in await actions.of(db, partnership_id, fields=agreed):
            if action.status != "dropped":
                add(action.field, action.about, (actions.as_item(action),))
    if marked := _of_kind(library, wanted, "marks"):
        for field, theme in await _themes(db, partnership_id, marked):
            add(field, "", (theme,))
    return found


def neighbours(library: Library, edges: Iterable[Edge], items: Items) -> tuple[Neighbour, ...]:
    return tuple(
        Neighbour(
            library.worksheet_of(edge.field),
            library.field(edge.field),
            items.get(edge.field, ()),
            edge.note,
        )
        for edge in edges
    )


def _of_kind(library: Library, fields: Iterable[str], kind: str) -> list[str]:
    return [id for id in fields if library.field(id).kind == kind]


async def _themes(db: AsyncSession, partnership_id: uuid.UUID, fields: list[str]) -> list[tuple[str, Item]]:
    """Reads every theme that was marked, once, by its newest name."""
    rows = await marks.rows_of(db, partnership_id, fields=fields, newest=1)
    themes = {(row.field, row.theme): Item(id=row.theme, text=row.label) for row in rows}
    return [(field, item) for (field, _), item in themes.items()]
