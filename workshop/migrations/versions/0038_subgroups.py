"""which question of a step in subgroups a phone answers, and whether they came back to one board"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subgroup", sa.String(80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("subgroup_step", sa.Uuid(), nullable=True))
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_column("together")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("subgroup_step")
        batch_op.drop_column("subgroup")
