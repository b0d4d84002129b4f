"""What a facilitator prints of a session: where it is offered and for whom. What it says: tests/documents."""

import pytest_asyncio

from tests.pages.desks import Desk
from tests.people import a_facilitator, a_member, a_partnership, a_session, conduct, signed_in
from workshop.accounts import roles
from workshop.documents import formats, handouts

PRINTED = ("programma/pdf", "poster/a4", "poster/a3")


@pytest_asyncio.fixture
async def closed(client, services):
    """The desk of a session that nobody opened yet."""
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=sign_in, opened=False)
    return Desk(client, services, session, partnership)


async def test_it_is_offered_in_the_preparation_and_with_the_plan(client, closed):
    for path in ("/regie", "/programma"):
        page = await closed.page(path)
        for printed in PRINTED:
            assert f'href="{closed.home}/{printed}"' in page, (path, printed)
    for printed in PRINTED:
        answer = await client.get(f"{closed.home}/{printed}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-1.7")
        assert answer.headers["cache-control"] == "no-store"


async def test_a_poster_has_the_code_only_while_people_may_join(services, closed):
    sheet = services.library.worksheet(closed.session.worksheet)

    async def code():
        session = await closed.now()
        return handouts.poster(session, sheet, services.settings.origin, "a4", session.created_at.date()).code

    assert await code() == ""
    await (await conduct(services, closed.session)).open()
    digits = (await closed.now()).code
    assert await code() == f"{digits[:4]} {digits[4:]}"
    await (await conduct(services, closed.session)).set_admits(False)
    assert await code() == ""


async def test_an_ended_session_has_its_running_order_but_no_poster(client, services, closed):
    await (await conduct(services, closed.session)).open()
    await (await conduct(services, closed.session)).end()
    assert "/poster/" not in await closed.page("/programma")
    answer = await client.get(f"{closed.home}/poster/a4")
    assert (answer.status_code, "Deze sessie is afgelopen" in answer.text) == (404, True)
    assert (await client.get(f"{closed.home}/programma/pdf")).status_code == 200


async def test_another_size_and_too_many_at_once_are_said_in_a_sentence(client, closed, monkeypatch):
    answer = await client.get(f"{closed.home}/poster/a0")
    assert (answer.status_code, "Kies A4 of A3." in answer.text) == (404, True)
    monkeypatch.setattr(formats, "MOST_WAITING", 0)
    answer = await client.get(f"{closed.home}/poster/a4")
    assert (answer.status_code, "over een minuut" in answer.text) == (503, True)


async def test_who_only_reads_prints_nothing(client, services, closed):
    reader = await a_facilitator(services, "Lies")
    await a_member(services, closed.partnership, reader, roles.LEZER)
    await signed_in(client, services, reader)
    for printed in PRINTED:
        assert (await client.get(f"{closed.home}/{printed}")).status_code == 403
