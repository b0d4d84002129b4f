"""what the big screen shows instead of the step, which was earlier decisions or nothing"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SHOWS, BEFORE = sa.column("shows", sa.String), sa.column("looks_back", sa.Boolean)
SESSION = sa.table("session", SHOWS, BEFORE)


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shows", sa.String(20), nullable=False, server_default=""))
    op.execute(SESSION.update().where(BEFORE.is_(True)).values({SHOWS: "earlier"}))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("looks_back")


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looks_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(SESSION.update().where(SHOWS == "earlier").values({BEFORE: True}))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("shows")
