"""The conclusion of a step: `/sessies/{id}/stappen/{id}/conclusie`."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.conduct import Conduct
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, misfit, wants_blocks


@post("/sessies/{session_id:uuid}/stappen/{activity_id:uuid}/conclusie", status_code=200, rehearsal=True)
async def conclude(
    request: Request[Any, Any, Any],
    session_id: FromPath[uuid.UUID],
    activity_id: FromPath[uuid.UUID],
    conduct: NamedDependency[Conduct],
) -> Response[Any]:
    """Takes the form `conclusie`, empty for none. The form that saves itself is answered `{}`, or 422 with
    `{"sentence": "…", "row": "", "name": ""}`."""
    form = await posted(request)
    by_itself = wants_blocks(request)
    try:
        await conduct.conclude(activity_id, first(form, "conclusie"))
    except ValueError as error:
        return misfit(error, by_itself)
    return Response({}, status_code=200) if by_itself else back(f"/sessies/{session_id}/regie")


routes = [conclude]
