"""Mail of an account: on or off, signed in or in one press from a letter (RFC 8058)."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.mail import stopping
from workshop.models import SignIn
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, page
from workshop.services import Services

ADDRESS = "/geen-mail"


@post("/account/mail")
async def choose(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `mail`: aan, or else it goes off."""
    wants = first(await posted(request), "mail") == "aan"
    await stopping.choose(services.db, sign_in.account_id, wants)
    return back(f"/account?klaar={'mail-aan' if wants else 'mail-uit'}")


@get(f"{ADDRESS}/{{token:str}}")
async def ask(token: FromPath[str], services: NamedDependency[Services]) -> Response[str]:
    """Asks first: programs that look into letters open each link."""
    return await _page(services, token)


@post(f"{ADDRESS}/{{token:str}}", status_code=200)
async def stop(token: FromPath[str], services: NamedDependency[Services]) -> Response[str]:
    """Stops letters to this account. Mail programs press this themselves, so it asks for nothing else."""
    if found := await stopping.account_of(services.db, token):
        await stopping.choose(services.db, found, False)
    return await _page(services, token, stopped=True)


async def _page(services: Services, token: str, stopped: bool = False) -> Response[str]:
    known = await stopping.account_of(services.db, token) is not None
    status = 200 if known else 404
    answer = page(services, "account/no_mail.html", status, known=known, stopped=stopped, token=token)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


routes = [choose, ask, stop]
