"""what the big screen shows: one card large, a picture that stands still; and whether phones may read it"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("large_card", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("still", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("phones_read", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("phones_read")
        batch_op.drop_column("still")
        batch_op.drop_column("large_card")
