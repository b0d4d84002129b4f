"""a quick question above the current step"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("beside", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("question_id")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_column("beside")
