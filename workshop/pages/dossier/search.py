"""Finding in a dossier: `/dossiers/{id}/zoeken?q=…`, a plain form that gives links to the exact places."""

from __future__ import annotations

import contextlib
import uuid
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery

from workshop import text
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.dutch import short_date
from workshop.meaning import MeaningError
from workshop.models import Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.dossier.worksheet import address
from workshop.pages.reply import blocks, wants_blocks
from workshop.record import marks, search
from workshop.record.likeness import Near, StillReading
from workshop.record.search import Filters, Hit, SearchResult
from workshop.services import Services
from workshop.storage.search_index import ACTION, ANSWER, MARKS, REMINDER, SESSION

KINDS = {
    "antwoorden": (ANSWER, "Antwoorden"),
    "acties": (ACTION, "Acties"),
    "sessies": (SESSION, "Sessies"),
    "cijfers": (MARKS, "Cijfers"),
    "afspraken": (REMINDER, "Terugkijkdagen"),
}
"""Value in the query -> the kind of the search index, and its name."""
TICKED = "ja"
TOO_LONG = f"Dit is te lang om te zoeken. Gebruik hooguit {search.LONGEST_QUERY} tekens."
NO_MEANING = "Zoeken op betekenis lukt nu niet. Op woorden zoeken kan wel."
NO_WORDS = "Hier staat geen woord in. Typ een woord of een getal om op te zoeken."


class SearchForm(msgspec.Struct, frozen=True):
    """The form as it was filled in; a value that does not exist is left out."""

    q: str = ""
    soort: str = ""
    bouwsteen: str = ""
    sessie: str = ""
    plek: str = ""
    groep: str = ""
    ook: str = ""
    """`ja`: also older versions."""
    pagina: str = ""

    @property
    def is_too_long(self) -> bool:
        return len(self.q) > search.LONGEST_QUERY

    @property
    def narrows(self) -> bool:
        return any((self.bouwsteen, self.sessie, self.plek, self.groep, self.ook))


