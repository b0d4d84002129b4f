"""Tests that share something costly run on one worker.

pytest-xdist knows such a group by the end of a test's name, which pytest 9.2 does not let it write. Then
every worker makes the costly thing, and nothing says so.
"""

import subprocess
import sys

import pytest

TESTS = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range(8))
@pytest.mark.xdist_group("costly")
def test_alone(number):
    pathlib.Path(os.environ["PYTEST_XDIST_WORKER"]).touch()
"""


@pytest.mark.programs
def test_a_group_of_tests_stays_on_one_worker(tmp_path):
    (tmp_path / "test_costly.py").write_text(TESTS)
    options = ["-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "8 passed" in done.stdout, done.stdout + done.stderr
    assert len(list(tmp_path.glob("gw*"))) == 1
