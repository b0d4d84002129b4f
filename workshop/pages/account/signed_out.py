"""The page for somebody who has to sign in first, or again, and the way back to where they were."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Request, Response

from workshop.accounts import oidc, passkeys
from workshop.pages.reply import back, blocks, page, wants_blocks
from workshop.services import Services

HOME = "/dossiers"


def own_path(wanted: str) -> str:
    """Returns the same path when it is one of ours, else the home page: nobody is sent to another site from
    here.

    Browsers read a backslash as a slash and skip tabs and line ends, so neither may be in it.
    """
    is_path = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if is_path and wanted.isprintable() and len(wanted) < 500 else HOME


def sign_in_page(
    services: Services,
    onward: str,
    email: str = "",
    error: str = "",
    status: int = 200,
    refused: bool = False,
) -> Response[Any]:
    """Shows the page to sign in. `refused` says that a form came in after its sign-in had ended: its words
    wait in the browser."""
    return page(
        services,
        "account/sign_in.html",
        status,
        onward=own_path(onward),
        email=email,
        error=error,
        refused=refused,
        passkeys_here=bool(passkeys.domain(services.settings)),
        provider=oidc.offered(services.settings),
    )


def answer(request: Request[Any, Any, Any], services: Services) -> Response[Any]:
    """Leads to the sign-in page, with the way back: to the page itself, or for a form to the page that it was
    on."""
    headers = request.headers
    if wants_blocks(request):
        onward = _sign_in_at(_local(services, headers.get("hx-current-url", "")))
        return blocks(services.render.macro("signed_out", onward), status=401)
    if request.method == "GET":
        query = request.scope["query_string"].decode("latin-1")
        return back(_sign_in_at(request.url.path + (f"?{query}" if query else "")))
    return sign_in_page(services, _local(services, headers.get("referer", "")), status=401, refused=True)


def _sign_in_at(onward: str) -> str:
    return f"/inloggen?{urlencode({'verder': onward}, safe='/')}" if onward else "/inloggen"


def _local(services: Services, address: str) -> str:
    """Returns path and query of an address of ours; empty for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if f"{parts.scheme}://{parts.netloc}" not in services.settings.origins:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
