"""why a card waits, signals that somebody takes up, and one line in the log for many quick deeds"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contribution", sa.Column("signals", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("deed", sa.Column("times", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "signal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=True),
        sa.Column("sort", sa.String(length=20), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name="fk_signal_partnership_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_signal_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contribution.id"],
            name="fk_signal_contribution_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["account.id"], name="fk_signal_handled_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signal"),
    )
    op.create_index("ix_signal_session_id", "signal", ["session_id"])
    op.create_index("ix_signal_contribution_id", "signal", ["contribution_id"])
    op.create_index("ix_signal_partnership_id_handled_at", "signal", ["partnership_id", "handled_at"])


def downgrade() -> None:
    op.drop_table("signal")
    with op.batch_alter_table("deed") as batch:
        batch.drop_column("times")
    with op.batch_alter_table("contribution") as batch:
        batch.drop_column("signals")
