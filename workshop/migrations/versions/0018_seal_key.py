"""the key with which we seal what browsers keep; what strangers began is no row any more"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=44), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal_key"),
    )
    op.execute("DELETE FROM attempt WHERE account_id IS NULL")


def downgrade() -> None:
    op.drop_table("seal_key")
