"""PostgreSQL and Redis for tests: where they are, what is made in them, and what is said without them."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass

import psycopg
import pytest
import redis

from workshop.models import Base

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
TABLES = [table.name for table in reversed(Base.metadata.sorted_tables)]
EMPTY = "; ".join(f'DELETE FROM "{table}"' for table in TABLES)
"""In one go. TRUNCATE makes each table a new file, which takes forty times as long for so few rows."""
PATIENCE = 120
"""Seconds that a test waits for what must come; never how fast it must be."""
missing: set[str] = set()


def without(server: str) -> None:
    """The one allowed skip: this server is not here. Loud, and a failure in CI."""
    missing.add(server)
    if os.environ.get("CI"):
        pytest.fail(f"{server} antwoordt niet, en in CI moet alles getest worden.")
    pytest.skip(f"{server} antwoordt niet")


@contextlib.contextmanager
def postgres_of_our_own(template: str = ""):
    """The URL of a database without tables, or with what is in the `template`."""
    name = new_postgres(template)
    try:
        yield postgres_url(name)
    finally:
        drop_postgres(name)


def new_postgres(template: str = "") -> str:
    """The name of a database that was made now."""
    name = f"kompas_test_{os.getpid()}_{uuid.uuid4().hex[:6]}"
    _manage(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return name


def drop_postgres(name: str) -> None:
    _manage(f"DROP DATABASE {name} WITH (FORCE)")


def postgres_url(name: str) -> str:
    return f"{POSTGRES}/{name}"


def _manage(command: str) -> None:
    if not POSTGRES:
        without("PostgreSQL")
    try:
        admin = psycopg.connect(f"{_plain(POSTGRES)}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        without("PostgreSQL")
    with admin:
        admin.execute(command)


def never_cleaned(url: str) -> None:
    """PostgreSQL's own cleaning wakes when it likes, and a table that it holds is only written again in a
    later round: so in this migrated database it stays away."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = off)')


def empty(url: str) -> None:
    """Takes every row out of a database of PostgreSQL. Whoever is still at work in it may be in the way."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(_plain(url), options="-c lock_timeout=10s") as connection:
                connection.execute(EMPTY)
                return
        except (psycopg.errors.DeadlockDetected, psycopg.errors.ForeignKeyViolation):
            if time.monotonic() > until:
                raise


@dataclass
class Redis:
    """A server of this test's own, that may hang and stop."""

    process: subprocess.Popen
    port: int

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def until_it_answers(self):
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.empty()
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def empty(self):
        """Forgets what was counted."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    @contextlib.contextmanager
    def hanging(self):
        """It accepts connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()

    @contextlib.contextmanager
    def away(self):
        """It is killed, and comes back at the same port with nothing."""
        self.stop()
        try:
            yield
        finally:
            self.process = _start_redis(self.port)


@contextlib.contextmanager
def redis_of_our_own():
    port = free_port()
    own = Redis(_start_redis(port), port)
    try:
        own.until_it_answers()
        yield own
    finally:
        own.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _start_redis(port: int) -> subprocess.Popen:
    program = shutil.which("redis-server")
    if program is None:
        without("Redis")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], **quiet
    )


def _plain(url: str) -> str:
    """As psycopg itself takes it."""
    return url.replace("+psycopg", "")
