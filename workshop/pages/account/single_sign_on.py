"""Signing in by way of an identity provider: there, and back again."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from workshop.accounts import oidc
from workshop.accounts.attempts import Expired
from workshop.accounts.sign_in import SecondStep
from workshop.bus import gone
from workshop.pages import visitor
from workshop.pages.account.halfway import halfway, no_longer, started
from workshop.pages.account.page import arrived
from workshop.pages.account.signed_out import own_path, sign_in_page
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, page
from workshop.services import Services


@post("/inloggen/sso", status_code=200)
async def depart(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `verder`, `uitnodiging` (a token). Answers with a page that goes on by itself, not a
    redirect: our policy lets no form end on another site."""
    _require_provider(services)
    form = await posted(request)
    onward, invitation = own_path(first(form, "verder")), first(form, "uitnodiging")[:64]
    try:
        there = await oidc.depart(services.db, services.settings, onward, invitation)
    except oidc.ProviderRefused as error:
        return sign_in_page(services, onward, error=str(error), status=422)
    name = services.settings.oidc_name
    answer: Response[Any] = page(services, "account/departure.html", address=there.address, name=name)
    answer.headers["Refresh"] = f"0; url={there.address}"
    return started(answer, there.token, services.settings)


@get(oidc.RETURN)
async def arrive(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes what the provider says of somebody out of the query; signs them in and goes on, or shows the
    sign-in page (422)."""
    _require_provider(services)
    before = await visitor.optional_sign_in(request, services)
    query = {name: str(value) for name, value in request.query_params.items()}
    try:
        token = halfway(request, services.settings)
        came = await oidc.arrive(services.db, services.settings, token, query, before)
    except SecondStep as step:
        return started(back("/inloggen/tweede-stap"), step.token, services.settings)
    except (oidc.ProviderRefused, Expired) as error:
        return no_longer(sign_in_page(services, "", error=str(error), status=422), services.settings)
    await services.room.bus.tell(gone(came.ended))
    return no_longer(await arrived(services, came.token, before, own_path(came.onward)), services.settings)


def _require_provider(services: Services) -> None:
    """Raises `NotFoundException` (404) on an installation without an identity provider."""
    if not oidc.offered(services.settings):
        raise NotFoundException


routes = [depart, arrive]
