"""On what a test's house stands: SQLite with one process, or PostgreSQL and Redis with two.

What people in a room do must hold on both. A test in a browser costs too much to run on both each time, so it
runs on one of them: every second test of a file. `--one-process` and `--two-processes` choose for all.
docs/decisions/0016 says more.
"""

from functools import cache
from pathlib import Path

import pytest

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
PAIR = "pair"
"""PostgreSQL and Redis with two houses in this process (tests/together.py): what changes goes to one, what is
shown comes from the other."""
PROCESSES = "processes"
"""PostgreSQL and Redis with two processes of `workshop serve` on one port. The test builds beside them."""

ROOMS = ("tests/live/", "tests/browser/", "tests/test_crowd.py")
GROUPS = 2
"""On so many workers two processes start."""


def of(test: pytest.Function, config: pytest.Config) -> list[str]:
    """On what a test runs; more than one where that is its subject."""
    both = test.get_closest_marker("both_databases")
    if config.option.quick:
        return [SQLITE]
    if not test.nodeid.startswith(ROOMS) or test.get_closest_marker("own_houses"):
        return [SQLITE, POSTGRESQL] if both else [SQLITE]
    if config.option.one_process:
        return [SQLITE, POSTGRESQL] if both else [SQLITE]
    two = PROCESSES if _is_played(test) else PAIR
    if config.option.two_processes:
        return [two]
    if both:
        return [SQLITE, two]
    return [(SQLITE, two)[_turn(test) % 2]]


def group(item: pytest.Item) -> pytest.MarkDecorator | None:
    """The worker for a test that needs two processes, or a house that is shared by its module. A module that
    takes long has tests with a parameter `part`: each part goes to a worker of its own choice."""
    params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if PROCESSES in (params.get("installation"), params.get("open_house")):
        return pytest.mark.xdist_group(f"processes-{_turn(item) // 2 % GROUPS}")
    if "open_house" in params:
        return pytest.mark.xdist_group("-".join((item.path.stem, *filter(None, [params.get("part")]))))
    return None


def _is_played(test: pytest.Function) -> bool:
    """Whether it goes to a server that may be another process."""
    goes = not {"server", "open_house"}.isdisjoint(test.fixturenames)
    return goes and not test.get_closest_marker("in_this_process")


def _turn(test: pytest.Function) -> int:
    """Counts the tests of a file, and from file to file: what begins one is not always on the same. A file
    that looks around in one house counts as one."""
    file = _files(test.path.parent).index(test.path)
    if "open_house" in test.fixturenames:
        return file
    return file + [name for name in vars(test.module) if name.startswith("test_")].index(test.originalname)


@cache
def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("test_*.py"))
