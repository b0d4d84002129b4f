"""the log keeps what happened by a key and its particulars, instead of by a Dutch sentence"""

import sqlalchemy as sa
from alembic import op

from workshop.log import earlier

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

deed = sa.table(
    "deed",
    sa.column("verb", sa.String),
    sa.column("about", sa.Text),
    sa.column("what", sa.String),
    sa.column("particulars", sa.JSON),
)


def upgrade() -> None:
    op.add_column("deed", sa.Column("what", sa.String(length=60), nullable=False, server_default="other"))
    op.add_column("deed", sa.Column("particulars", sa.JSON(), nullable=False, server_default="{}"))
    about = sa.case((deed.c.verb.in_(earlier.WITH_ABOUT), deed.c.about), else_=None)
    for verb, whole in op.get_bind().execute(sa.select(deed.c.verb, about).distinct()).all():
        told = earlier.told(verb, whole or "")
        lines = deed.update().where(deed.c.verb == verb)
        if whole is not None:
            lines = lines.where(deed.c.about == whole).values(about=told.about)
        op.execute(lines.values(what=told.what, particulars=told.particulars))
    op.drop_column("deed", "verb")


def downgrade() -> None:
    raise NotImplementedError("the sentences of before are not kept")
