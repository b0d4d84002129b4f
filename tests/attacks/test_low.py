"""Small ones: what ended in a 500, and headers that were missing."""

import asyncio
import dataclasses
from collections import Counter

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import delete, func, select

from tests.people import (
    PASSWORD,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    activity,
    both_databases,
    signed_in,
)
from workshop import codes
from workshop.accounts import invitations, passwords
from workshop.accounts.sign_in import TRIES
from workshop.app import of
from workshop.models import Account, Acknowledged, Answer, AnswerVersion, Contribution


@both_databases
@pytest.mark.parametrize("number", ["9" * 23, str(2**31), str(2**63)])
async def test_a_version_with_an_absurd_number_is_not_there(client, services, number):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    await signed_in(client, services, account)

    async def write(db):
        answer = Answer(partnership_id=partnership.id, field="1-A.zorgen", number=1, body={"items": []})
        db.add(answer)
        await db.flush()
        db.add(AnswerVersion(answer_id=answer.id, number=1, body={"items": []}))

    await services.db.write(write)
    answer = await client.get(f"/dossiers/{partnership.id}/velden/1-A.zorgen/versies/{number}")
    assert answer.status_code == 404


@pytest.mark.parametrize("charset", ["klingon", "ascii"])
async def test_a_form_in_a_charset_that_is_unknown_or_wrong_is_refused(client, charset):
    part = (
        f'--x\r\nContent-Disposition: form-data; name="code"\r\nContent-Type: text/plain; charset={charset}'
    )
    answer = await client.post(
        "/doe-mee",
        content=f"{part}{charset}\r\n\r\né\r\n--x--\r\n".encode(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 400


async def test_a_house_with_tls_asks_browsers_to_keep_to_it(every_route, services, settings):
    secure = replace(settings, base_url="https://kompas.example")
    for chosen, said in ((secure, "max-age=31536000"), (settings, None)):
        transport = httpx.ASGITransport(of(every_route, dataclasses.replace(services, settings=chosen)))
        async with httpx.AsyncClient(transport=transport, base_url=chosen.origin) as browser:
            answer = await browser.get("/inloggen")
        assert answer.headers.get("strict-transport-security") == said


async def test_signing_out_leaves_nothing_in_the_browser(client, services):
    await signed_in(client, services, await a_facilitator(services))
    answer = await client.post("/uitloggen")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


# --- guesses that are all under way before the first is counted ------------------------------------


async def test_of_guesses_at_the_same_moment_only_as_many_are_looked_at_as_one_may_try(house, monkeypatch):
    await house.account("Samira")
    looked_at, fits = [], passwords.fits

    async def look(*given):
        looked_at.append(given)
        return await fits(*given)

    monkeypatch.setattr(passwords, "fits", look)
    form = {"email": "samira@lindewaard.nl"}
    browser = house.browser()
    tries = [browser.post("/inloggen", data=form | {"password": f"gok {n}"}) for n in range(300)]
    found = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert found == {422: TRIES.OF_ONE, 429: 300 - TRIES.OF_ONE}
    assert len(looked_at) == TRIES.OF_ONE


# --- an id that is there already --------------------------------------------------------------------


def a_card(step, id, words):
    return {"activity": str(step.id), "contribution": str(id), "column": "zorg", "text": words}


async def stored(services):
    async with services.db.read() as db:
        return {row.id: row.body["text"] for row in await db.scalars(select(Contribution))}


@both_databases
@pytest.mark.parametrize("elsewhere", [False, True], ids=["same session", "another session"])
@pytest.mark.parametrize("acknowledged", [True, False], ids=["acknowledged", "no longer"])
async def test_an_id_of_a_card_that_is_there_takes_the_place_of_nothing(
    client, services, elsewhere, acknowledged
):
    session = await a_session(services, step="zorgen-kansen")
    step, id = activity(session, "zorgen-kansen"), codes.new_id()
    first = await a_participant(services, session)
    post = client.post("/deelnemen/bijdragen", data=a_card(step, id, "De eerste."), headers=first.header)
    assert (await post).status_code < 400
    if not acknowledged:
        await services.db.write(lambda db: db.execute(delete(Acknowledged)))
    if elsewhere:
        session = await a_session(services, step="zorgen-kansen")
        step = activity(session, "zorgen-kansen")
    other = await a_participant(services, session)
    post = client.post("/deelnemen/bijdragen", data=a_card(step, id, "De tweede."), headers=other.header)
    assert (await post).status_code < 400
    assert await stored(services) == {id: "De eerste."}


@both_databases
async def test_an_id_that_was_taken_back_comes_back_for_nobody(client, services):
    session = await a_session(services, step="zorgen-kansen")
    step, id = activity(session, "zorgen-kansen"), codes.new_id()
    phone = await a_participant(services, session)
    for words in ("De eerste.", "De tweede."):
        post = client.post("/deelnemen/bijdragen", data=a_card(step, id, words), headers=phone.header)
        assert (await post).status_code < 400
        await client.post(f"/deelnemen/bijdragen/{id}/intrekking", headers=phone.header)
        assert await stored(services) == {}


# --- who has an account ------------------------------------------------------------------------------


async def test_an_invitation_does_not_tell_without_end_which_addresses_have_an_account(house):
    els = await house.account("Els")
    token = await invitations.invite(house.db, await house.dossier(els), "lezer", els.id)
    form = {"name": "Iemand", "password": PASSWORD, "email": els.email}
    browser = house.browser()
    most = invitations.MOST_TRIES
    tries = [await browser.post(f"/uitnodiging/{token}", data=form) for _ in range(most + 2)]
    told = ["Er is al een account" in answer.text for answer in tries]
    assert told == [True] * most + [False] * 2
    unknown = await browser.post(f"/uitnodiging/{token}", data=form | {"email": "nieuw@lindewaard.nl"})
    assert unknown.status_code == tries[-1].status_code == 429
    assert await house.one(select(func.count()).select_from(Account)) == 1


# --- numbers for machines ----------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost"])
async def test_numbers_are_not_for_who_comes_by_another_name(every_route, services, host):
    settings = replace(services.settings, base_url="https://kompas.example")
    transport = httpx.ASGITransport(of(every_route, dataclasses.replace(services, settings=settings)))
    async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as browser:
        assert (await browser.get("/metrics", headers={"Host": host})).status_code == 400
        assert (await browser.get("/healthz", headers={"Host": host})).status_code == 200
        assert (await browser.get("/metrics")).status_code == 200
