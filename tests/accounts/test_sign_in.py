import asyncio
import contextlib
import datetime as dt
import time

import argon2
import pytest
from sqlalchemy import func, select

from tests.people import PASSWORD, both_databases
from workshop import brake, codes
from workshop.accounts import AccountError, passwords, sign_in
from workshop.accounts.sign_in import TRIES, TooMany, Tries, WrongPassword
from workshop.live.fanout import FACILITATOR, Browser
from workshop.models import Account, SignIn, now
from workshop.pages import visitor


class Slow(Tries):
    SECONDS = 3600


async def _visit(house, token):
    return await visitor.find({"kompas": token}, house.services)


@both_databases
async def test_a_sign_in_is_found_by_its_token_and_the_database_keeps_only_a_hash(house):
    samira = await house.account("Samira")
    token = await sign_in.sign_in(house.db, "SAMIRA@lindewaard.nl", PASSWORD)
    found = await _visit(house, token)
    assert found.account.id == samira.id
    assert found.token_hash == codes.token_hash(token)
    assert await _visit(house, found.token_hash) is None
    assert await _visit(house, "") is None


async def test_each_sign_in_has_a_new_token_and_ends_the_old_one_of_that_browser(house):
    await house.account("Samira")
    first = await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD)
    before = await _visit(house, first)
    second = await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD, previous=before)
    assert second != first
    assert await _visit(house, first) is None
    assert await _visit(house, second)


@both_databases
async def test_a_sign_in_ends_after_its_days(house):
    await house.account("Samira")
    token = await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD, days=1)
    found = await _visit(house, token)
    await house.change(SignIn, found.id, expires_at=now() - dt.timedelta(seconds=1))
    assert await _visit(house, token) is None


@both_databases
async def test_signing_out_ends_the_token_and_the_open_streams_of_that_browser_only(house):
    await house.account("Samira")
    tokens = [await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD) for _ in "ab"]
    here, there = [await _visit(house, token) for token in tokens]
    streams = [Browser(codes.new_id(), FACILITATOR, desk.id) for desk in (here, there)]
    for stream in streams:
        house.services.fanout.add(stream)
    await sign_in.sign_out(house.db, house.services.room.bus, here)
    assert await _visit(house, tokens[0]) is None
    assert await _visit(house, tokens[1])
    assert [bool(stream.closed) for stream in streams] == [True, False]


async def test_a_new_password_signs_out_all_other_browsers(house):
    await house.account("Samira")
    tokens = [await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD) for _ in "ab"]
    here = await _visit(house, tokens[0])
    bus = house.services.room.bus
    await sign_in.change_password(house.db, bus, here, PASSWORD, "vier gele bussen rijden")
    assert [bool(await _visit(house, token)) for token in tokens] == [True, False]
    with pytest.raises(WrongPassword):
        await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD)
    assert await sign_in.sign_in(house.db, "samira@lindewaard.nl", "vier gele bussen rijden")


async def test_a_new_password_needs_the_old_one_and_must_be_good(house):
    await house.account("Samira")
    here = await _visit(house, await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD))
    bus = house.services.room.bus
    for old, new, field in (("niet goed, dit", "vier gele bussen", "old"), (PASSWORD, "kort", "password")):
        with pytest.raises(AccountError) as caught:
            await sign_in.change_password(house.db, bus, here, old, new)
        assert caught.value.field == field


@pytest.mark.usefixtures("costly_passwords")
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer_after_the_same_work(
    house, monkeypatch
):
    samira = await house.account("Samira")
    await house.change(Account, samira.id, password_hash=await passwords.hashed(PASSWORD))
    verify, work = argon2.PasswordHasher.verify, []

    def counted(hasher, hash, words):
        work.append(argon2.extract_parameters(hash))
        return verify(hasher, hash, words)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    said = set()
    for email in ("samira@lindewaard.nl", "niemand@lindewaard.nl"):
        with pytest.raises(WrongPassword) as caught:
            await sign_in.sign_in(house.db, email, "een verkeerde zin")
        said.add(str(caught.value))
    assert len(said) == 1
    assert len(work) == 2
    assert work[0] == work[1]


async def test_a_hash_with_older_parameters_is_renewed_at_sign_in(house):
    samira = await house.account("Samira")
    older = argon2.PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    await house.change(Account, samira.id, password_hash=older)
    await sign_in.sign_in(house.db, samira.email, PASSWORD)
    renewed = (await house.one(select(Account))).password_hash
    assert not passwords.outdated(renewed)
    assert await passwords.fits(renewed, PASSWORD)


async def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait_but_colleagues_do_not(house):
    await house.account("Samira")
    await house.account("Kevin")
    guesses = [sign_in.sign_in(house.db, "samira@lindewaard.nl", f"gok nummer {n}") for n in range(15)]
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, WrongPassword) for result in results) == 10
    assert sum(isinstance(result, TooMany) for result in results) == 5
    with pytest.raises(TooMany, match="Wacht 10 minuten"):
        await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD)
    assert await sign_in.sign_in(house.db, "kevin@lindewaard.nl", PASSWORD)


async def test_wrong_passwords_of_the_whole_installation_go_at_a_pace(monkeypatch):
    monkeypatch.setattr(brake, "PATIENCE", 0.3)
    tries = Slow("slow", "Te vaak.")
    for number in range(tries.AT_ONCE):
        await tries.start(f"iemand{number}@lindewaard.nl")
    with pytest.raises(TooMany, match="heel veel mensen"):
        await tries.start("samira@lindewaard.nl")
    await tries.start("samira@lindewaard.nl", "a device of hers")
    await tries.forgive("iemand0@lindewaard.nl")
    await tries.start("samira@lindewaard.nl")


async def test_who_is_refused_does_not_use_up_what_others_may_try(monkeypatch):
    monkeypatch.setattr(brake, "PATIENCE", 0.3)
    tries = Slow("refused", "Te vaak.")
    tries.AT_ONCE = tries.OF_ONE + 1
    for _ in range(tries.OF_ONE * 3):
        with contextlib.suppress(TooMany):
            await tries.start("samira@lindewaard.nl")
    await tries.start("kevin@lindewaard.nl")


async def test_right_passwords_never_count(house):
    await house.account("Samira")
    for _ in range(TRIES.OF_ONE + 2):
        await sign_in.sign_in(house.db, "samira@lindewaard.nl", PASSWORD)
    assert await house.one(select(func.count()).select_from(SignIn)) == TRIES.OF_ONE + 2


async def test_tries_are_forgotten_after_some_minutes(monkeypatch):
    clock = time.time()
    for _ in range(TRIES.OF_ONE):
        await TRIES.start("samira@lindewaard.nl")
    monkeypatch.setattr(time, "time", lambda: clock + 60 * TRIES.MINUTES + 60)
    await TRIES.start("samira@lindewaard.nl")
