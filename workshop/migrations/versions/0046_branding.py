"""branding: the logo and the colour of an organisation in the documents of a dossier"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "branding",
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["partnership.id"],
            name=op.f("fk_branding_partnership_id_partnership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("partnership_id", name=op.f("pk_branding")),
    )


def downgrade() -> None:
    op.drop_table("branding")
