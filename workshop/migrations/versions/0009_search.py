"""search: the lines of every dossier, a full-text index over their words, and indexes for large dossiers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OWNERS = ("partnership", "answer", "action", "session", "reminder")

# So that pages of a dossier do not get slower with every session: they read these and not the rows.
INDEXES = {
    "session": ["partnership_id", "created_at"],
    "action": ["partnership_id", "field", "status"],
    "theme_marks": ["partnership_id", "field", "theme", "at"],
    "answer_version": ["answer_id", "note", "at"],
}

# The index follows its table by itself, also where a row goes with its dossier: nothing that is erased
# stays to be found.
FTS5 = (
    """CREATE VIRTUAL TABLE search_words
         USING fts5(words, content='search_entry', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER search_words_insert AFTER INSERT ON search_entry BEGIN
         INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
       END""",
    """CREATE TRIGGER search_words_delete AFTER DELETE ON search_entry BEGIN
         INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
       END""",
    """CREATE TRIGGER search_words_update AFTER UPDATE OF words ON search_entry BEGIN
         INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);
         INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);
       END""",
)
GIN = (
    """ALTER TABLE search_entry ADD COLUMN search_words tsvector
         GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED""",
    "CREATE INDEX search_words_gin ON search_entry USING gin (search_words)",
)


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("reminder_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("worksheet", sa.String(length=20), nullable=False),
        sa.Column("from_session", sa.Uuid(), nullable=True),
        sa.Column("labels", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{owner}_id"], [f"{owner}.id"], name=f"fk_search_entry_{owner}_id", ondelete="CASCADE"
            )
            for owner in OWNERS
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
    )
    for owner in OWNERS:
        op.create_index(f"ix_search_entry_{owner}_id", "search_entry", [f"{owner}_id"])
    for table, columns in INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for statement in FTS5 if op.get_bind().dialect.name == "sqlite" else GIN:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
    for table, columns in INDEXES.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table_name=table)
