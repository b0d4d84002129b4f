"""letters: what was sent to whom, and who wants none"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sent_letter_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_letter")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_sent_letter_account_id_key")),
    )
    op.create_index(op.f("ix_sent_letter_account_id"), "sent_letter", ["account_id"])
    wants = sa.Column("wants_mail", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("account", wants)


def downgrade() -> None:
    op.drop_column("account", "wants_mail")
    op.drop_table("sent_letter")
