"""Which rows of a long list are on a page."""

from __future__ import annotations

import msgspec

ON_A_PAGE = 30


class ListPage(msgspec.Struct, frozen=True):
    page: int
    pages: int
    size: int

    @property
    def skip(self) -> int:
        return (self.page - 1) * self.size


def at(typed: str, total: int, size: int = ON_A_PAGE, most: int | None = None) -> ListPage:
    """Returns the page that an address asks for, of at most `most`; the first or last for any other
    number."""
    pages = max(1, min(-(-total // size), most or total))
    return ListPage(min(asked(typed), pages), pages, size)


def asked(typed: str) -> int:
    """Reads the page number that an address asks for, from 1; 1 when it asks for none. A number of eight
    digits or more counts as none: no list is that long, and Python refuses to read one of thousands of
    digits."""
    return max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 1
