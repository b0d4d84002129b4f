"""Somebody who is invited registers the address of another, with a password of their own, and waits."""

import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from tests.people import PASSWORD, both_databases
from workshop.accounts import attempts, invitations, oidc, sign_in
from workshop.accounts.sign_in import WrongPassword
from workshop.models import Account, Identity, SignIn
from workshop.pages import visitor
from workshop.pages.account import halfway

VICTIM = "samira@lindewaard.nl"


@pytest.fixture
def settings(settings):
    return replace(
        settings, oidc_issuer="https://sso.example", oidc_client_id="kompas", oidc_name="Lindewaard"
    )


@pytest.fixture
def comes(house, settings, monkeypatch):
    """`await comes(browser)`: the owner of the address signs in at the provider and comes back."""

    async def who(*_):
        return oidc.Person(settings.oidc_issuer, "s-1", VICTIM, "Samira")

    monkeypatch.setattr(oidc, "_who", who)

    async def come(browser):
        kept = {"state": "s", "nonce": "n", "verifier": "v", "onward": "/account", "invitation": ""}
        token = await attempts.begin_as_stranger(house.db, attempts.ELSEWHERE, **kept)
        browser.cookies.set(halfway.COOKIE, token)
        return await browser.get(f"{oidc.RETURN}?state=s&code=c")

    return come


async def squatted(house):
    """The cookie of the attacker, who registered the victim's address by an invitation."""
    els = await house.account("Els")
    token = await invitations.invite(house.db, await house.dossier(els), "begeleider", els.id)
    _, secret = await invitations.accept_as_new(house.db, token, VICTIM, "Samira", PASSWORD)
    return secret


@both_databases
async def test_nothing_of_who_registered_an_address_opens_it_after_its_owner_came(house, comes):
    secret = await squatted(house)
    attacker, owner = house.browser(), house.browser()
    attacker.cookies.set(visitor.COOKIE, secret)
    assert (await attacker.get("/account")).status_code == 200
    half = await house.db.write(lambda db: _half_way(db))
    assert (await comes(owner)).headers["location"] == "/account"
    assert (await owner.get("/account")).status_code == 200
    assert (await attacker.get("/account")).status_code == 303
    with pytest.raises(WrongPassword):
        await sign_in.sign_in(house.db, VICTIM, PASSWORD)
    with pytest.raises(attempts.Expired):
        await attempts.take(house.db, half, attempts.SECOND_STEP)
    account = await house.one(select(Account).where(Account.email == VICTIM))
    assert account.password_hash == ""


async def test_an_open_stream_of_theirs_ends_too(house, comes, monkeypatch):
    secret = await squatted(house)
    theirs = await visitor.find({visitor.COOKIE: secret}, house.services)
    told = []
    tell = house.services.room.bus.tell

    async def hear(change):
        told.append(change.parts)
        await tell(change)

    monkeypatch.setattr(house.services.room.bus, "tell", hear)
    await comes(house.browser())
    assert any(str(theirs.id) in part for parts in told for part in parts)


async def test_who_comes_again_stays_signed_in_elsewhere(house, comes):
    await squatted(house)
    first, second = house.browser(), house.browser()
    await comes(first)
    await comes(second)
    assert (await first.get("/account")).status_code == 200
    assert await house.one(select(func.count()).select_from(Identity)) == 1


@both_databases
async def test_a_sign_in_at_the_same_moment_does_not_stay(house, comes):
    await squatted(house)
    account = await house.one(select(Account).where(Account.email == VICTIM))
    owner = house.browser()
    await asyncio.gather(comes(owner), sign_in.sign_in(house.db, VICTIM, PASSWORD), return_exceptions=True)
    assert (await owner.get("/account")).status_code == 200
    mine = select(func.count()).select_from(SignIn).where(SignIn.account_id == account.id)
    assert await house.one(mine) == 1


async def _half_way(db):
    account_id = await db.scalar(select(Account.id).where(Account.email == VICTIM))
    return await attempts.begin(db, attempts.SECOND_STEP, account_id)
