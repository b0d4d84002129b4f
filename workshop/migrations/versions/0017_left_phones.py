"""a phone that left stays a row without a token, so that no number tells who went"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("token_hash", existing_type=sa.String(length=64), nullable=True)


def downgrade() -> None:
    op.execute(
        "UPDATE contribution SET participant_id = NULL WHERE participant_id IN "
        "(SELECT id FROM participant WHERE token_hash IS NULL)"
    )
    op.execute("DELETE FROM participant WHERE token_hash IS NULL")
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("token_hash", existing_type=sa.String(length=64), nullable=False)
