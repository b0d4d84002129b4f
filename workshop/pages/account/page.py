"""Signing in and out, opening an invitation, and somebody's own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from workshop import accounts
from workshop.accounts import AccountError, invitations, oidc, passkeys, roles
from workshop.accounts import sign_in as signing
from workshop.accounts.invitations import InvitationError, Offer
from workshop.accounts.sign_in import SecondStep, TooMany, WrongPassword
from workshop.bus import gone
from workshop.models import SignIn
from workshop.pages import errors, visitor
from workshop.pages.account.halfway import started
from workshop.pages.account.signed_out import HOME, own_path, sign_in_page
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, page
from workshop.services import Services

SAID = {
    "naam": "Je naam is aangepast.",
    "wachtwoord": "Je nieuwe wachtwoord is bewaard. Andere browsers zijn uitgelogd.",
    "browsers": "Je andere browsers zijn uitgelogd.",
    "mail-aan": "Je krijgt weer mail.",
    "mail-uit": "Je krijgt geen mail meer.",
    "passkey": "De passkey is bewaard. Andere browsers zijn uitgelogd.",
    "passkey-weg": "De passkey is verwijderd. Haal hem ook weg van je apparaat.",
    "herstel": "De passkeys zijn weg. Je collega logt nu in met alleen het wachtwoord.",
}


@get("/inloggen")
async def sign_in_form(
    request: Request[Any, Any, Any], services: NamedDependency[Services], verder: FromQuery[str] = ""
) -> Response[Any]:
    if await visitor.optional_sign_in(request, services):
        return back(own_path(verder))
    return sign_in_page(services, verder)


@post("/inloggen")
async def sign_in(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `email`, `password`, `verder` (where to go afterwards). Goes there, or to the second
    step of an account with a passkey; shows the form again with 422, or 429 after too many tries."""
    form = await posted(request)
    email, onward = first(form, "email"), first(form, "verder")
    before = await visitor.optional_sign_in(request, services)
    days = services.settings.sign_in_days
    try:
        token = await signing.sign_in(
            services.db,
            email,
            first(form, "password"),
            days=days,
            previous=before,
            device=visitor.device(request, services.settings),
            onward=own_path(onward),
        )
    except SecondStep as step:
        return started(back("/inloggen/tweede-stap"), step.token, services.settings)
    except (WrongPassword, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 422
        return sign_in_page(services, onward, email, str(error), status)
    return await arrived(services, token, before, own_path(onward))


@post("/uitloggen")
async def sign_out(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    here = await visitor.optional_sign_in(request, services)
    if here:
        await signing.sign_out(services.db, services.room.bus, here)
    answer = visitor.forget(back("/"), services.settings)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'  # not cookies: it may take part as a phone too
    return answer


@get("/uitnodiging/{token:str}")
async def invitation(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    try:
        offer = await invitations.look(services.db, token)
    except InvitationError as error:
        return errors.answer(request, error.status, str(error))
    return await _invitation_page(request, services, token, offer)


@post("/uitnodiging/{token:str}")
async def accept(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes an empty form from somebody who is signed in, and `name`, `email` and `password` for a new
    account. Goes to the dossier; answers 404, 409 or 410 for an invitation that does not work."""
    form = await posted(request)
    known = await visitor.optional_sign_in(request, services)
    try:
        if known and "email" in form:  # signed in meanwhile: show first as whom
            return back(f"/uitnodiging/{token}")
        if known:
            return _welcome(await invitations.accept(services.db, token, known))
        return await _accept_as_new(request, services, token, form)
    except InvitationError as error:
        return errors.answer(request, error.status, str(error))


@get("/account")
async def account(
    services: NamedDependency[Services], sign_in: NamedDependency[SignIn], klaar: FromQuery[str] = ""
) -> Response[str]:
    return await account_page(services, sign_in, said=SAID.get(klaar, ""))


@post("/account/naam")
async def rename(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `name`; shows the account again, with 422 when it does not fit."""
    name = first(await posted(request), "name")
    try:
        await accounts.rename(services.db, sign_in.account_id, name)
    except AccountError as error:
        return await account_page(services, sign_in, error, name=name)
    return back("/account?klaar=naam")


@post("/account/wachtwoord")
async def change_password(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `old`, `password`; shows the account again, with 422 when something does not fit and 429
    after too many tries."""
    form = await posted(request)
    try:
        await signing.change_password(
            services.db, services.room.bus, sign_in, first(form, "old"), first(form, "password")
        )
    except AccountError as error:
        return await account_page(services, sign_in, error)
    except TooMany as error:
        return await account_page(services, sign_in, AccountError("old", str(error)), status=429)
    return back("/account?klaar=wachtwoord")


@post("/account/andere-browsers")
async def sign_out_others(
    services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    await signing.sign_out_others(services.db, services.room.bus, sign_in)
    return back("/account?klaar=browsers")


async def arrived(services: Services, token: str, before: SignIn | None, onward: str) -> Response[Any]:
    """Signs this browser in anew and sends the visitor on; streams of the browser's old sign-in end."""
    if before:
        await services.room.bus.tell(gone([before.id]))
    return await visitor.remember(back(onward), token, services)


async def account_page(
    services: Services,
    sign_in: SignIn,
    error: AccountError | None = None,
    *,
    status: int = 422,
    name: str | None = None,
    said: str = "",
    codes: Sequence[str] = (),
    passkey_name: str = "",
    reset: str = "",
) -> Response[Any]:
    """Shows the account. `codes` are recovery codes, to be shown this once."""
    account_id = sign_in.account_id
    return page(
        services,
        "account/account.html",
        status if error else 200,
        account=sign_in.account,
        name=sign_in.account.name if name is None else name,
        sends_mail=bool(services.settings.smtp_host),
        others=await signing.count_others(services.db, sign_in),
        passkeys=await passkeys.of(services.db, account_id),
        most_passkeys=passkeys.MOST,
        passkeys_here=bool(passkeys.domain(services.settings)),
        provider=oidc.offered(services.settings),
        passkey_name=passkey_name,
        codes=codes,
        codes_left=await passkeys.codes_left(services.db, account_id),
        confirmed=signing.is_confirmed(sign_in),
        reset=reset,
        wrong={error.field: str(error)} if error else {},
        said=said,
    )


async def _accept_as_new(
    request: Request[Any, Any, Any], services: Services, token: str, form: dict[str, list[str]]
) -> Response[Any]:
    email, name, password = (first(form, field) for field in ("email", "name", "password"))
    days = services.settings.sign_in_days
    try:
        offer, secret = await invitations.accept_as_new(services.db, token, email, name, password, days=days)
    except (AccountError, TooMany) as error:
        offer = await invitations.look(services.db, token)
        status = 429 if isinstance(error, TooMany) else 422
        wrong = error if isinstance(error, AccountError) else AccountError("email", str(error))
        return await _invitation_page(request, services, token, offer, wrong, status, email=email, name=name)
    return await visitor.remember(_welcome(offer), secret, services)


def _welcome(offer: Offer) -> Response[Any]:
    return back(f"{HOME}/{offer.partnership.id}" if offer.partnership else HOME)


async def _invitation_page(
    request: Request[Any, Any, Any],
    services: Services,
    token: str,
    offer: Offer,
    error: AccountError | None = None,
    status: int = 200,
    **typed: str,
) -> Response[str]:
    return page(
        services,
        "account/invitation.html",
        status,
        token=token,
        offer=offer,
        provider=oidc.offered(services.settings),
        names=roles.NAMES,
        explained=roles.EXPLAINED,
        known=await visitor.optional_sign_in(request, services),
        wrong={error.field: str(error)} if error else {},
        typed={"name": "", "email": ""} | typed,
    )


routes = [
    sign_in_form,
    sign_in,
    sign_out,
    invitation,
    accept,
    account,
    rename,
    change_password,
    sign_out_others,
]
