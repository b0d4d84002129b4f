"""What no test changes, made once instead of once per test.

Once per process: the worksheets, the SQL of every statement, and passwords whose hash costs next to nothing.
A test of the hash itself takes `costly_passwords` of conftest.py. Once per run, by the worker that needs it
first: the code of every template, and what `alone` is for.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from argon2 import PasswordHasher
from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.util import LRUCache

from tests.servers import drop_postgres
from workshop import render
from workshop.accounts import passwords
from workshop.content.library import Library
from workshop.settings import ROOT
from workshop.storage import database

RUN = "TEST_ONCE"
"""In the environment: the folder of this run. Workers have it of who started them."""
MIGRATED, POSTGRES = "workshop.sqlite", "postgres"
"""Files in it: a migrated database, and the name of one on PostgreSQL."""
COSTLY = passwords.HASHER
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def share() -> None:
    """From here on every house of this process shares these."""
    if RUN not in os.environ:
        os.environ[RUN] = tempfile.mkdtemp(prefix="kompas-once-")
        atexit.register(_forget, Path(os.environ[RUN]))
    render.Environment = functools.partial(Environment, bytecode_cache=Compiled())
    Library.load = staticmethod(_loaded_once(Library.load))
    passwords.HASHER = CHEAP
    _share_statements()


@contextlib.contextmanager
def alone(name: str) -> Iterator[Path]:
    """A file of this run, while other workers wait. Who finds that it is not there makes it."""
    folder = Path(os.environ[RUN])
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / name


class Compiled(FileSystemBytecodeCache):
    """The code of templates by what it was made of: one that changes is compiled again."""

    def __init__(self) -> None:
        super().__init__(os.environ[RUN])
        self.codes: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        key = bucket.key, bucket.checksum
        if key not in self.codes:
            super().load_bytecode(bucket)
            self.codes[key] = bucket.code
        bucket.code = self.codes[key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self.codes[bucket.key, bucket.checksum] = bucket.code


def _forget(folder: Path) -> None:
    if (name := folder / POSTGRES).exists():
        drop_postgres(name.read_text())
    shutil.rmtree(folder)


def _loaded_once(load: Callable[[Path], Library]) -> Callable[[Path], Library]:
    """Our own worksheets once; a folder that a test makes may change under it."""
    ours = functools.cache(load)
    return lambda folder: (ours if folder == ROOT / "sessions" else load)(folder)


def _share_statements() -> None:
    """SQLAlchemy keeps the SQL of a statement by the engine and its dialect, of which each house has its own:
    every test would make the same SQL again. Here one dialect of a kind is as good as another."""
    for kind in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
        kind.__eq__ = _is_of_the_same_kind
        kind.__hash__ = _by_kind
    made = {"compiled_cache": LRUCache(3000)}
    database.create_async_engine = functools.partial(database.create_async_engine, execution_options=made)


def _is_of_the_same_kind(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _by_kind(dialect: Dialect) -> int:
    return hash(type(dialect))
