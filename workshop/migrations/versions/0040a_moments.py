"""open actions that say how often are agreements about time: lines of an answer instead of actions"""

import datetime as dt
import uuid

import sqlalchemy as sa
from alembic import op

from workshop import rhythms

revision = "0040a"
down_revision = "0040"
branch_labels = None
depends_on = None

FIELDS = (
    *("0-B.voortgang", "0-leren.reflectie-plan", "1-leren.afspraken", "2-leren.afspraken"),
    *("3-B-leren.plan", "4-leren.afspraken", "6.eerste-moment"),
)
"""Questions that ask about time, and whose answers were actions."""
OFTEN, NOTE = "Hoe vaak: ", "Is een afspraak over tijd"


def _table(name: str, **columns: type) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind()) for column, kind in columns.items()))


ACTION = _table(
    "action",
    **dict.fromkeys(("id", "partnership_id", "session_id"), sa.Uuid),
    **dict.fromkeys(("field", "about", "text", "owner", "status"), sa.String),
    due=sa.Date,
)
CHANGE = _table(
    "action_change", id=sa.Uuid, action_id=sa.Uuid, status=sa.String, note=sa.String, at=sa.DateTime
)
ANSWER = _table(
    "answer",
    **dict.fromkeys(("id", "partnership_id"), sa.Uuid),
    **dict.fromkeys(("field", "about"), sa.String),
    number=sa.Integer,
    body=sa.JSON,
)
VERSION = _table(
    "answer_version",
    **dict.fromkeys(("id", "answer_id", "session_id"), sa.Uuid),
    number=sa.Integer,
    body=sa.JSON,
    note=sa.String,
    at=sa.DateTime,
)


def upgrade() -> None:
    """Moves what says how often, in a note or in its own words. Of the others the dossier asks."""
    db, at = op.get_bind(), dt.datetime.now(dt.UTC)
    open_ones = sa.select(ACTION).where(ACTION.c.field.in_(FIELDS), ACTION.c.status.in_(("open", "busy")))
    moved = False
    for row in db.execute(open_ones.order_by(ACTION.c.id)).all():
        notes = db.scalars(sa.select(CHANGE.c.note).where(CHANGE.c.action_id == row.id)).all()
        said = next((note.removeprefix(OFTEN) for note in notes if note.startswith(OFTEN)), "")
        often = said or rhythms.found_in(row.text)
        if often:
            _move(db, row, often, at)
            moved = True
    if moved:
        db.execute(sa.table("search_entry").delete())  # the next start makes the index again


def _move(db: sa.Connection, row: sa.Row, often: str, at: dt.datetime) -> None:
    mine = (ANSWER.c.partnership_id == row.partnership_id, ANSWER.c.field == row.field)
    answer = db.execute(sa.select(ANSWER).where(*mine, ANSWER.c.about == row.about)).first()
    details = {"frequency": often, "owner": row.owner, "due": row.due.isoformat() if row.due else ""}
    line = {"id": row.id.hex, "text": row.text, "details": {k: v for k, v in details.items() if v}}
    if row.session_id:
        line["session"] = str(row.session_id)
    body = dict(answer.body) if answer and answer.body else {}
    body["items"] = [*body.get("items", ()), line]
    number, id = (answer.number + 1, answer.id) if answer else (1, uuid.uuid4())
    if answer:
        db.execute(ANSWER.update().where(ANSWER.c.id == id).values(number=number, body=body))
    else:
        told = {"partnership_id": row.partnership_id, "field": row.field, "about": row.about}
        db.execute(ANSWER.insert().values(id=id, number=number, body=body, **told))
    version = {"answer_id": id, "number": number, "body": body, "session_id": row.session_id}
    db.execute(VERSION.insert().values(id=uuid.uuid4(), note=NOTE, at=at, **version))
    db.execute(ACTION.update().where(ACTION.c.id == row.id).values(status="moment"))
    change = {"action_id": row.id, "status": "moment", "note": NOTE, "at": at}
    db.execute(CHANGE.insert().values(id=uuid.uuid4(), **change))


def downgrade() -> None:
    raise NotImplementedError("which lines were actions is not kept")
