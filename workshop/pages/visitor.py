"""Who visits: the sign-in behind a cookie, and the membership behind an address.

A partnership or session is looked up through the visitor's own membership, so the query is the permission:
what is somebody else's is not found (404), and nobody learns that it is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.exceptions import NotAuthorizedException, NotFoundException
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from workshop import codes, cookies
from workshop.accounts import devices
from workshop.accounts.roles import may as may
from workshop.log import writing
from workshop.models import Membership, Partnership, Session, SignIn, in_dossier, now
from workshop.services import Services
from workshop.settings import Settings

COOKIE = "kompas"
DEVICE = "kompas-apparaat"
DAY = 24 * 3600


class Visitor(NamedTuple):
    sign_in: SignIn
    member: Membership


async def provide_sign_in(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> SignIn:
    """Returns the sign-in of this browser. Raises `NotAuthorizedException` (401) without a valid cookie."""
    found = await find(cookies.of(request, services.settings), services)
    if found is None:
        raise NotAuthorizedException
    return found


async def member_provider(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Membership:
    """Returns the visitor's membership, by the path's `partnership_id` or `session_id`; notes once a day that
    this member looked. A session in which somebody practises is only there for routes that say
    `rehearsal=True`. Raises `NotFoundException` (404), never 403."""
    ids = {name: _as_id(request.path_params.get(name)) for name in ("partnership_id", "session_id")}
    rehearsal = request.route_handler.opt.get("rehearsal", False)
    found = await member_of(services, sign_in, **ids, rehearsal=rehearsal)
    if found is None:
        raise NotFoundException
    if request.method == "GET":
        await writing.note_look(services.db, found)
    return found


async def optional_sign_in(request: Request[Any, Any, Any], services: Services) -> SignIn | None:
    """Returns the sign-in of this browser; None for a stranger."""
    return await find(cookies.of(request, services.settings), services)


async def find(kept: Mapping[str, str], services: Services) -> SignIn | None:
    """Returns the sign-in of a request's or WebSocket's cookies; None for a stranger or one that has
    ended."""
    token = kept.get(COOKIE)
    if not token:
        return None
    wanted = SignIn.token_hash == codes.token_hash(token[:64])
    async with services.db.read() as db:
        found = await db.scalar(select(SignIn).where(wanted, SignIn.expires_at > now()))
    if found:
        services.turns.know(token)
    return found


async def find_member(
    kept: Mapping[str, str],
    services: Services,
    *,
    partnership_id: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
    rehearsal: bool = False,
) -> Visitor | None:
    """Returns sign-in and membership at once, for a WebSocket, which no dependency may refuse; None for
    whoever may not see it."""
    sign_in = await find(kept, services)
    if sign_in is None:
        return None
    member = await member_of(
        services, sign_in, partnership_id=partnership_id, session_id=session_id, rehearsal=rehearsal
    )
    return Visitor(sign_in, member) if member else None


async def member_of(
    services: Services,
    sign_in: SignIn,
    *,
    partnership_id: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
    rehearsal: bool = False,
) -> Membership | None:
    """Returns the visitor's own membership of a partnership, or of the partnership that a session belongs to;
    None without one. A session in which somebody practises is only found with `rehearsal`."""
    mine = select(Membership).where(Membership.account_id == sign_in.account_id)
    dossier = joinedload(Membership.partnership)
    running = dossier.joinedload(Partnership.running)
    mine = mine.options(
        dossier.joinedload(Partnership.erasure),
        running.load_only(Session.id, Session.title, Session.partnership_id),
        running.lazyload(Session.activities),
    )
    if partnership_id:
        mine = mine.where(Membership.partnership_id == partnership_id)
    if session_id:
        mine = mine.join(Session, Session.partnership_id == Membership.partnership_id)
        mine = mine.where(Session.id == session_id, *(() if rehearsal else in_dossier()))
    if not (partnership_id or session_id):
        return None
    async with services.db.read() as db:
        return (await db.scalars(mine)).unique().first()


async def remember(answer: Response[Any], token: str, services: Services) -> Response[Any]:
    """Adds the cookies that keep this browser signed in, and known afterwards; returns the same answer."""
    settings = services.settings
    cookies.put(answer, COOKIE, token, settings, seconds=settings.sign_in_days * DAY)
    if found := await find({COOKIE: token}, services):
        kept = await devices.remembered(services.db, found.account_id)
        cookies.put(answer, DEVICE, kept, settings, seconds=devices.DAYS * DAY)
    return answer


def device(request: Request[Any, Any, Any], settings: Settings) -> str:
    """Returns what this browser keeps of an earlier sign-in, also after signing out; empty without."""
    return cookies.of(request, settings).get(DEVICE, "")


def forget(answer: Response[Any], settings: Settings) -> Response[Any]:
    cookies.drop(answer, COOKIE, settings)
    return answer


def _as_id(found: object) -> uuid.UUID | None:
    """Reads an id of a path; None stays None. Raises `NotFoundException`: nothing is found under what is not
    an id."""
    if found is None or isinstance(found, uuid.UUID):
        return found
    try:
        return uuid.UUID(str(found))
    except ValueError:
        raise NotFoundException from None
