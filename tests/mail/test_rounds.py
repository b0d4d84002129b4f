"""Letters go out in the background, once, with counts and days only; the beheerder hears what went wrong."""

import datetime as dt
import re
from email import message_from_bytes

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.mail.test_sending import Box, serving, to
from tests.people import a_facilitator, a_member, a_partnership, a_session, signed_in
from workshop import days
from workshop.accounts import roles
from workshop.mail import letters, rounds
from workshop.mail.sending import Outcome
from workshop.models import Account, SentLetter, Session
from workshop.record import actions

MORNING = dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC)


@pytest_asyncio.fixture
async def place(services, client, monkeypatch):
    """A dossier with an open action and a session of tomorrow; Samira coordinates, Kevin only reads."""
    monkeypatch.setattr(letters.days, "here", days.here)
    monkeypatch.setattr(rounds, "now", lambda: MORNING)
    samira = await a_facilitator(services, "Samira", manager=True)
    kevin = await a_facilitator(services, "Kevin")
    place = await a_partnership(services, samira, name="Veilig Lindewaard")
    await a_member(services, place, kevin, roles.LEZER)
    sign_in = await signed_in(client, services, samira)
    session = await a_session(services, partnership=place, sign_in=sign_in, opened=False)

    async def fill(db):
        await actions.create(
            db, place.id, "", "Een geheime actie", account_id=samira.id, due=dt.date(2026, 1, 1)
        )
        planned = await db.get(Session, session.id)
        planned.title, planned.starts_at = "Over Noor", MORNING + dt.timedelta(days=1)

    await services.db.write(fill)
    return place


async def rows(services, model):
    async with services.db.read() as db:
        return list(await db.scalars(select(model)))


def said(box):
    return "\n".join(envelope.content.decode() for envelope in box.letters)


async def test_each_letter_goes_once_also_after_a_restart(services, place):
    box = Box()
    with serving(box) as port:
        first = await rounds.deliver(services.db, to(port))
        again = await rounds.deliver(services.db, to(port))
    assert (first, again) == ([Outcome.SENT] * 3, [])
    assert len(box.letters) == 3
    text = said(box)
    for words in ("Open acties: 1, te laat: 1", "Er is een sessie op", "Veilig Lindewaard", "/regie"):
        assert words in text
    for words in ("geheime", "Noor"):
        assert words not in text


async def test_a_letter_that_was_begun_when_the_process_died_is_not_sent_again(services, place):
    async with services.db.read() as db:
        due = await letters.due(db, "https://kompas.example", MORNING)

    async def begin(db):
        for letter in due:
            db.add(SentLetter(account_id=letter.account.id, key=letter.key))

    await services.db.write(begin)
    with serving(box := Box()) as port:
        assert await rounds.deliver(services.db, to(port)) == []
    assert box.letters == []


async def test_nothing_is_sent_without_a_mail_server_at_night_or_to_who_wants_none(services, place):
    assert await rounds.deliver(services.db, services.settings) == []
    async with services.db.read() as db:
        assert await letters.due(db, "", MORNING.replace(hour=4)) == []
        assert {letter.key[:6] for letter in await letters.due(db, "", MORNING.replace(day=20))} == set()

    async def off(db):
        for account in await db.scalars(select(Account)):
            account.wants_mail = False

    await services.db.write(off)
    async with services.db.read() as db:
        assert await letters.due(db, "", MORNING) == []


async def test_a_server_that_lets_nobody_in_ends_the_round_and_is_tried_again(services, place, client):
    with serving(Box()) as port:
        pass
    assert await rounds.deliver(services.db, to(port)) == [Outcome.AWAY]
    page = (await client.get("/beheer/mail")).text
    assert "De mailserver geeft geen antwoord" in page
    with serving(box := Box()) as port:
        assert await rounds.deliver(services.db, to(port)) == [Outcome.SENT] * 3
    assert len(box.letters) == 3


async def test_a_letter_that_cannot_go_is_tried_again_for_twenty_hours_and_no_longer(
    services, place, monkeypatch
):
    [kevin] = [one for one in await rows(services, Account) if one.name == "Kevin"]
    with serving(Box(refuses=kevin.email, code=450)) as port:
        tried = []
        for hours in (0, 5, 12, 23, 47):
            at = MORNING + dt.timedelta(hours=hours)
            monkeypatch.setattr(rounds, "now", lambda at=at: at)
            tried.append((await rounds.deliver(services.db, to(port))).count(Outcome.LATER))
    assert tried == [1, 1, 1, 0, 0]


async def test_a_refused_address_is_told_to_the_beheerder_and_not_tried_again(services, place, client):
    [kevin] = [one for one in await rows(services, Account) if one.name == "Kevin"]
    with serving(box := Box(refuses=kevin.email)) as port:
        assert sorted(await rounds.deliver(services.db, to(port))) == [Outcome.REFUSED] + [Outcome.SENT] * 2
        assert await rounds.deliver(services.db, to(port)) == []
    assert len(box.letters) == 2
    page = (await client.get("/beheer/mail")).text
    assert kevin.email in page
    assert Outcome.REFUSED.sentence in page


async def test_a_reader_stops_letters_in_one_press_without_signing_in(services, place, app, client):
    with serving(box := Box()) as port:
        await rounds.deliver(services.db, to(port))
    stop = message_from_bytes(box.letters[0].content)["List-Unsubscribe"]
    address = re.fullmatch(r"<https://kompas.example(/geen-mail/[\w-]+)>", stop)[1]
    client.cookies.clear()
    assert "Geen mail meer?" in (await client.get(address)).text
    assert all(account.wants_mail for account in await rows(services, Account))
    for _ in range(2):
        answer = await client.post(
            address, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
        )
        assert "Je krijgt geen mail meer" in answer.text
    assert sum(account.wants_mail for account in await rows(services, Account)) == 1
    assert (await client.post("/geen-mail/onbekend")).status_code == 404


async def test_an_account_chooses_for_itself_and_only_a_beheerder_reads_what_went_wrong(
    services, place, client
):
    for choice, wants in (("uit", False), ("aan", True)):
        await client.post("/account/mail", data={"mail": choice})
        [samira] = [one for one in await rows(services, Account) if one.name == "Samira"]
        assert samira.wants_mail is wants
    [kevin] = [one for one in await rows(services, Account) if one.name == "Kevin"]
    await signed_in(client, services, kevin)
    assert (await client.get("/beheer/mail")).status_code == 403


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_each_way_of_closing_the_connection_is_a_setting(security):
    assert msgspec.convert({"smtp_security": security}, type(to(1)), strict=False).smtp_security == security
