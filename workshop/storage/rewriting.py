"""Rewrites a table of SQLite, or its full-text index, while others write: nothing is left of deleted rows,
nor of the order in which rows came.

Deleting is not enough. When a page of a tree splits or merges, a copy of the rows that moved stays in its
unused part, and `secure_delete` wipes that only when the whole page is given back. So every page is: rows go
over to a second table, in the order of their random ids, a few at a time; triggers repeat on it what is
written meanwhile; the two tables change names; and the first is emptied, a few rows at a time, and dropped.

Whatever ends a process between two steps, the table itself is whole. A second table without its triggers is
rubbish, which the next round removes. The second table always has its rows up to its largest id, so nobody
needs to remember how far it is.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

SECOND = "_again"
"""Added to the name of a table. Names of indexes belong to the whole database: those of a second table end in
another way, and keep that name until `tidy`."""
WORDS, KEPT = "search_words", 10
"""The full-text index, and the id of the last row of its data that it needs to be dropped: rows
after it are words."""
EVENTS = ("insert", "update", "delete")
A_STEP = 0.02
"""Longest time of a step, in seconds: nobody else writes in it."""
A_COPY = 256
"""Most pages that a step may leave to be copied into the file: whoever writes waits for the same disk."""
FIRST, FEWEST, MOST = 100, 10, 2000
"""Number of rows in the first step of a table, and the fewest and most in any."""
PATIENCE = 5.0
"""How many seconds a step waits for another process."""


def steps(file: str, tables: Iterable[str], pace: StepPace | None = None) -> Generator[bool]:
    """Yields True after each step, one short transaction; `next` may be called in any thread.

    Raises `sqlite3.Error`: the next round begins again.
    """
    pace = pace or StepPace()
    opened = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    with contextlib.closing(opened) as db:
        for setting in (
            "secure_delete=ON",
            "foreign_keys=OFF",  # rows of other tables stay, and refer to the name
            "legacy_alter_table=ON",
            "synchronous=NORMAL",  # only those who have something new to keep need to wait for the disk
            "wal_autocheckpoint=0",
        ):
            db.execute(f"PRAGMA {setting}")
        for second in _left(db):
            yield from _removed(db, second, pace)
        for table in tables:
            yield from _copied(db, table, pace)
            yield from _removed(db, table + SECOND, pace)


def tidy(db: Connection) -> None:
    """Removes what a process left that ended halfway, and gives indexes the names that the models have. Call
    it before migrations, which know tables and indexes by name."""
    known = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC"
    for kind, name, table, sql in db.exec_driver_sql(known).all():
        if table.endswith(SECOND):
            # Its indexes go with it.
            if kind == "table":
                db.exec_driver_sql(f'DROP TABLE "{name}"')
        elif kind == "trigger" and SECOND in name:
            db.exec_driver_sql(f'DROP TRIGGER "{name}"')
        elif kind == "index" and name != _named(name):
            db.exec_driver_sql(f'DROP INDEX "{name}"')
            db.exec_driver_sql(_renamed(sql, _named(name), table))


class Tree(NamedTuple):
    """A table or index to rewrite, with the SQL that makes its second one and keeps the two the same."""

    source: str
    """Name of the table whose rows it has."""
    key: str
    largest: str
    """The largest key of the second one."""
    made: list[str]
    taken: str
    """Statement that copies rows of the source to the second one; its WHERE follows."""
    repeated: dict[str, str]
    """Event of the source -> statement that repeats it on the second one."""


@dataclass
class StepPace:
    """How many rows a step takes, so that it lasts no longer than others may wait, on any disk."""

    rows: int = field(default_factory=lambda: FIRST)
    asked: int = field(default_factory=lambda: FIRST)
    """Number of rows of the step before."""

    @contextlib.contextmanager
    def step(self, db: sqlite3.Connection) -> Generator[None]:
        """Opens one transaction beside which nobody writes, and measures it."""
        self.asked = self.rows
        with db:
            db.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            yield
        took = max(time.monotonic() - began, 1e-6)
        self._take(min(int(self.asked * A_STEP / took), self.asked * 2))

    def copied(self, pages: int) -> None:
        """Slows down when a step left many pages to copy: rows that lie far apart are a page each, in every
        tree of the table."""
        if pages:
            self._take(min(self.rows, self.asked * A_COPY // pages))

    def begin(self) -> None:
        """Starts again for another table."""
        self.rows = FIRST

    def _take(self, rows: int) -> None:
        self.rows = max(FEWEST, min(rows, MOST))


def _left(db: sqlite3.Connection) -> list[str]:
    """Returns the second tables that a process left."""
    names = (name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall())
    return [name for name in names if name.endswith(SECOND)]


def _copied(db: sqlite3.Connection, name: str, pace: StepPace) -> Generator[bool]:
    """Copies a table to its second one, and changes their names. A small table is complete
    in the first step."""
    pace.begin()
    tree = _words() if name == WORDS else _table(db, name)
    wanted, complete = [*tree.made, *_triggers(name, tree)], False
    some = f'{tree.taken} WHERE "{tree.key}" > coalesce({tree.largest}, -1) ORDER BY "{tree.key}" LIMIT ?'
    while not complete:
        with pace.step(db):
            for sql in wanted:
                db.execute(sql)
            asked = pace.rows
            complete = db.execute(some, (asked,)).rowcount < asked
            if complete:
                _change_names(db, name)
        wanted = []
        yield True


def _removed(db: sqlite3.Connection, second: str, pace: StepPace) -> Generator[bool]:
    """Empties and drops a second table. Its triggers go first: from then on nobody takes it for
    the table again."""
    pace.begin()
    name, empty = second.removesuffix(SECOND), False
    rows, those = (f"{second}_data", f"id > {KEPT}") if name == WORDS else (second, "true")
    some = f'DELETE FROM "{rows}" WHERE rowid IN (SELECT rowid FROM "{rows}" WHERE {those} LIMIT ?)'
    while not empty:
        with pace.step(db):
            for event in EVENTS:
                db.execute(f'DROP TRIGGER IF EXISTS "{_trigger(name, event)}"')
            asked = pace.rows
            empty = db.execute(some, (asked,)).rowcount < asked
            if empty:
                db.execute(f'DROP TABLE "{second}"')
        yield True


def _change_names(db: sqlite3.Connection, table: str) -> None:
    """Exchanges the names of a table and its second one, in the transaction that made that complete.
    Raises `sqlite3.Error`, so that everything is undone, when a trigger is missing: then somebody
    else removed it."""
    second, between = table + SECOND, f"{table}{SECOND}_between"
    for event in EVENTS:
        db.execute(f'DROP TRIGGER "{_trigger(table, event)}"')
    own = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)
    ).fetchall()
    for name, _ in own:
        db.execute(f'DROP TRIGGER "{name}"')
    for old, new in ((table, between), (second, table), (between, second)):
        db.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
    for _, sql in own:
        db.execute(sql)


def _table(db: sqlite3.Connection, table: str) -> Tree:
    second, names = table + SECOND, _columns(db, table)
    key, columns = names[0], ", ".join(f'"{name}"' for name in names)
    new = ", ".join(f'new."{name}"' for name in names)
    return Tree(
        table,
        key,
        f'(SELECT max("{key}") FROM "{second}")',
        _made(db, table),
        f'INSERT INTO "{second}" ({columns}) SELECT {columns} FROM "{table}"',
        {
            "insert": f'INSERT INTO "{second}" ({columns}) VALUES ({new})',
            "update": f'UPDATE "{second}" SET ({columns}) = ({new}) WHERE "{key}" = old."{key}"',
            "delete": f'DELETE FROM "{second}" WHERE "{key}" = old."{key}"',
        },
    )


def _words() -> Tree:
    """Returns how to rewrite the full-text index: its rows are those of the table whose words it has
    (migration 0009)."""
    second, table = WORDS + SECOND, "search_entry"
    put = f"INSERT INTO {second}(rowid, words) VALUES (new.id, new.words)"
    out = f"INSERT INTO {second}({second}, rowid, words) VALUES ('delete', old.id, old.words)"
    return Tree(
        table,
        "id",
        f"(SELECT max(id) FROM {second}_docsize)",
        [
            f"CREATE VIRTUAL TABLE {second} "
            f"USING fts5(words, content='{table}', content_rowid='id', tokenize='ascii')"
        ],
        f"INSERT INTO {second}(rowid, words) SELECT id, words FROM {table}",
        {"insert": put, "update": f"{out}; {put}", "delete": out},
    )


def _triggers(name: str, tree: Tree) -> list[str]:
    """Returns the triggers of the second table. Rows beyond its largest key come with a later step."""
    return [
        f'CREATE TRIGGER "{_trigger(name, event)}" AFTER {event} ON "{tree.source}" '
        f'WHEN {"new" if event == "insert" else "old"}."{tree.key}" <= {tree.largest} '
        f"BEGIN {sql}; END"
        for event, sql in tree.repeated.items()
    ]


def _made(db: sqlite3.Connection, table: str) -> list[str]:
    """Returns the statements that make the second table, with its indexes."""
    found = db.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index')"
        " AND sql IS NOT NULL ORDER BY type DESC",
        (table,),
    ).fetchall()
    return [
        _renamed(sql, table + SECOND if kind == "table" else _other(name), table + SECOND)
        for kind, name, sql in found
    ]


def _renamed(sql: str, name: str, table: str) -> str:
    """Returns the statement that makes a table or an index, under this name and for this table. Raises
    `sqlite3.NotSupportedError` for any other statement."""
    end = r'("[^"]+"|[^\s(]+)'
    made, times = re.subn(rf"^(CREATE TABLE) {end}", rf'\1 "{name}"', sql)
    if not times:
        made, times = re.subn(
            rf"^(CREATE (?:UNIQUE )?INDEX) {end} ON {end}", rf'\1 "{name}" ON "{table}"', sql
        )
    if not times:
        raise sqlite3.NotSupportedError(sql)
    return made


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    """Returns the names of a table's columns, the key first."""
    found = db.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [name for _, name, *_ in sorted(found, key=lambda column: not column[5])]


def _trigger(table: str, event: str) -> str:
    return f"{table}{SECOND}_{event}"


def _named(index: str) -> str:
    return index.rstrip("_")


def _other(index: str) -> str:
    return f"{_named(index)}_" if index == _named(index) else _named(index)