async def groups_here(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> dict[str, str]:
    async with services.db.read() as db:
        return await marks.groups_of(db, member.partnership_id)


async def form_of(
    services: NamedDependency[Services],
    groups: NamedDependency[dict[str, str]],
    q: FromQuery[str] = "",
    soort: FromQuery[str] = "",
    bouwsteen: FromQuery[str] = "",
    sessie: FromQuery[str] = "",
    plek: FromQuery[str] = "",
    groep: FromQuery[str] = "",
    ook: FromQuery[str] = "",
    pagina: FromQuery[str] = "",
) -> SearchForm:
    """Reads the query: `q`, `soort` (a key of `KINDS`), `bouwsteen` (a number), `sessie` (an id), `plek`,
    `groep`, `ook=ja` (older versions too), `pagina`."""
    numbers = {str(each.number) for each in services.library.bouwstenen}
    return SearchForm(
        q=text.tidy(q.replace("\0", "")[: search.LONGEST_QUERY * 10]),
        soort=soort if soort in KINDS else "",
        bouwsteen=bouwsteen if bouwsteen in numbers else "",
        sessie=str(_as_id(sessie) or ""),
        plek=plek if plek in _places(services.library) else "",
        groep=groep if groep in groups else "",
        ook=TICKED if ook == TICKED else "",
        pagina=pagina,
    )


ASKED = {"groups": Provide(groups_here), "asked": Provide(form_of)}


@get("/dossiers/{partnership_id:uuid}/zoeken", dependencies=ASKED)
async def results(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    groups: NamedDependency[dict[str, str]],
    asked: NamedDependency[SearchForm],
) -> Response[str]:
    """Shows what was found by word. What was found by meaning comes after it."""
    library, settings = services.library, services.settings
    found = SearchResult(())
    if not asked.is_too_long:
        async with services.db.read() as db:
            found = await search.find(
                db,
                member.partnership_id,
                asked.q,
                _filters(asked, library),
                places=_places(library),
                group_minimum=settings.group_minimum,
                breakdown_minimum=settings.breakdown_minimum,
            )
    return record_page(
        services,
        member,
        "search.html",
        "zoeken",
        422 if asked.is_too_long else 200,
        asked=asked,
        found=found,
        trouble=TOO_LONG if asked.is_too_long else NO_WORDS if asked.q and not found.terms else "",
        longest=search.LONGEST_QUERY,
        kinds=KINDS,
        sections=_sections(found),
        groups=groups,
        bouwsteen_options=[(str(b.number), f"{b.number} {b.title}") for b in library.bouwstenen],
        session_options=[(str(s.id), f"{s.title}, {short_date(s.created_at)}") for s in found.sessions],
        place_options=[(place, place) for place in found.places],
        with_=lambda **changes: address_of(member, asked, **changes),
        alike_address=address_of(member, asked, page="zoeken/lijkt-hierop"),
        place_of=lambda hit: place_of(services, member, hit),
        said_of=lambda hit: said_of(library, hit),
        last_page=search.MOST_PAGES,
    )


@get("/dossiers/{partnership_id:uuid}/zoeken/lijkt-hierop", dependencies=ASKED)
async def alike(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    asked: NamedDependency[SearchForm],
) -> Response[str]:
    """Shows what is like the question and was not found by word, as a block and as a page of its own. It says
    how far it is while the texts are still read."""
    filters = _filters(asked, services.library)
    near: list[Near] | StillReading = []
    trouble = TOO_LONG if asked.is_too_long else ""
    async with services.db.read() as db:
        among = await search.not_by_word(db, member.partnership_id, "" if trouble else asked.q, filters)
        texts = await search.texts_of(db, member.partnership_id, filters) if among else {}
    if among:
        try:
            near = await services.likeness.nearest(member.partnership_id, asked.q, texts, among)
        except MeaningError:
            trouble = NO_MEANING
    reading = near if isinstance(near, StillReading) else None
    async with services.db.read() as db:
        lines = {} if isinstance(near, StillReading) else {one.text: one.line for one in near}
        hits = await search.hits_of(db, member.partnership_id, lines)
    shown: dict[str, Any] = {
        "alike_address": address_of(member, asked, page="zoeken/lijkt-hierop"),
        "asked": asked,
        "hits": hits,
        "reading": reading,
        "trouble": trouble,
        "place_of": lambda hit: place_of(services, member, hit),
        "said_of": lambda hit: said_of(services.library, hit),
    }
    if wants_blocks(request):
        return blocks(services.render.block("record/alike.html", "alike", **shown))
    return record_page(services, member, "alike.html", "zoeken", **shown)


def address_of(member: Membership, asked: SearchForm, page: str = "zoeken", **changes: str) -> str:
    """Returns the address of this search with something else chosen, from its first page."""
    values = msgspec.structs.asdict(asked) | {"pagina": ""} | changes
    said = {name: value for name, value in values.items() if value}
    return f"{home_of(member)}/{page}?{urlencode(said)}"


def place_of(services: Services, member: Membership, hit: Hit) -> str:
    """Returns the exact address of what was found. An answer to a question that no longer exists is found in
    its session."""
    home = home_of(member)
    session = f"{home}/sessies/{hit.session.id}" if hit.session else f"{home}/sessies"
    if hit.kind == ACTION:
        return f"{home}/acties/{hit.owner}"
    if hit.kind == MARKS:
        return f"{home}/cijfers#thema-{hit.field}-{hit.about}"
    if hit.kind == REMINDER:
        return f"{home}/terugkijken"
    own = _sheet_of(services.library, hit.field)
    if hit.kind == SESSION or own is None:
        return session
    worksheet, field = own
    if hit.until or not hit.is_reachable:
        number = hit.until or hit.since
        return f"{home}/velden/{field.id}/versies/{number}" + (f"?over={hit.about}" if hit.about else "")
    there = address(member, worksheet, field, hit.about).partition("#")[0]
    return f"{there}#{'veld-' + field.id if hit.part.startswith('gap.') else 'tekst-' + hit.part}"


def said_of(library: Library, hit: Hit) -> str:
    """Returns what somebody reads above a hit: the worksheet and the question."""
    own = _sheet_of(library, hit.field)
    if own:
        return f"{own[0].id} {own[1].label}"
    return f"Werkblad {hit.worksheet}" if hit.worksheet else ""


def _sections(found: SearchResult) -> list[tuple[str, list[Hit]]]:
    """Groups hits by kind, in the order in which they were found."""
    names = dict(KINDS.values())
    return [(names[kind], list(hits)) for kind, hits in groupby(found.hits, lambda hit: hit.kind)]


def _places(library: Library) -> tuple[str, ...]:
    return tuple(library.structures["place_labels"]["labels"])


def _filters(asked: SearchForm, library: Library) -> Filters:
    chosen = next((each for each in library.bouwstenen if str(each.number) == asked.bouwsteen), None)
    fields, worksheets = search.of_bouwsteen(library, chosen) if chosen else ((), ())
    return Filters(
        kind=KINDS[asked.soort][0] if asked.soort else "",
        fields=fields,
        worksheets=worksheets,
        session=_as_id(asked.sessie),
        place=asked.plek,
        group=asked.groep,
        older=bool(asked.ook),
        page=asked.pagina,
    )


def _sheet_of(library: Library, field_id: str) -> tuple[Worksheet, Field] | None:
    if not (field_id and library.has_field(field_id)):
        return None
    field = library.field(field_id)
    return next((sheet, field) for sheet in library.worksheets if field in sheet.fields)


def _as_id(typed: str) -> uuid.UUID | None:
    with contextlib.suppress(ValueError):
        return uuid.UUID(typed)
    return None


routes = [results, alike]
