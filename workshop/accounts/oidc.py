"""Single sign-on by OpenID Connect: what we ask of the identity provider, and what we believe of its answer.

Authorization code flow with PKCE. Nothing of an answer is used before its signature, issuer, audience, time
and nonce were checked; no token is kept.
"""

from __future__ import annotations

import secrets
import time
import uuid
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import accounts
from workshop.accounts import AccountError, attempts, invitations
from workshop.accounts.invitations import InvitationError
from workshop.accounts.sign_in import SecondStep, entered, has_passkey, step
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Account, Attempt, Identity, SignIn
from workshop.settings import Settings
from workshop.storage.database import Database

RETURN = "/inloggen/sso/terug"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures with the provider's own key. Never `none`, and never one that our secret could make."""
LEEWAY, PATIENCE = 60, 10.0

AWAY = "We kunnen {name} nu niet bereiken. Probeer het later, of log in met je wachtwoord."
STRANGE = "{name} gaf een antwoord dat we niet vertrouwen. Er is niets veranderd. Begin opnieuw."
DENIED = "{name} liet je niet door, of je stopte zelf. Er is niets veranderd."
UNVERIFIED = "{name} heeft je e-mailadres niet bevestigd. Log in met je wachtwoord, of vraag je beheerder."
UNKNOWN = "We kennen je hier nog niet. Vraag de coördinator van je samenwerkingsverband om een uitnodiging."
OTHER = "Je account hoort al bij iemand anders bij {name}. Vraag de beheerder van deze Kompas Live."


class ProviderRefused(Exception):
    """The sign-in did not work; `str(error)` is for whoever tried. Nothing changed."""


class Departure(NamedTuple):
    """Where the browser goes to sign in, and the token for its cookie until it comes back."""

    address: str
    token: str


class Person(NamedTuple):
    """Who the provider says it is, checked."""

    issuer: str
    subject: str
    email: str
    """Empty when the provider did not verify it."""
    name: str


class Arrival(NamedTuple):
    token: str
    onward: str
    ended: list[uuid.UUID]
    """Ids of the sign-ins that were ended by it, as `link` says."""


def offered(settings: Settings) -> str:
    """Returns the name of the identity provider; empty when there is none."""
    return settings.oidc_name


async def depart(database: Database, settings: Settings, onward: str, invitation: str = "") -> Departure:
    """Begins a sign-in at the identity provider. Raises `ProviderRefused` when that cannot be reached."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        async with connect() as client:
            endpoint = (await _described(client, settings))["authorization_endpoint"]
        address = prepare_grant_uri(
            endpoint,
            settings.oidc_client_id,
            "code",
            redirect_uri=f"{settings.origin}{RETURN}",
            scope="openid email profile",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        raise _refused(AWAY, settings) from None
    token = await attempts.begin_as_stranger(
        database,
        attempts.ELSEWHERE,
        state=state,
        nonce=nonce,
        verifier=verifier,
        onward=onward,
        invitation=invitation,
    )
    return Departure(address, token)


async def arrive(
    database: Database, settings: Settings, token: str, query: dict[str, str], previous: SignIn | None
) -> Arrival:
    """Signs in with what the browser brought back from the identity provider.

    Raises `ProviderRefused`, `attempts.Expired`, and `SecondStep` for an account with a passkey.
    """
    attempt = await attempts.take(database, token, attempts.ELSEWHERE)
    if not secrets.compare_digest(query.get("state", "").encode(), attempt.notes["state"].encode()):
        raise _refused(STRANGE, settings)
    if query.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise _refused(STRANGE, settings)
    if "error" in query or not query.get("code"):
        raise _refused(DENIED, settings)
    person = await _who(settings, attempt, query["code"])
    return await _enter(database, settings, attempt, person, previous)


def connect() -> httpx.AsyncClient:
    """Makes a client that follows no redirects: an address is what the provider's description says it is."""
    return httpx.AsyncClient(timeout=PATIENCE, trust_env=False)


async def link(db: AsyncSession, account_id: uuid.UUID, issuer: str, subject: str) -> list[uuid.UUID] | None:
    """Links the account to what the provider calls it. Returns the ids of the sign-ins that ended by it, or
    None when the account is linked to another already.

    Whoever made the account only said that the address was theirs. So the password and all sign-ins until now
    end.
    """
    known = await db.scalar(
        select(Identity).where(Identity.account_id == account_id, Identity.issuer == issuer)
    )
    if known:
        return [] if known.subject == subject else None
    account = await db.get_one(Account, account_id, with_for_update=True)
    account.password_hash = ""
    await db.execute(delete(Attempt).where(Attempt.account_id == account_id))
    ended = list(await db.scalars(select(SignIn).where(SignIn.account_id == account_id)))
    for one in ended:
        await db.delete(one)
    db.add(Identity(account_id=account_id, issuer=issuer, subject=subject))
    writing.note_of_account(db, account_id, What.IDENTITY_LINKED)
    await db.flush()
    return [one.id for one in ended]


