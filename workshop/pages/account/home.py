"""The front page for visitors, and the home page of a facilitator: `/dossiers`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from workshop import days
from workshop.accounts import AccountError, dossiers, roles
from workshop.models import SignIn
from workshop.pages import visitor
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back, page
from workshop.services import Services


@get("/")
async def front(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    if await visitor.optional_sign_in(request, services):
        return back("/dossiers")
    return page(services, "account/front.html")


@get("/dossiers")
async def home(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    here = days.here(days.now())
    rows = await dossiers.overview(services.db, sign_in.account_id, here.date())
    return page(
        services,
        "account/home.html",
        account=sign_in.account,
        old_lines=_old_lines(services, sign_in, here.date()),
        greeting=greeting(here.hour),
        rows=rows,
        ready=dossiers.next_session(rows),
        roles=roles.NAMES,
        bouwsteen=lambda worksheet: _bouwsteen(services, worksheet),
    )


@get("/dossiers/nieuw")
async def new_form(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    return _new_page(services, sign_in)


@post("/dossiers/nieuw")
async def create(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `name`, `place`; goes to the new dossier, or shows the form again (422)."""
    form = await posted(request)
    name, place = first(form, "name"), first(form, "place")
    try:
        partnership_id = await dossiers.create(services.db, sign_in.account, name, place, id=once(form).id)
    except AccountError as error:
        return _new_page(services, sign_in, error, name=name, place=place)
    return back(f"/dossiers/{partnership_id}")


def greeting(hour: int) -> str:
    if 5 <= hour < 12:
        return "Goedemorgen"
    return "Goedemiddag" if 12 <= hour < 18 else "Goedenavond"


def _old_lines(services: Services, sign_in: SignIn, today: dt.date) -> int:
    """Counts the help lines that a manager should check; 0 for others, who cannot."""
    return sum(line.is_old(today) for line in services.helplines) if sign_in.account.is_manager else 0


def _bouwsteen(services: Services, worksheet: str) -> str:
    """Returns `1 Staat van de jeugd en ambities`; the worksheet's own id when the content no longer has
    it."""
    try:
        number = services.library.worksheet(worksheet).bouwsteen
    except KeyError:
        return worksheet
    titles = {bouwsteen.number: bouwsteen.title for bouwsteen in services.library.bouwstenen}
    return f"{number} {titles[number]}"


def _new_page(
    services: Services, sign_in: SignIn, error: AccountError | None = None, **typed: str
) -> Response[str]:
    return page(
        services,
        "account/new_dossier.html",
        422 if error else 200,
        account=sign_in.account,
        wrong={error.field: str(error)} if error else {},
        typed={"name": "", "place": ""} | typed,
    )


routes = [front, home, new_form, create]
