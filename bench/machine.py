"""The machine under the app, that breaks: its power goes, its disk is full, its clock is off (machine.c)."""

from __future__ import annotations

import contextlib
import random
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

from bench.load import compiled

SOURCE = Path(__file__).with_name("machine.c")
BLOCK = 4096
NEVER_SYNCED = "-shm"
"""How the name of SQLite's shared memory ends: after a cut it is made again."""


class Machine:
    """`disk` is the folder of the app; give `environment` to its process. Needs `cc`."""

    def __init__(self, folder: Path) -> None:
        self.disk, self._synced = folder / "disk", folder / "synced"
        for made in (self.disk, self._synced):
            made.mkdir()
        self._switches = folder / "switches"
        self._clock, self._full = 0, False
        self._turn_switches()
        self.environment = {
            "LD_PRELOAD": compiled(SOURCE, folder, "-shared", "-fPIC", "-ldl"),
            "KOMPAS_DISK": str(self.disk),
            "KOMPAS_SYNCED": str(self._synced),
            "KOMPAS_SWITCHES": str(self._switches),
        }

    def starts(self) -> None:
        """What is on the disk now stays there. Call it while no process runs."""
        for file in self._synced.iterdir():
            file.unlink()
        for file in self.disk.iterdir():
            if file.is_file():
                shutil.copyfile(file, self._synced / file.name)

    def power_returns(self, chance: random.Random | None = None) -> None:
        """After the process was killed: of what was not synced nothing is left. With `chance` a part is, here
        and there a block, as of a disk that wrote in an order of its own."""
        for file in self.disk.iterdir():
            if not file.is_file():
                continue
            synced = self._synced / file.name
            if file.name.endswith(NEVER_SYNCED) or not synced.exists():
                file.unlink()
        for synced in self._synced.iterdir():
            if synced.name.startswith(".new-"):
                continue
            file = self.disk / synced.name
            left = synced.read_bytes()
            if chance and file.exists():
                left = _mixed(left, file.read_bytes(), chance)
            file.write_bytes(left)
        self.starts()

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """No file in its folder grows, and the system says that no room is left."""
        self._full = True
        self._turn_switches()
        try:
            yield
        finally:
            self._full = False
            self._turn_switches()

    def clock_is_off(self, seconds: int) -> None:
        """From now on, also of the process that runs."""
        self._clock = seconds
        self._turn_switches()

    def _turn_switches(self) -> None:
        switches = struct.pack("=qq", self._clock, self._full)
        if not self._switches.exists():
            self._switches.write_bytes(switches)
        with self._switches.open("r+b") as file:
            file.write(switches)


def _mixed(synced: bytes, written: bytes, chance: random.Random) -> bytes:
    size = len(chance.choice((synced, written)))
    length = max(len(synced), len(written))
    blocks = (
        chance.choice((synced, written))[at : at + BLOCK].ljust(min(BLOCK, length - at), b"\0")
        if synced[at : at + BLOCK] != written[at : at + BLOCK]
        else synced[at : at + BLOCK]
        for at in range(0, length, BLOCK)
    )
    return b"".join(blocks)[:size]
