"""Which parts of a dossier come into its document: the first page, and bouwstenen."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from workshop.content.library import Library
from workshop.content.worksheets import Bouwsteen, Worksheet
from workshop.documents.document import CannotMake
from workshop.dutch import series

FIRST_PAGE = "eerste-pagina"
NOTHING = "Er is nog niets gekozen. Kies de eerste pagina, een bouwsteen of allebei."
UNKNOWN = "Dit deel van het document is er niet. Ga terug en kies opnieuw wat erin komt."


class Parts(msgspec.Struct, frozen=True):
    library: Library
    has_first_page: bool
    bouwstenen: tuple[Bouwsteen, ...]
    """In their own order."""

    @property
    def is_everything(self) -> bool:
        return self.has_first_page and self.bouwstenen == tuple(self.library.bouwstenen)

    @property
    def worksheets(self) -> tuple[Worksheet, ...]:
        return tuple(
            sheet for own in self.bouwstenen for sheet in self.library.bouwsteen_worksheets(own.number)
        )

    @property
    def about(self) -> Parts:
        """Returns what the first page and the slides sum up: these bouwstenen, or all of them where nobody
        chose one."""
        return self if self.bouwstenen else everything(self.library)

    @property
    def words(self) -> str:
        """Says what is in it: `de eerste pagina en bouwsteen 1`."""
        first = ["de eerste pagina"] if self.has_first_page else []
        return series([*first, *(f"bouwsteen {own.number}" for own in self.bouwstenen)])


def everything(library: Library) -> Parts:
    return Parts(library, True, tuple(library.bouwstenen))


def asked(library: Library, values: Iterable[str]) -> Parts:
    """Returns the parts with these names (`eerste-pagina`, `bouwsteen-1`); everything without any. A form
    says with an empty name that somebody chose. Raises `CannotMake` for a name that is not there, and where
    somebody chose nothing."""
    given = set(values)
    if not given:
        return everything(library)
    names = given - {""}
    if not names:
        raise CannotMake(NOTHING)
    known = {f"bouwsteen-{own.number}": own for own in library.bouwstenen}
    if names - {FIRST_PAGE, *known}:
        raise CannotMake(UNKNOWN)
    return Parts(library, FIRST_PAGE in names, tuple(own for name, own in known.items() if name in names))
