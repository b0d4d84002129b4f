"""What every benchmark here shares: processor time, cores, and rows with a goal."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


class Row(NamedTuple):
    """One line of the table. `holds` is None where there is no goal, or where it is not judged."""

    what: str
    goal: str
    figure: float
    unit: str
    holds: bool | None
    note: str


class Table:
    """Rows as they are measured: each is printed at once, all of them once more as JSON."""

    def __init__(self, *, judges: bool = True) -> None:
        self.judges = judges
        self.rows: dict[str, Row] = {}

    def add(
        self,
        key: str,
        what: str,
        figure: float,
        unit: str = "",
        *,
        most: float | None = None,
        least: float | None = None,
        note: str = "",
    ) -> None:
        """A figure with at most one goal: `most` or `least`, in the unit of the figure."""
        goal, holds = "", None
        if most is not None:
            goal, holds = f"<= {most:g}", figure <= most
        elif least is not None:
            goal, holds = f">= {least:g}", figure >= least
        row = Row(what, goal, round(figure, 4), unit, holds if self.judges else None, note)
        self.rows[key] = row
        _print_row(key, row)

    @property
    def missed(self) -> list[str]:
        return [key for key, row in self.rows.items() if row.holds is False]

    def end(self, as_json: bool) -> int:
        """Prints what was missed and, when asked for, everything as the last line. Returns the exit code."""
        if self.missed:
            print(f"\nMISSED: {', '.join(self.missed)}")
        if as_json:
            print(json.dumps({key: _built_in(row) for key, row in self.rows.items()}))
        return 1 if self.missed else 0


def parser(description: str | None) -> argparse.ArgumentParser:
    """What a benchmark is asked: `--quick` and `--json`."""
    asked = argparse.ArgumentParser(description=description)
    asked.add_argument("--quick", action="store_true", help="only whether it all runs: no goal is judged")
    asked.add_argument("--json", action="store_true", help="the last line is one object, a key for each row")
    return asked


def heading(words: str) -> None:
    print(f"\n{words}\n{'row':34}{'figure':>11} {'unit':14}{'goal':>10}  holds", flush=True)


def processor_seconds(pid: int) -> float:
    """What all threads of a process used so far, by the clock that the kernel keeps for it."""
    return time.clock_gettime((~pid << 3) | 2)


def resident_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@contextlib.contextmanager
def processor_time(*pids: int) -> Iterator[list[float]]:
    """A list that holds, after the block, the seconds that each process used meanwhile."""
    taken: list[float] = []
    before = [processor_seconds(pid) for pid in pids]
    yield taken
    taken += [processor_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]


def pin(core: int) -> None:
    """For `preexec_fn`: the process that starts stays on this core."""
    os.sched_setaffinity(0, {core})


def percentile(figures: Sequence[float], part: int) -> float:
    """0 without any."""
    return sorted(figures)[min(len(figures) - 1, len(figures) * part // 100)] if figures else 0.0


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures) if figures else 0.0


def say(words: str) -> None:
    """What happens meanwhile, for who waits."""
    print(f"… {words}", file=sys.stderr, flush=True)


def _print_row(key: str, row: Row) -> None:
    verdict = {True: "yes", False: "NO", None: ""}[row.holds]
    print(f"{key:34}{row.figure:11.3f} {row.unit:14}{row.goal:>10}  {verdict:4}{row.what}", end="")
    print(f" ({row.note})" if row.note else "", flush=True)


def _built_in(row: Row) -> dict[str, object]:
    return {
        "goal": row.goal or None,
        "figure": row.figure,
        "unit": row.unit,
        "holds": row.holds,
        "what": row.what,
        "note": row.note,
    }
