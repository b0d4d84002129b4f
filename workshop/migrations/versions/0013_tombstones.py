"""tombstones of what was erased, and what was counted when results were shown"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WITH_WORDS = ("contribution", "cluster")


def upgrade() -> None:
    # Without SQLite's hidden rowid: it would keep the order in which things were erased.
    op.create_table(
        "tombstone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", "sort", name="pk_tombstone"),
        sqlite_with_rowid=False,
    )
    for table in WITH_WORDS:
        op.add_column(table, sa.Column("words_id", sa.Uuid(), nullable=True))
    op.add_column("contribution", sa.Column("version_id", sa.Uuid(), nullable=True))
    op.add_column("activity", sa.Column("told", sa.JSON(), nullable=True))


def downgrade() -> None:
    for table, column in (("activity", "told"), ("contribution", "version_id")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
    for table in WITH_WORDS:
        with op.batch_alter_table(table) as changed:
            changed.drop_column("words_id")
    op.drop_table("tombstone")
