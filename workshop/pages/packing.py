"""Compresses pages so that their size does not tell what they hold.

Where a text is compressed beside a guess, the page is smaller when the guess is right. Whoever is in the room
may put words on a page, and see how large an answer on the same Wi-Fi is. So what only some may read is
compressed by itself: templates put `alone` before and after it.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any, ClassVar

from litestar.config.compression import CompressionConfig

from workshop.render import ALONE

DESK = r"sessies/[^/]+/regie(?:/scene)?$"
PHONES = r"$|deelnemen|j/|doe-mee|hulp|terugblik/"
"""No other page is compressed: one of the record holds what was searched for beside what is secret."""


class Pieces:
    """Compresses, and forgets at every `ALONE` what came before. Has the methods that Litestar's
    `CompressionFacade` asks for."""

    encoding: ClassVar[str] = "deflate"

    def __init__(self, buffer: BytesIO, compression_encoding: str, config: Any) -> None:
        self.buffer = buffer
        self._packer = zlib.compressobj()

    def write(self, body: bytes) -> None:
        for piece in body.split(ALONE.encode()):
            self.buffer.write(self._packer.compress(piece) + self._packer.flush(zlib.Z_FULL_FLUSH))

    def close(self) -> None:
        self.buffer.write(self._packer.flush())


PACKED = CompressionConfig(
    backend="pieces", compression_facade=Pieces, gzip_fallback=False, exclude=[f"^/(?!{DESK}|{PHONES})"]
)
