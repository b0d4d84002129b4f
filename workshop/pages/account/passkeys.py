"""Passkeys: made and removed on somebody's own account page, and signed in with."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from workshop.accounts import AccountError, attempts, passkeys, plain_email
from workshop.accounts import sign_in as signing
from workshop.accounts.attempts import Expired
from workshop.accounts.passkeys import PasskeyRefused, PasskeySignIn, Question
from workshop.accounts.sign_in import TooMany
from workshop.bus import gone
from workshop.models import SignIn
from workshop.pages import visitor
from workshop.pages.account.halfway import halfway, no_longer, started
from workshop.pages.account.page import account_page, arrived
from workshop.pages.account.signed_out import own_path, sign_in_page
from workshop.pages.forms import first, once, posted
from workshop.pages.reply import back, page
from workshop.services import Services

SECOND_STEP = "/inloggen/tweede-stap"
NOT_HERE = "Passkeys kunnen hier niet. Vraag de beheerder om een veilig adres (https)."
AGAIN = "Vul eerst je wachtwoord in. Daarna kun je je passkeys veranderen."


# --- signing in -----------------------------------------------------------------------------------


@post("/inloggen/passkey/vraag", status_code=200)
async def question(services: NamedDependency[Services]) -> Response[Any]:
    """Answers whoever comes with JSON: the options for `navigator.credentials.get`."""
    return await _answer_with(services, lambda: passkeys.ask(services.db, services.settings))


@post("/inloggen/passkey")
async def sign_in(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `answer` (what the device said, as JSON), `verder` (where to go afterwards). Goes there,
    or shows the sign-in page with 422 or 429."""
    form = await posted(request)
    onward = first(form, "verder")
    before = await visitor.optional_sign_in(request, services)
    token, device = halfway(request, services.settings), visitor.device(request, services.settings)
    answer = first(form, "answer")
    try:
        entry = await passkeys.sign_in(
            services.db, services.settings, token, answer, previous=before, device=device
        )
    except (Expired, PasskeyRefused, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 422
        return no_longer(sign_in_page(services, onward, error=str(error), status=status), services.settings)
    return await _arrived(services, entry, before, onward)


@get(SECOND_STEP)
async def second_step(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Shows the step after the password, for an account with a passkey."""
    if not await attempts.is_open(services.db, halfway(request, services.settings), attempts.SECOND_STEP):
        return back("/inloggen")
    return _second_step_page(services)


@post(f"{SECOND_STEP}/vraag", status_code=200)
async def second_question(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """Answers with JSON, as `question` does: only passkeys of whoever gave the password fit."""
    token = halfway(request, services.settings)
    return await _answer_with(services, lambda: passkeys.ask_second(services.db, services.settings, token))


@post(SECOND_STEP)
async def take_second_step(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[Any]:
    """Takes the form `answer`, or `code` from somebody who has no passkey at hand. Goes on, or shows the step
    again (422)."""
    form = await posted(request)
    before = await visitor.optional_sign_in(request, services)
    database, settings = services.db, services.settings
    token, device = halfway(request, services.settings), visitor.device(request, services.settings)
    try:
        if "code" in form:
            entry = await passkeys.sign_in_with_code(
                database, settings, token, first(form, "code"), previous=before, device=device
            )
        else:
            entry = await passkeys.sign_in(
                database,
                settings,
                token,
                first(form, "answer"),
                purpose=attempts.SECOND_STEP,
                previous=before,
                device=device,
            )
    except Expired as error:
        return no_longer(sign_in_page(services, "", error=str(error), status=422), services.settings)
    except TooMany as error:
        return no_longer(sign_in_page(services, "", error=str(error), status=429), services.settings)
    except PasskeyRefused as error:
        wrong = {"code" if "code" in form else "passkey": str(error)}
        return started(_second_step_page(services, wrong), error.again, settings)
    return await _arrived(services, entry, before, entry.notes.get("onward", ""))


# --- my own ---------------------------------------------------------------------------------------


@post("/account/bevestiging")
async def confirm(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `confirm`, the password."""
    try:
        await signing.confirm(services.db, sign_in, first(await posted(request), "confirm"))
    except AccountError as error:
        return await account_page(services, sign_in, error)
    except TooMany as error:
        return await account_page(services, sign_in, AccountError("confirm", str(error)), status=429)
    return back("/account#passkeys")


@post("/account/passkeys/vraag", status_code=200)
async def new_question(
    services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Answers with JSON: the options for `navigator.credentials.create`."""

    async def ask() -> Question:
        _require_confirmed(sign_in)
        return await passkeys.ask_new(services.db, services.settings, sign_in)

    return await _answer_with(services, ask)


@post("/account/passkeys", status_code=200)
async def register(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `answer` (JSON), `passkey-name`. With the first passkey the page shows recovery codes,
    once."""
    form = await posted(request)
    token, name = halfway(request, services.settings), first(form, "passkey-name")
    try:
        _require_confirmed(sign_in)
        shown = await passkeys.register(
            services.db, services.room.bus, services.settings, sign_in, token, first(form, "answer"), name
        )
    except (AccountError, Expired) as error:
        wrong = error if isinstance(error, AccountError) else AccountError("passkey", str(error))
        return await account_page(services, sign_in, wrong, passkey_name=name)
    if not shown:
        return no_longer(back("/account?klaar=passkey#passkeys"), services.settings)
    made = await account_page(services, sign_in, said="De passkey is bewaard.", codes=shown)
    return no_longer(made, services.settings)


@post("/account/passkeys/{passkey_id:uuid}/verwijdering")
async def remove(
    services: NamedDependency[Services], sign_in: NamedDependency[SignIn], passkey_id: FromPath[uuid.UUID]
) -> Response[Any]:
    try:
        _require_confirmed(sign_in)
    except AccountError as error:
        return await account_page(services, sign_in, error)
    if not await passkeys.remove(services.db, services.room.bus, sign_in, passkey_id):
        raise NotFoundException
    return back("/account?klaar=passkey-weg#passkeys")


@post("/account/herstelcodes", status_code=200)
async def new_codes(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Makes recovery codes; the answer is the only page that ever shows them."""
    try:
        _require_confirmed(sign_in)
    except AccountError as error:
        return await account_page(services, sign_in, error)
    shown = await passkeys.new_codes(services.db, sign_in.account_id, once(await posted(request)).token)
    if not shown:
        return await account_page(services, sign_in, AccountError("passkey", "Maak eerst een passkey."))
    return await account_page(services, sign_in, codes=shown)


@post("/account/herstel-van-een-ander")
async def reset(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `reset`, the e-mail address of somebody who lost passkeys and codes. For managers; 403
    for others."""
    if not sign_in.account.is_manager:
        raise PermissionDeniedException
    email = first(await posted(request), "reset")
    try:
        _require_confirmed(sign_in)
        await passkeys.reset(services.db, services.room.bus, sign_in.account, plain_email(email))
    except AccountError as error:
        return await account_page(services, sign_in, error, reset=email)
    return back("/account?klaar=herstel")


async def _answer_with(services: Services, ask: Callable[[], Awaitable[Question]]) -> Response[Any]:
    """Answers our own script with JSON: the question and a cookie, or 422 with `{"title": "…"}`, the sentence
    to show."""
    try:
        if not passkeys.domain(services.settings):
            raise AccountError("passkey", NOT_HERE)
        asked = await ask()
    except (AccountError, Expired) as error:
        return Response({"title": str(error)}, status_code=422)
    return started(Response(asked.options, media_type="application/json"), asked.token, services.settings)


async def _arrived(
    services: Services, entry: PasskeySignIn, before: SignIn | None, onward: str
) -> Response[Any]:
    await services.room.bus.tell(gone(entry.ended))
    return no_longer(await arrived(services, entry.token, before, own_path(onward)), services.settings)


def _second_step_page(services: Services, wrong: dict[str, str] | None = None) -> Response[Any]:
    return page(
        services,
        "account/second_step.html",
        422 if wrong else 200,
        wrong=wrong or {},
        here=bool(passkeys.domain(services.settings)),
    )


def _require_confirmed(sign_in: SignIn) -> None:
    """Raises `AccountError` (field `confirm`) unless somebody proved minutes ago who they are."""
    if not signing.is_confirmed(sign_in):
        raise AccountError("confirm", AGAIN)


routes = [
    question,
    sign_in,
    second_step,
    second_question,
    take_second_step,
    confirm,
    new_question,
    register,
    remove,
    new_codes,
    reset,
]
