"""The secret address of a dossier's calendar, as a calendar program fetches it."""

import datetime as dt
import io
import logging
import re

import pytest_asyncio
from sqlalchemy import select

from tests.pages.test_record import House, as_
from tests.people import a_facilitator, a_partnership, signed_in
from workshop.accounts import roles
from workshop.log.what import What
from workshop.models import Deed
from workshop.record import actions
from workshop.serving import server


@pytest_asyncio.fixture
async def house(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account, name="Veilig Lindewaard")
    await signed_in(client, services, account)
    return House(client, services, partnership, account)


async def opened(house):
    """The path of a new address."""
    html = await house.post("/agenda", 200)
    assert 'data-copy="#agenda-adres"' in html
    return re.search(r'value="[^"]*(/agenda/[\w-]{22}\.ics)"', html)[1]


async def test_the_address_is_shown_once_and_opens_without_an_account(house):
    await house.services.db.write(
        lambda db: actions.create(
            db, house.partnership.id, "", "Les maken", account_id=house.account.id, due=dt.date(2026, 5, 1)
        )
    )
    path = await opened(house)
    assert path not in await house.get("/agenda")
    house.client.cookies.clear()
    answer = await house.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "SUMMARY:Les maken" in answer.text
    assert "BEGIN:VEVENT" in answer.text
    assert "Samira" not in answer.text
    assert "BEGIN:VTODO" in (await house.client.get(f"{path}?als=taken")).text


async def test_what_has_not_changed_is_not_sent_again(house):
    path = await opened(house)
    first = await house.client.get(path)
    assert first.headers["cache-control"] == "private, max-age=900"
    again = await house.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")


async def test_an_old_address_is_as_unknown_as_one_that_never_was(house):
    old = await opened(house)
    await opened(house)
    answers = [await house.client.get(path) for path in (old, f"/agenda/{'a' * 22}.ics")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    await house.post("/agenda/einde")
    assert "Er is nog geen adres" in await house.get("/agenda")


async def test_who_made_an_address_is_in_the_log_of_deeds_and_the_address_is_not(house):
    path = await opened(house)
    async with house.services.db.read() as db:
        (deed,) = await db.scalars(select(Deed).where(Deed.partnership_id == house.partnership.id))
    assert (deed.account_id, deed.what) == (house.account.id, What.CALENDAR_MADE)
    assert path[8:30] not in f"{deed.what}{deed.particulars}{deed.about}"


async def test_nothing_is_logged_of_who_fetches_it(house):
    path = await opened(house)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(server.DiscreetFormatter())
    logging.getLogger("workshop").addHandler(handler)
    logging.getLogger("uvicorn").addHandler(handler)
    await house.client.get(path)
    await house.client.get(f"/agenda/{'b' * 22}.ics")
    for name in ("workshop", "uvicorn"):
        logging.getLogger(name).removeHandler(handler)
    assert written.getvalue() == ""


async def test_a_lezer_reads_that_there_is_an_address_and_makes_none(house):
    await as_(house, roles.LEZER)
    html = await house.get("/agenda")
    assert "Een begeleider of coördinator kan er een maken" in html
    await house.post("/agenda", 403)
