"""Documents of a dossier, a bouwsteen, a worksheet or a session, and its charts as
pictures. Whoever may read it, may download it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.documents import contents, formats, orders, parts
from workshop.documents.document import Document
from workshop.documents.orders import Order
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership, Session
from workshop.pages.dossier.worksheet import NO_STEP, worksheet_at
from workshop.services import Services

NO_FORMAT = "Zo’n bestand kunnen we niet maken. Kies PDF, Word, Excel of PowerPoint."
NO_PICTURE = "Zo’n plaatje kunnen we niet maken. Kies SVG of PNG."
NO_TABLE = "Deze tabel is er niet als CSV. Kies een tabel bij de cijfers."
NO_CHART = "Deze grafiek is er niet. Kies een thema met genoeg cijfers op de pagina met cijfers."
NO_BOUWSTEEN = "Deze bouwsteen is er niet. Kies er een uit de lijst."
NO_SESSION = "Deze sessie bestaat niet meer."
NAMED_BY_TITLE = ("Sessie", contents.CHART, contents.TABLE)
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


@get("/dossiers/{partnership_id:uuid}/document/{format:str}")
async def dossier(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    format: FromPath[str],
) -> Response[bytes]:
    """Answers with the document of a dossier. Query: `deel`, a part that comes in (parts.asked), as often as
    there are parts; without it everything."""
    wanted = parts.asked(services.library, request.query_params.getall("deel", []))
    return await _answer(
        services, member, format, lambda: orders.of_dossier(services, member.partnership_id, wanted)
    )


@get("/dossiers/{partnership_id:uuid}/document/bouwsteen/{number:int}/{format:str}")
async def bouwsteen(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    number: FromPath[int],
    format: FromPath[str],
) -> Response[bytes]:
    found = next((one for one in services.library.bouwstenen if one.number == number), None)
    if found is None:
        raise Gone(NO_BOUWSTEEN)
    return await _answer(
        services, member, format, lambda: orders.of_bouwsteen(services, member.partnership_id, found)
    )


@get("/dossiers/{partnership_id:uuid}/bouwstenen/{slug:str}/document/{format:str}")
async def worksheet(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    slug: FromPath[str],
    format: FromPath[str],
    over: FromQuery[str] = "",
) -> Response[bytes]:
    """Answers with the document of a worksheet. Query: `over`, an ambition or activity; without it all of
    them."""
    own = worksheet_at(services, slug)
    return await _answer(
        services,
        member,
        format,
        lambda: orders.of_worksheet(services, member.partnership_id, own, over),
        NO_STEP,
    )


@get("/sessies/{session_id:uuid}/document/{format:str}")
async def session(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    session_id: FromPath[uuid.UUID],
    format: FromPath[str],
) -> Response[bytes]:
    """Answers with the document of a session. Before it is saved only for members who may run sessions: until
    then it is not in the dossier."""
    async with services.db.read() as db:
        found = await db.get_one(Session, session_id)
    if not found.saved_at:
        roles.require(member, roles.RUN)
    return await _answer(
        services,
        member,
        format,
        lambda: orders.of_session(services, member.partnership_id, session_id),
        NO_SESSION,
        session_id,
    )


@get("/dossiers/{partnership_id:uuid}/cijfers/{field_id:str}/{theme:str}/grafiek/{format:str}")
async def theme_chart(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
    theme: FromPath[str],
    format: FromPath[str],
) -> Response[bytes]:
    """Answers with one theme through time, as a picture."""
    return await _picture(
        services, member, format, lambda: orders.of_theme(services, member.partnership_id, field_id, theme)
    )


@get("/dossiers/{partnership_id:uuid}/kompas/{format:str}")
async def kompas(
    services: NamedDependency[Services], member: NamedDependency[Membership], format: FromPath[str]
) -> Response[bytes]:
    return await _picture(services, member, format, lambda: orders.of_kompas(services, member.partnership_id))


@get("/dossiers/{partnership_id:uuid}/tabellen/{name:str}/{format:str}")
async def table(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    name: FromPath[str],
    format: FromPath[str],
) -> Response[bytes]:
    """Answers with the marks or the indicators of a whole dossier, for a spreadsheet."""
    if format not in formats.ONE_TABLE:
        raise Gone(NO_TABLE)
    return await _made(
        services, member, format, lambda: orders.of_table(services, member.partnership_id, name), NO_TABLE
    )


async def _picture(
    services: Services, member: Membership, format: str, order: Callable[[], Awaitable[Order]]
) -> Response[bytes]:
    if format not in formats.PICTURES:
        raise Gone(NO_PICTURE)
    return await _made(services, member, format, order, NO_CHART)


async def _answer(
    services: Services,
    member: Membership,
    format: str,
    order: Callable[[], Awaitable[Order]],
    gone: str = "",
    session_id: uuid.UUID | None = None,
) -> Response[bytes]:
    if format not in formats.FORMATS:
        raise Gone(NO_FORMAT)
    return await _made(services, member, format, order, gone, session_id)


async def _made(
    services: Services,
    member: Membership,
    format: str,
    order: Callable[[], Awaitable[Order]],
    gone: str,
    session_id: uuid.UUID | None = None,
) -> Response[bytes]:
    """Answers with the file, and adds a line to the log of the dossier. Raises `Gone` with the sentence
    `gone` for what does not exist."""
    try:
        made = await formats.make(format, await order())
    except LookupError:
        raise Gone(gone) from None
    await services.db.write(lambda db: _log(db, member, made.front, format, session_id))
    headers = {"Content-Disposition": disposition(name_of(made.front, format)), "Cache-Control": "no-store"}
    return Response(made.file, media_type=formats.named(format).media_type, headers=headers)


def name_of(front: Document, ending: str) -> str:
    """Returns `Werkblad 1-A, Veilig Voorbeeldstad, 2026-11-24.pdf`."""
    name = f"{front.kind} {front.title}" if front.kind in NAMED_BY_TITLE else front.kind
    plain = _NOT_IN_A_NAME.sub(" ", f"{name[:80]}, {front.partnership[:60]}, {front.date.isoformat()}")
    return f"{' '.join(plain.split())}.{ending}"


def disposition(name: str) -> str:
    """Returns the value of `Content-Disposition`, with a plain name for a browser that does not read the
    other one."""
    plain = name.encode("ascii", "ignore").decode()
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _log(
    db: AsyncSession, member: Membership, front: Document, format: str, session_id: uuid.UUID | None
) -> None:
    about = f"{front.kind}: {front.title} ({formats.named(format).name})"
    writing.note(db, member, What.DOCUMENT_DOWNLOADED, about, session_id=session_id)


routes = [dossier, bouwsteen, worksheet, session, theme_chart, kompas, table]
