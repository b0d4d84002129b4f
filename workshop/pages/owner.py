"""The own address of who takes up actions: `/onze-acties/{token}`, without an account.

A revoked address says so; a wrong one says what to do.
"""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import TooManyRequestsException
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.models import Action
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back, page
from workshop.record import actions, owners
from workshop.record.owners import OwnerAddressError
from workshop.services import Services

UNLISTED = {"X-Robots-Tag": "noindex, nofollow"}


@get("/onze-acties/{token:str}")
async def own_actions(
    token: FromPath[str], services: NamedDependency[Services], net: FromQuery[str] = ""
) -> Response[str]:
    """Shows the open actions of one owner, and nothing else of its dossier. Query: `net`, the id of the
    action that was just answered."""
    await _slow_down(token)
    return await _page(services, token, said_of=net)


@post("/onze-acties/{token:str}/{action_id:uuid}", status_code=303)
async def answer(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    action_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
) -> Response[Any]:
    """Takes the form `stand` (done, busy or dropped) and `regel`, a line that may be empty. Goes back to the
    page, or shows it again with what was typed (422)."""
    await _slow_down(token)
    form = await posted(request)
    said, line = first(form, "stand"), first(form, "regel")

    async def save(db: AsyncSession) -> Action:
        return await owners.answer(db, token, action_id, said, line, id=once(form).id)

    try:
        await services.db.write(save)
    except OwnerAddressError as error:
        return _closed(services, error)
    except LookupError as error:
        return await _page(services, token, trouble=str(error), status=404)
    except ValueError as error:
        return await _page(services, token, wrong={str(action_id): str(error)}, typed=line, status=422)
    return back(f"/onze-acties/{token}?net={action_id}#melding")


async def _page(
    services: Services,
    token: str,
    *,
    said_of: str = "",
    trouble: str = "",
    wrong: dict[str, str] | None = None,
    typed: str = "",
    status: int = 200,
) -> Response[str]:
    try:
        async with services.db.read() as db:
            found = await owners.read(db, token, days.today())
    except OwnerAddressError as error:
        return _closed(services, error)
    every = (*found.unfinished, *found.answered)
    return _unlisted(
        page(
            services,
            "owner/actions.html",
            status,
            found=found,
            base=f"/onze-acties/{token}",
            answered=next((action for action in every if str(action.id) == said_of), None),
            answers=owners.ANSWERS,
            statuses=actions.STATUSES,
            priorities=actions.PRIORITIES,
            longest=owners.LONGEST_LINE,
            today=days.today(),
            trouble=trouble,
            wrong=wrong or {},
            typed=typed,
        )
    )


def _closed(services: Services, error: OwnerAddressError) -> Response[str]:
    return _unlisted(page(services, "owner/closed.html", error.status, sentence=str(error)))


async def _slow_down(token: str) -> None:
    if await owners.PACE.holds(owners.MOST_A_MINUTE, token):
        raise TooManyRequestsException


def _unlisted(answer: Response[str]) -> Response[str]:
    """Makes search engines leave the page out, also where somebody put the address on a website."""
    answer.headers.update(UNLISTED)
    return answer


routes = [own_actions, answer]
