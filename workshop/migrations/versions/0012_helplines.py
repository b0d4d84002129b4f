"""help lines of an installation: what its managers made of the start list"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "help_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("when", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("checked", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["account.id"], name="fk_help_line_checked_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["account.id"], name="fk_help_line_removed_by", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_help_line"),
    )


def downgrade() -> None:
    op.drop_table("help_line")
