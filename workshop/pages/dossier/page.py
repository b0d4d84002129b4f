"""What all pages of a dossier share: its name, its tabs, and what this member may do."""

from __future__ import annotations

from typing import Any

from litestar import Response

from workshop import days
from workshop.accounts import roles
from workshop.models import Membership
from workshop.pages.reply import page
from workshop.services import Services


def record_page(
    services: Services, member: Membership, template: str, here: str, status: int = 200, **context: Any
) -> Response[str]:
    """Shows a page of a dossier. `here` is the tab: overzicht, bouwstenen, sessies, acties, cijfers, leden or
    zoeken."""
    return page(
        services,
        f"record/{template}",
        status,
        partnership=member.partnership,
        member=member,
        here=here,
        home=home_of(member),
        may_edit=roles.may(member.role, roles.EDIT),
        may_run=roles.may(member.role, roles.RUN),
        today=days.today(),
        **context,
    )


def home_of(member: Membership) -> str:
    return f"/dossiers/{member.partnership_id}"
