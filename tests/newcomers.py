"""The steps of a page in docs/, as somebody follows them who is new here.

Make `path`:                      the code block is that file
In `path`, below `line`:          the code block comes after the line that has this
In `path`, instead of `words`:    the code block takes their place
a block of `console`              lines with `$` are run, with `$ !` they must fail; other lines are in
                                  what the command prints
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
STEP = re.compile(
    r"(?:^(?:Make `(?P<made>[^`]+)`|In `(?P<file>[^`]+)`, (?P<how>below|instead of) `(?P<what>[^`]+)`):\n\n)?"
    r"^```(?P<language>\w+)\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Step(NamedTuple):
    """One step: a file that is made, a change of one, or a command with what it prints."""

    run: str
    """The command; empty for a file."""
    fails: bool
    prints: tuple[str, ...]
    path: str = ""
    how: str = ""
    what: str = ""
    block: str = ""


def steps(document: Path) -> list[Step]:
    """Reads the steps of a page, in its order. Blocks without a file that are no console are examples."""
    found: list[Step] = []
    for match in STEP.finditer(document.read_text()):
        if match["language"] == "console":
            found += _commands(match["block"])
        elif match["made"] or match["file"]:
            path = match["made"] or match["file"]
            found.append(Step("", False, (), path, match["how"] or "", match["what"] or "", match["block"]))
    return found


def follow(step: Step, house: Path) -> None:
    """Does it in this copy of the app. Raises `AssertionError` when it does not do what the page says."""
    if step.run:
        command = [sys.executable if part == "python" else part for part in shlex.split(step.run)]
        done = subprocess.run(command, cwd=house, capture_output=True, text=True)
        said = done.stdout + done.stderr
        assert bool(done.returncode) == step.fails, said
        for line in step.prints:
            assert line in said
        return
    file = house / step.path
    if not step.how:
        assert not file.exists(), f"{step.path} is there already"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.block)
        return
    text = file.read_text()
    assert step.what in text, f"{step.path} has no {step.what}"
    if step.how == "below":
        end = text.index("\n", text.index(step.what)) + 1
        file.write_text(text[:end] + step.block + text[end:])
    else:
        file.write_text(text.replace(step.what, step.block.rstrip("\n"), 1))


def _commands(block: str) -> list[Step]:
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            found.append(Step(command.removeprefix("! "), command.startswith("! "), ()))
        else:
            found[-1] = found[-1]._replace(prints=(*found[-1].prints, line))
    return found
