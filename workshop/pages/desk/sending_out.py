"""Sends out the phone of a card: `/sessies/{id}/kaarten/{id}/telefoon/einde`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.pages.desk.page import done
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import wants_blocks
from workshop.services import Services

SENT_OUT = "Deze telefoon doet niet meer mee."


@post("/sessies/{session_id:uuid}/kaarten/{card_id:uuid}/telefoon/einde", status_code=200, rehearsal=True)
async def send_out(
    request: Request[Any, Any, Any],
    card_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `kaarten` = weg or blijven, all that this phone sent, and `codes` = ja, new codes at the
    door. The answer never says which cards they are, nor how many."""
    form = await posted(request)
    sent = conduct.send_out(
        card_id,
        once(form).id,
        hides=first(form, "kaarten") == "weg",
        renews=first(form, "codes") == "ja",
    )
    answer = await done(request, services, conduct, sent, SENT_OUT)
    if wants_blocks(request):
        answer.content += services.render.macro("no_editor")
    return answer


routes = [send_out]
