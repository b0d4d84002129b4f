"""What no test changes, made once per process instead of once per test.

The worksheets, the code of every template, and passwords whose hash costs next to nothing. A test of the hash
itself takes `costly_passwords` of conftest.py.
"""

import functools
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from workshop import render
from workshop.accounts import passwords
from workshop.content.library import Library
from workshop.settings import ROOT

COSTLY = passwords.HASHER
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def share() -> None:
    """From here on every house of this process shares these."""
    render.Environment = functools.partial(Environment, bytecode_cache=Compiled())
    Library.load = staticmethod(_loaded_once(Library.load))
    passwords.HASHER = CHEAP


class Compiled(BytecodeCache):
    """The code of templates by what it was made of: one that changes is compiled again."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


def _loaded_once(load: Callable[[Path], Library]) -> Callable[[Path], Library]:
    """Our own worksheets once; a folder that a test makes may change under it."""
    ours = functools.cache(load)
    return lambda folder: (ours if folder == ROOT / "sessions" else load)(folder)
