"""A table of SQLite, or its full-text index, written again while others write: nothing is left of rows that
went, nor of the order in which rows came.

Deleting is not enough. When a page of a tree splits or merges, a copy of rows that moved stays in its unused
part, and `secure_delete` comes there only when the whole page is given back. So every page is: rows go over
to a second table, in the order of their random ids, a few at a time; triggers repeat on it what is written
meanwhile; the two change names; and the first is emptied, a few rows at a time, and dropped.

Whatever ends a process between two steps, the table itself is whole. A second table without its triggers is
refuse, for whoever comes by. The second table has its rows up to its largest id, always: so nobody needs to
remember how far it is.
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
"""After the name of a table. Names of indexes are of the whole database: those of a second table end in
another way, and keep that name until `tidy`."""
WORDS, KEPT = "search_words", 10
"""The full-text index, and the last row of its data without which it cannot be dropped: then come words."""
EVENTS = ("insert", "update", "delete")
A_STEP = 0.02
"""Seconds in which nobody else writes."""
A_COPY = 256
"""Pages that a step leaves to be copied into the file: who has something to keep waits for the same disk."""
FIRST, FEWEST, MOST = 100, 10, 2000
"""Rows in a step."""
PATIENCE = 5.0
"""Seconds that a step waits for another process."""


def steps(file: str, tables: Iterable[str], pace: Pace | None = None) -> Generator[bool]:
    """Each `next` is one short transaction, in whichever thread, and yields True. Raises `sqlite3.Error`: the
    next round begins again."""
    pace = pace or Pace()
    opened = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    with contextlib.closing(opened) as db:
        for setting in (
            "secure_delete=ON",
            "foreign_keys=OFF",  # rows of other tables stay, and refer to the name
            "legacy_alter_table=ON",
            "synchronous=NORMAL",  # who waits for the disk is who has something new to keep
            "wal_autocheckpoint=0",
        ):
            db.execute(f"PRAGMA {setting}")
        for second in _left(db):
            yield from _removed(db, second, pace)
        for table in tables:
            yield from _copied(db, table, pace)
            yield from _removed(db, table + SECOND, pace)


def tidy(db: Connection) -> None:
    """Removes what a process left that ended half-way, and gives indexes the names of the models: before
    migrations, that know tables and indexes by name."""
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
    """What is written again, and how its second one is made and kept the same, in SQL."""

    source: str
    """The table whose rows it has."""
    key: str
    largest: str
    """The largest key of the second one."""
    made: list[str]
    taken: str
    """Puts rows of the source in the second one; of which ones, follows."""
    repeated: dict[str, str]
    """Event -> what it does to the second one."""


@dataclass
class Pace:
    """How many rows a step takes, so that it lasts no longer than others may wait, on any disk."""

    rows: int = field(default_factory=lambda: FIRST)
    asked: int = field(default_factory=lambda: FIRST)
    """Of the step before."""

    @contextlib.contextmanager
    def step(self, db: sqlite3.Connection) -> Generator[None]:
        """One transaction that nobody writes beside."""
        self.asked = self.rows
        with db:
            db.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            yield
        took = max(time.monotonic() - began, 1e-6)
        self._take(min(int(self.asked * A_STEP / took), self.asked * 2))

    def copied(self, pages: int) -> None:
        """Told after a step how many pages it left to copy: rows that lie far apart are a page each, in every
        tree of the table."""
        if pages:
            self._take(min(self.rows, self.asked * A_COPY // pages))

    def begin(self) -> None:
        """Of another table."""
        self.rows = FIRST

    def _take(self, rows: int) -> None:
        self.rows = max(FEWEST, min(rows, MOST))


def _left(db: sqlite3.Connection) -> list[str]:
    """Second tables that a process left."""
    names = (name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall())
    return [name for name in names if name.endswith(SECOND)]


def _copied(db: sqlite3.Connection, name: str, pace: Pace) -> Generator[bool]:
    """What is small is complete in the step that begins."""
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


def _removed(db: sqlite3.Connection, second: str, pace: Pace) -> Generator[bool]:
    """Without its triggers first: from then on nobody takes it for the table again."""
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
    """In the transaction that made the second table complete. A trigger that is not there says that somebody
    else removed it: then everything is undone."""
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
    """The full-text index: its rows are those of the table whose words it has (migration 0009)."""
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
    """Rows beyond the largest key come with a later slice."""
    return [
        f'CREATE TRIGGER "{_trigger(name, event)}" AFTER {event} ON "{tree.source}" '
        f'WHEN {"new" if event == "insert" else "old"}."{tree.key}" <= {tree.largest} '
        f"BEGIN {sql}; END"
        for event, sql in tree.repeated.items()
    ]


def _made(db: sqlite3.Connection, table: str) -> list[str]:
    """The statements that make the second table, with its indexes."""
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
    """What makes a table or an index, under this name and for this table."""
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
    """Names of columns, the key first."""
    found = db.execute(f'PRAGMA table_info("{table}")').fetchall()
    return [name for _, name, *_ in sorted(found, key=lambda column: not column[5])]


def _trigger(table: str, event: str) -> str:
    return f"{table}{SECOND}_{event}"


def _named(index: str) -> str:
    return index.rstrip("_")


def _other(index: str) -> str:
    return f"{_named(index)}_" if index == _named(index) else _named(index)
