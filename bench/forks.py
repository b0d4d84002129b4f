"""Processes of the app that start without reading its code once more: that takes seconds, and a fault that is
played two hundred times starts one each time.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
READ_BEFORE = ("workshop.app", "workshop.cli", "uvloop", "aiosqlite", "psycopg", "redis.asyncio")


class Forks:
    """Where `module` (with its arguments) of the version in the folder `code` starts again and again."""

    def __init__(
        self, module: Sequence[str], code: Path, environment: Mapping[str, str], stderr: int
    ) -> None:
        self._from = subprocess.Popen(
            [sys.executable, __file__, *module],
            cwd=code,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def start(self, environment: Mapping[str, str]) -> Fork:
        """One more process, with this beside the environment of all of them."""
        if not self._from.stdin or not self._from.stdout:
            raise RuntimeError("it has no pipes")
        self._from.stdin.write(json.dumps(dict(environment)) + "\n")
        self._from.stdin.flush()
        return Fork(int(self._from.stdout.readline()))

    def close(self) -> None:
        self._from.kill()
        self._from.communicate()


class Fork:
    """What is asked of a process here, as `subprocess.Popen` has it. It is no child of ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if not Path(f"/proc/{self.pid}").exists():
            self.returncode = -1
        return self.returncode

    def wait(self) -> None:
        while self.poll() is None:
            time.sleep(0.002)

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def main() -> None:
    """Starts one for each line on stdin, and says its number."""
    for name in READ_BEFORE:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who ended is gone at once
    module = sys.argv[1:]
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            ctypes.CDLL(None).prctl(
                PR_SET_PDEATHSIG, signal.SIGKILL
            )  # none outlives a benchmark that is stopped
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(0, 1)
            os.environ |= json.loads(line)
            sys.argv = module
            runpy.run_module(module[0], run_name="__main__", alter_sys=True)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
