"""Where a text of the dossier comes from: the page that draws the chain behind it."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop import groups
from workshop.items import Item
from workshop.live.errors import Gone
from workshop.models import Membership
from workshop.pages.dossier.page import record_page
from workshop.pages.dossier.worksheet import address
from workshop.record import actions, chain_map, provenance
from workshop.record.answers import told_of
from workshop.record.provenance import ChainStep
from workshop.services import Services
from workshop.session_groups import named

NO_TEXT = "Deze tekst staat niet meer in het dossier. Kijk in de geschiedenis van de vraag."


@get("/dossiers/{partnership_id:uuid}/herkomst/{item_id:str}")
async def chain(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    item_id: FromPath[str],
    veld: FromQuery[str] = "",
    over: FromQuery[str] = "",
) -> Response[str]:
    """Shows the chain behind a text. Query: `veld` and `over` say which text it is where several have this
    id."""
    async with services.db.read() as db:
        found = await provenance.read(db, services.library, member.partnership_id, item_id, veld, over)
    if found is None:
        raise Gone(NO_TEXT)
    whole, sessions = found
    settings = services.settings

    def place_of(step: ChainStep, item: Item | None = None) -> str:
        """Returns the address of a step's field on its worksheet, or of one item there."""
        page, _, field = address(member, step.worksheet, step.field, step.key.about).partition("#")
        return f"{page}#tekst-{item.id}" if item else f"{page}#{field}"

    def may_be_split(sizes: dict[str, int]) -> bool:
        """Says whether groups may be shown. Asked again: an installation may have become stricter since."""
        return groups.may_be_split(sizes, settings.group_minimum, settings.breakdown_minimum)

    return record_page(
        services,
        member,
        "provenance.html",
        "acties" if whole.start.field.kind == "actions" else "bouwstenen",
        chain=whole,
        map=chain_map.draw(whole),
        stop=chain_map.STOP,
        number={step.key: number for number, step in enumerate(whole.all, 1)},
        place_of=place_of,
        may_be_split=may_be_split,
        named=named,
        group_minimum=settings.group_minimum,
        breakdown_minimum=settings.breakdown_minimum,
        sessions=sessions,
        relations=provenance.RELATIONS,
        told_of=told_of,
        statuses=actions.STATUSES,
        library=services.library,
    )


routes = [chain]
