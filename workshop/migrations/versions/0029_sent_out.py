"""a phone whose part in its session a desk ended"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_out_hash", sa.String(64), nullable=True))
        batch_op.create_unique_constraint("uq_participant_sent_out_hash", ["sent_out_hash"])


def downgrade() -> None:
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_constraint("uq_participant_sent_out_hash", type_="unique")
        batch_op.drop_column("sent_out_hash")
