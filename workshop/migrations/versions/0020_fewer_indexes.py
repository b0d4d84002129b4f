"""two indexes of what phones sent are the beginning of a third"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_contribution_activity_id_participant_id", "contribution")
    op.drop_index("ix_contribution_activity_id", "contribution")


def downgrade() -> None:
    op.create_index("ix_contribution_activity_id", "contribution", ["activity_id"])
    op.create_index(
        "ix_contribution_activity_id_participant_id", "contribution", ["activity_id", "participant_id"]
    )
