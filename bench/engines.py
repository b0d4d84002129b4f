"""A PostgreSQL of a benchmark's own, that may be started again, crash, and hang."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.house import free_port

USER = "postgres"
"""Also of the system: PostgreSQL does not start as root."""
OPTIONS = "-c listen_addresses=127.0.0.1 -c max_connections=100"


class Postgres:
    """In a folder of its own, at a port that stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.address = f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}"

    def make(self) -> None:
        self._run("initdb", "-U", USER, "-A", "trust")
        self._start()

    def restart(self) -> None:
        """As an upgrade does: every connection ends."""
        self._run("pg_ctl", "stop", "-m", "fast", "-w")
        self._start()

    def crash(self) -> None:
        """Its processes end where they are; at the next start it reads its log."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-w")
        self._start()

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """It accepts connections and says nothing."""
        stopped = self._processes()
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-w")

    def _start(self) -> None:
        options = f"{OPTIONS} -p {self.port} -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def _run(self, program: str, *options: str) -> None:
        as_them = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
        command = [*as_them, _found(program), "-D", str(self._folder / "data"), *options]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self._folder, **quiet)

    def _processes(self) -> list[int]:
        """The first is the one that starts the others."""
        first = int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, others)]


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Raises `FileNotFoundError` where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="kompas-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        own = Postgres(folder)
        own.make()
        try:
            yield own
        finally:
            own.stop()
    finally:
        shutil.rmtree(folder)


def _found(program: str) -> str:
    """Debian keeps its programs beside the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise FileNotFoundError(program)
    return found
