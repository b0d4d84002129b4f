"""One picture as the bytes of a WebSocket frame: made once, written to everybody who must see it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from websockets.frames import Frame, Opcode

FAST = 1


@dataclass(frozen=True)
class Frames:
    """A text, and the frames that carry it: plain, or packed for a browser that unpacks it. It is packed once
    for a whole room, where the socket's own deflate would pack it for each browser."""

    text: str

    @cached_property
    def plain(self) -> bytes:
        return _frame(Opcode.TEXT, self.text.encode())

    @cached_property
    def packed(self) -> bytes:
        return _frame(Opcode.BINARY, self.zipped)

    @cached_property
    def zipped(self) -> bytes:
        return zlib.compress(self.text.encode(), FAST)


def together(found: Iterable[Frames]) -> Frames:
    """Joins several blocks to one picture."""
    first, *more = found
    return Frames("".join(each.text for each in (first, *more))) if more else first


def _frame(opcode: Opcode, body: bytes) -> bytes:
    return Frame(opcode, body).serialize(mask=False)
