"""Leafing through a long list: which rows stand on a page."""

from __future__ import annotations

import msgspec

ON_A_PAGE = 30


class Leaf(msgspec.Struct, frozen=True):
    page: int
    pages: int
    size: int

    @property
    def skip(self) -> int:
        return (self.page - 1) * self.size


def at(typed: str, total: int, size: int = ON_A_PAGE, most: int | None = None) -> Leaf:
    """The page that an address asks for, of at most `most`; the first or last where it asks for another."""
    pages = max(1, min(-(-total // size), most or total))
    return Leaf(min(asked(typed), pages), pages, size)


def asked(typed: str) -> int:
    """The page that an address asks for, from 1; the first where it asks for none. Longer numbers are none:
    no list has them, and a number of thousands of digits cannot be read at all."""
    return max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 1
