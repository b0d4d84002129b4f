"""The letter about a dossier, to the council or to a class: a page to read, print or copy."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop import days
from workshop.live.errors import Gone
from workshop.models import Membership
from workshop.pages.dossier.page import record_page
from workshop.record import summary, whole
from workshop.record.letter import ADDRESSEES, written
from workshop.services import Services

NO_ADDRESSEE = "Zo’n brief schrijven we niet. Kies een brief aan de raad of aan de klas."


@get("/dossiers/{partnership_id:uuid}/brief/{addressee:str}")
async def letter(
    services: NamedDependency[Services], member: NamedDependency[Membership], addressee: FromPath[str]
) -> Response[str]:
    """Shows the letter to `raad` or `klas`. Raises `Gone` for somebody else."""
    if addressee not in ADDRESSEES:
        raise Gone(NO_ADDRESSEE)
    async with services.db.read() as db:
        own = await whole.read(db, services.library, member.partnership_id)
    found = summary.of_dossier(own, services.settings, days.today())
    return record_page(
        services,
        member,
        "letter.html",
        "overzicht",
        letter=written(found, ADDRESSEES[addressee]),
        addressee=addressee,
        addressees=ADDRESSEES,
        nothing_yet=found.is_empty,
    )


routes = [letter]
