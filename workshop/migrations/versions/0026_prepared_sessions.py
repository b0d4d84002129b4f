"""a session is made closed, perhaps for a day, and a facilitator opens it"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NEW = ("starts_at", "plan_seen_at", "screen_seen_at")


def upgrade() -> None:
    for name in NEW:
        op.add_column("session", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE session SET code = NULL, admits = false WHERE opened_at IS NULL AND ended_at IS NULL")


def downgrade() -> None:
    with op.batch_alter_table("session") as batch:
        for name in reversed(NEW):
            batch.drop_column(name)
