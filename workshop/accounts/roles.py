"""Roles and what each may do. A role belongs to a membership: nobody has one outside a partnership."""

from __future__ import annotations

from typing import Protocol

from litestar.exceptions import PermissionDeniedException

COORDINATOR, BEGELEIDER, LEZER = "coordinator", "begeleider", "lezer"
MANAGER = "beheerder"
"""Not a role of a membership: the owner of the installation, see `Account.is_manager`."""

READ, RUN, EDIT, INVITE, OWN, ERASE = "read", "run", "edit", "invite", "own", "erase"

RIGHTS = {
    COORDINATOR: frozenset({READ, RUN, EDIT, INVITE, OWN, ERASE}),
    BEGELEIDER: frozenset({READ, RUN, EDIT}),
    LEZER: frozenset({READ}),
}

NAMES = {COORDINATOR: "coördinator", BEGELEIDER: "begeleider", LEZER: "lezer", MANAGER: "beheerder"}

EXPLAINED = {
    COORDINATOR: "Regelt wie er meedoet, en kan alles wat een begeleider kan.",
    BEGELEIDER: "Leidt sessies en past het dossier aan.",
    LEZER: "Kijkt mee in het dossier.",
}


class HasRole(Protocol):
    @property
    def role(self) -> str: ...


def may(role: str, right: str) -> bool:
    """Says whether a role has a right; an unknown role has none."""
    return right in RIGHTS.get(role, frozenset())


def require(member: HasRole, right: str) -> None:
    """Raises `PermissionDeniedException` (403) unless the member has the right."""
    if not may(member.role, right):
        raise PermissionDeniedException


def checked(role: str) -> str:
    """Returns the same role. Raises `ValueError` with a sentence for one that does not exist."""
    if role not in RIGHTS:
        raise ValueError("Kies een rol.")
    return role
