"""What became of our input: `/terugblik/{token}`, for the people who took part and whoever has its address.

Nothing is kept or told about who reads it. A wrong address and one whose time is over are one answer.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.handover import lookback
from workshop.pages.reply import page
from workshop.record import lookbacks, sheet
from workshop.record.actions import STATUSES
from workshop.services import Services

UNLISTED = {"X-Robots-Tag": "noindex, nofollow"}


@get("/terugblik/{token:str}")
async def read(token: FromPath[str], services: NamedDependency[Services]) -> Response[Any]:
    async with services.db.read() as db:
        found = await lookbacks.opened(db, token)
        if found is None:
            return _unlisted(page(services, "phone/lookback_closed.html", 404))
        row, session = found
        lines = await lookback.offered(db, services.library, session, services.settings.marks_minimum)
        about = await sheet.subject_of(db, services.library, session)
    worksheet = services.library.worksheet(session.worksheet)
    story = lookback.story(worksheet, row, session, lines, about)
    return _unlisted(page(services, "phone/lookback.html", story=story, statuses=STATUSES))


def _unlisted(answer: Response[str]) -> Response[str]:
    """Makes search engines leave the page out, also where somebody put the address on a website."""
    answer.headers.update(UNLISTED)
    return answer


routes = [read]
