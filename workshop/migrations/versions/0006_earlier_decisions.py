"""actions about one ambition or activity; a big screen that looks back"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("action", sa.Column("about", sa.String(length=40), server_default="", nullable=False))
    op.add_column("session", sa.Column("looks_back", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("session", "looks_back")
    op.drop_column("action", "about")
