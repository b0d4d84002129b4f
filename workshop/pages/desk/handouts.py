"""What a facilitator prints for a session: its running order and its poster, as PDF."""

from __future__ import annotations

import uuid

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop import days
from workshop.accounts.roles import RUN, require
from workshop.documents import formats, handouts, pdf
from workshop.documents.document import Told
from workshop.live import plan
from workshop.live.errors import Gone
from workshop.models import Membership
from workshop.services import Services

ENDED = "Deze sessie is afgelopen. Met de QR-code kan niemand meer meedoen, dus er is geen poster."
NO_SIZE = "Deze maat is er niet. Kies A4 of A3."


@get("/sessies/{session_id:uuid}/programma/pdf")
async def order_page(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[bytes]:
    """Answers with the running order on one page A4, with the notes that facilitators made for themselves."""
    require(member, RUN)
    session = await plan.planned(services.db, session_id)
    return await _printed(handouts.order_page(session, days.today()), "programma")


@get("/sessies/{session_id:uuid}/poster/{size:str}")
async def poster(
    session_id: FromPath[uuid.UUID],
    size: FromPath[str],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[bytes]:
    """Answers with the poster, to hang up where people join; `size` is one of `handouts.SIZES`."""
    require(member, RUN)
    if size not in handouts.SIZES:
        raise Gone(NO_SIZE)
    session = await plan.planned(services.db, session_id)
    if session.ended_at:
        raise Gone(ENDED)
    worksheet = services.library.worksheet(session.worksheet)
    told = handouts.poster(session, worksheet, services.settings.origin, size, days.today())
    return await _printed(told, f"poster-{size}")


async def _printed(told: Told, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    made = await formats.in_turn(lambda: pdf.handout(told))
    return Response(made, media_type=formats.FORMATS["pdf"].media_type, headers=headers)


routes = [order_page, poster]
