"""programmes of a partnership's own"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("worksheet", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name="fk_programme_created_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name="fk_programme_partnership_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint(
            "partnership_id", "worksheet", "name", name="uq_programme_partnership_id_worksheet_name"
        ),
    )
    op.create_index("ix_programme_partnership_id", "programme", ["partnership_id"])


def downgrade() -> None:
    op.drop_index("ix_programme_partnership_id", table_name="programme")
    op.drop_table("programme")
