"""What was done since people last looked back: ready lines for a question that builds on agreed actions."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.content.library import Library
from workshop.content.worksheets import Field
from workshop.models import Action, ActionChange
from workshop.record import actions, answers, rounds
from workshop.record.answers import items_of

DONE = "done"


def sources(library: Library, field: Field) -> list[str]:
    """Returns the lists of actions that a question builds on, if people answer it in lines and
    again each round."""
    if field.kind != "list" or field.when != "periodic":
        return []
    return [edge.field for edge in field.carries_from if library.field(edge.field).kind == "actions"]


async def since_last_round(
    db: AsyncSession, library: Library, partnership_id: uuid.UUID, field: Field, about: str = ""
) -> list[Action]:
    """Reads the actions that were done since the earlier round began and that nobody wrote down here yet."""
    own = sources(library, field)
    rows = await actions.of(db, partnership_id, statuses=(DONE,), fields=own) if own else []
    if not rows:
        return []
    there = await answers.current(db, partnership_id, [field.id], about=about)
    earlier = (await rounds.earlier(db, partnership_id, [field.id], about)).get(field.id, ())
    written = [*items_of(there.get(field.id)), *(item for one in earlier for item in one.items)]
    told = {item.text.casefold() for item in written}
    ended = await db.execute(
        select(ActionChange.action_id, func.max(ActionChange.at))
        .where(ActionChange.action_id.in_([row.id for row in rows]), ActionChange.status == DONE)
        .group_by(ActionChange.action_id)
    )
    when = dict(ended.all())
    return [
        row
        for row in rows
        if row.text.casefold() not in told
        and (not earlier or days.day_of(when.get(row.id, row.created_at)) >= earlier[0].on)
    ]
