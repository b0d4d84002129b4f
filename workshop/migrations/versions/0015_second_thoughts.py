"""from when a session counts its day, until when its end can be undone, and what was deleted just now"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("opened_at", "cut_at"):
        op.add_column("session", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE session SET opened_at = created_at WHERE ended_at IS NOT NULL "
        "OR id IN (SELECT session_id FROM participant) "
        "OR id IN (SELECT session_id FROM activity WHERE started_at IS NOT NULL)"
    )
    op.execute("UPDATE session SET cut_at = ended_at")
    op.create_table(
        "discarded",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("words_id", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("tied", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_discarded_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participant.id"], name="fk_discarded_participant_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_discarded"),
    )
    op.create_index("ix_discarded_session_id", "discarded", ["session_id"])
    op.create_index("ix_discarded_participant_id", "discarded", ["participant_id"])


def downgrade() -> None:
    op.drop_table("discarded")
    with op.batch_alter_table("session") as batch:
        batch.drop_column("cut_at")
        batch.drop_column("opened_at")
