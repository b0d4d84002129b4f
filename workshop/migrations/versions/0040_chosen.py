"""`chosen` stands on the lines that the room chose, and no longer on all that were ticked in a review"""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from workshop.items import Item, was_chosen

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

HELD_IN = [
    sa.table(name, sa.column("id", sa.Uuid), sa.column("body", sa.JSON))
    for name in ("answer", "answer_version")
]


def upgrade() -> None:
    for table in HELD_IN:
        for id in op.get_bind().scalars(sa.select(table.c.id)).all():
            body = op.get_bind().scalars(sa.select(table.c.body).where(table.c.id == id)).one()
            no_longer = [line for line in body["items"] if line.get("chosen") and not _was_chosen(line)]
            for line in no_longer:
                del line["chosen"]
            if no_longer:
                op.execute(table.update().where(table.c.id == id).values(body=body))


def downgrade() -> None:
    raise NotImplementedError("which lines were ticked is not kept")


def _was_chosen(line: dict[str, Any]) -> bool:
    return was_chosen(msgspec.convert(line, Item))
