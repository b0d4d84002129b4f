"""own groups of a session"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("session", "programme"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for table in ("session", "programme"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("groups")