async def _who(settings: Settings, attempt: Attempt, code: str) -> Person:
    try:
        async with connect() as client:
            described = await _described(client, settings)
            got = await _tokens(client, settings, described["token_endpoint"], code, attempt)
            keys = await _json(client, described["jwks_uri"])
            said = _checked(settings, attempt.notes["nonce"], got["id_token"], keys)
            if "email" not in said and "userinfo_endpoint" in described:
                said |= await _more(client, described["userinfo_endpoint"], got, said["sub"])
    except httpx.TransportError:
        raise _refused(AWAY, settings) from None
    except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
        raise _refused(STRANGE, settings) from None
    verified = said.get("email_verified") is True
    email = accounts.plain_email(str(said.get("email", ""))) if verified else ""
    return Person(settings.oidc_issuer, said["sub"], email, str(said.get("name") or email.partition("@")[0]))


def _checked(settings: Settings, nonce: str, id_token: str, keys: Any) -> dict[str, Any]:
    """Returns what the token says. Raises `JoseError`, `ValueError`, `KeyError` or `TypeError` for one that
    is not from this provider, for us, of now and of this browser's own request."""
    said = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims
    rules = jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    rules.validate(said)
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if (several or "azp" in said) and said.get("azp") != settings.oidc_client_id:
        raise ValueError("made for somebody else")
    if not 0 < len(said["sub"]) <= 255:
        raise ValueError("no subject of ours")
    return said


async def _tokens(
    client: httpx.AsyncClient, settings: Settings, address: str, code: str, attempt: Attempt
) -> dict[str, Any]:
    secret = _secret(settings)
    answer = await client.post(
        address,
        auth=(quote(settings.oidc_client_id, safe=""), quote(secret, safe="")),
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{settings.origin}{RETURN}",
            "code_verifier": attempt.notes["verifier"],
        },
    )
    answer.raise_for_status()
    return answer.json()


def _secret(settings: Settings) -> str:
    return Path(settings.oidc_client_secret_file).read_text().strip()


async def _more(client: httpx.AsyncClient, address: str, got: dict[str, Any], subject: str) -> dict[str, Any]:
    """Returns what some providers say of a person outside the token. Raises `ValueError` when it is about
    another."""
    answer = await client.get(address, headers={"Authorization": f"Bearer {got['access_token']}"})
    answer.raise_for_status()
    more = answer.json()
    if more["sub"] != subject:
        raise ValueError("about somebody else")
    return {name: more[name] for name in ("email", "email_verified", "name") if name in more}


async def _enter(
    database: Database, settings: Settings, attempt: Attempt, person: Person, previous: SignIn | None
) -> Arrival:
    onward, invitation = attempt.notes["onward"], attempt.notes["invitation"]
    days = settings.sign_in_days

    async def store(db: AsyncSession) -> tuple[str | SecondStep, str, list[uuid.UUID]]:
        await attempts.use_up(db, attempt)
        account, is_linked = await _find(db, settings, person)
        place = onward
        if account is None:
            account, place = await _invited(db, settings, person, invitation)
        notes: dict[str, str] = {"onward": place}
        ended: list[uuid.UUID] | None = []
        if not is_linked and await has_passkey(db, account.id):  # linked after its passkey was used
            notes |= {"issuer": person.issuer, "subject": person.subject}
        elif not is_linked:
            ended = await link(db, account.id, person.issuer, person.subject)
        if ended is None:
            raise _refused(OTHER, settings)
        return await step(db, account.id, days=days, previous=previous, **notes), place, ended

    try:
        outcome, place, ended = await database.write(store)
    except IntegrityError:
        raise _refused(OTHER, settings) from None
    return Arrival(entered(outcome), place, ended)


async def _find(db: AsyncSession, settings: Settings, person: Person) -> tuple[Account | None, bool]:
    """Returns the account, and whether it was linked already. Looks by e-mail only when the provider verified
    that. Raises `ProviderRefused`."""
    same = (Identity.issuer == person.issuer, Identity.subject == person.subject)
    linked = select(Account).join(Identity, Identity.account_id == Account.id).where(*same)
    if account := await db.scalar(linked):
        return account, True
    if not person.email:
        raise _refused(UNVERIFIED, settings)
    return await db.scalar(select(Account).where(Account.email == person.email)), False


async def _invited(
    db: AsyncSession, settings: Settings, person: Person, invitation: str
) -> tuple[Account, str]:
    """Makes an account by an open invitation; returns it and the address to go to. Raises `ProviderRefused`
    without one: nobody else gets in."""
    if not invitation:
        raise _refused(UNKNOWN, settings)
    try:
        account = Account(
            email=accounts.checked_email(person.email),
            name=accounts.checked_name(person.name[: accounts.LONGEST_NAME]),
            password_hash="",
        )
        offer = await invitations.use(db, invitation, account)
    except (AccountError, InvitationError) as error:
        raise ProviderRefused(str(error)) from None
    return account, f"/dossiers/{offer.partnership.id}" if offer.partnership else "/dossiers"


async def _described(client: httpx.AsyncClient, settings: Settings) -> dict[str, Any]:
    """Returns the provider's own description. Raises `ValueError` when it is another provider's."""
    found = await _json(client, f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
    if found["issuer"] != settings.oidc_issuer:
        raise ValueError("the description of another provider")
    return found


async def _json(client: httpx.AsyncClient, address: str) -> Any:
    answer = await client.get(address)
    answer.raise_for_status()
    return answer.json()


def _refused(sentence: str, settings: Settings) -> ProviderRefused:
    return ProviderRefused(sentence.format(name=settings.oidc_name))
