"""addresses of owners, what was said there, and the priority of an action"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owner_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
            name=op.f("fk_owner_address_created_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_owner_address_partnership_id_partnership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_owner_address_token_hash")),
    )
    op.create_index(op.f("ix_owner_address_partnership_id"), "owner_address", ["partnership_id"])
    normal = sa.Column("priority", sa.String(length=10), nullable=False, server_default="normal")
    op.add_column("action", normal)
    nobody = sa.Column("owner", sa.String(length=120), nullable=False, server_default="")
    op.add_column("action_change", nobody)


def downgrade() -> None:
    op.drop_column("action_change", "owner")
    op.drop_column("action", "priority")
    op.drop_table("owner_address")
