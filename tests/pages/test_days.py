"""Odd dates, and what a page, a document and a machine say at half past midnight."""

import datetime as dt
import io
import uuid
import zipfile

import icalendar
import openpyxl
import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.pages.test_agenda import opened
from tests.pages.test_record import a, a_house
from tests.people import a_participant, a_session, activity, conduct, signed_in
from workshop.accounts import keys
from workshop.handover import lookback
from workshop.log.what import What
from workshop.models import Action, Contribution, Deed, Erasure, Membership, Reminder

ODD = ["0026-12-12", "9999-12-31"]
MIDNIGHT = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
"""Half past midnight of 2 July here."""
FAR = "Kies een jaar van 2000 tot en met 2099"


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


async def an_action(house, due, wording="Les maken"):
    """As an older version of the app stored it."""
    row = Action(
        partnership_id=house.partnership.id,
        field="0-leren.acties",
        text=wording,
        due=dt.date.fromisoformat(due),
    )
    return await house.store(row)


async def a_reminder(house, next_on, worksheet="0-leren"):
    row = Reminder(
        partnership_id=house.partnership.id,
        worksheet=worksheet,
        every_months=12,
        next_on=dt.date.fromisoformat(next_on),
    )
    return await house.store(row)


async def subjects(house, path):
    """The titles in a followed calendar, as a calendar program reads it."""
    answer = await house.client.get(path)
    assert answer.status_code == 200, answer.text
    whole = icalendar.Calendar.from_ical(answer.text)
    return [str(entry["summary"]) for entry in whole.walk() if "summary" in entry]


async def test_an_odd_date_of_before_breaks_nobodys_calendar(house):
    path = await opened(house)
    await an_action(house, "2026-12-12", "Gewoon")
    for odd in ODD:
        await an_action(house, odd, f"In {odd}")
    await a_reminder(house, "9999-12-31")
    await a_reminder(house, "0026-12-12", "4-leren")
    assert await subjects(house, path) == ["Gewoon"]
    assert await subjects(house, f"{path}?als=taken") == ["Gewoon"]


@pytest.mark.parametrize("odd", ODD)
async def test_a_reminder_on_an_odd_day_has_no_file_but_a_sentence(house, odd):
    reminder = await a_reminder(house, odd)
    assert "Spreek een nieuwe dag af" in await house.get(f"/terugkijken/{reminder.id}/agenda.ics", 404)


@pytest.mark.parametrize("odd", ODD)
async def test_pages_and_documents_live_with_an_odd_date_of_before(house, odd):
    action = await an_action(house, odd)
    await a_reminder(house, odd)
    for path in ("", "/acties", f"/acties/{action.id}", "/terugkijken", "/bouwstenen/0-leren"):
        await house.get(path)
    for ending in ("pdf", "docx", "xlsx"):
        answer = await house.client.get(f"{house.home}/document/{ending}")
        assert answer.status_code == 200, ending


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_date_is_refused_wherever_a_day_is_agreed(house, odd):
    action = await house.action()
    refused = [
        await house.post("/acties", 422, text="Les", due=odd),
        await house.post(f"/acties/{action.id}", 422, text="Les", due=odd),
        await house.post("/terugkijken", 422, worksheet="0-leren", every_months=6, next_on=odd),
        await house.edit(a("Les", due=odd, owner="", status="open"), status=422, field="0-leren.acties"),
    ]
    assert all(FAR in html for html in refused)
    paper = {"on": "0026-12-12", "count.relatie.7": "5"}
    assert FAR in await house.post("/cijfers/papier/0-leren.cijfers", 422, **paper)


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_date_is_refused_at_the_desk_and_in_the_review(house, odd):
    ours = await a_session(house.services, "0-leren", partnership=house.partnership, step="acties")
    phone, card_id = await a_participant(house.services, ours), uuid.uuid4()
    form = {"text": ["Bel de GGD"]}
    await house.services.room.contribute(ours.id, phone.id, activity(ours, "acties").id, card_id, form)
    desk = await conduct(house.services, ours)
    with pytest.raises(ValueError, match=FAR):
        await desk.annotate_card(card_id, {"owner": "GGD", "due": odd})
    (card,) = await rows(house, Contribution)
    assert card.notes == {}


async def test_at_half_past_midnight_yesterday_is_over_everywhere(house, clock):
    clock(MIDNIGHT)
    services = house.services
    await house.action(due=dt.date(2026, 7, 1))
    held = await house.session()
    for path in ("", "/acties", "/bouwstenen/0-leren?stap=s3"):
        assert "Te laat" in await house.get(path), path
    assert "2 juli" in await house.get(f"/sessies/{held.id}")
    assert "2 juli 2026" in await house.get("/logboek")
    await house.post("/bouwstenen/0-leren/rondes", over="")
    assert "Ronde van 2 juli 2026" in await house.get("/bouwstenen/0-leren?stap=s3")
    book = await house.client.get(f"{house.home}/document/xlsx")
    assert "2026-07-02.xlsx" in book.headers["content-disposition"]
    sheets = openpyxl.load_workbook(io.BytesIO(book.content))
    told = [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert "Te laat" in told
    found = {value.date() for value in told if isinstance(value, dt.datetime)}
    assert found == {
        dt.date(2026, 7, 1),
        dt.date(2026, 7, 2),
    }  # due, and all else
    (member,) = await rows(house, Membership)
    key = await keys.make(services.db, member, "dashboard")
    api = f"/api/v1/dossiers/{member.partnership_id}/acties"
    seen = await house.client.get(api, headers={"Authorization": f"Bearer {key}"})
    (action,) = seen.json()
    assert (action["due"], action["agreed_on"]) == ("2026-07-01", "2026-07-02")


async def rows(house, table):
    async with house.services.db.read() as db:
        return list(await db.scalars(select(table)))


async def test_the_archive_says_the_day_that_it_is_here(house, clock):
    clock(MIDNIGHT)
    answer = await house.client.post(f"{house.home}/beheer/archief")
    assert "2026-07-02" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        told = "".join(
            file.read(name).decode() for name in file.namelist() if name.endswith((".txt", ".csv"))
        )
    assert "2026-07-02" in told
    assert "2026-07-01" not in told


async def test_a_dossier_that_goes_in_two_weeks_goes_on_that_day_here(house, clock):
    clock(MIDNIGHT)
    await house.post("/beheer/verwijdering", dossier=house.partnership.name)
    (erasure,) = await rows(house, Erasure)
    assert erasure.on == dt.date(2026, 7, 16)


@pytest.mark.parametrize(
    ("published", "months", "until"),
    [
        ("2027-02-27 23:30", 1, "2027-03-27 23:30"),  # half past midnight of the day on which summer begins
        ("2027-01-28 23:30", 6, "2027-07-28 22:30"),
        ("2026-08-30 22:30", 6, "2027-02-27 23:30"),  # of 31 August on the last day of a shorter month
        ("2026-07-01 22:30", 12, "2027-07-01 22:30"),
    ],
)
def test_a_lookback_closes_at_the_hour_at_which_it_opened_here(published, months, until):
    moments = [dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) for text in (published, until)]
    assert lookback.end_of(moments[0], months) == moments[1]


async def test_who_looked_is_noted_once_a_day_here(house, clock):
    for moment in (MIDNIGHT - dt.timedelta(hours=1), MIDNIGHT, MIDNIGHT + dt.timedelta(hours=2)):
        clock(moment)
        await house.get()
    assert [deed.what for deed in await rows(house, Deed)] == [What.DOSSIER_SEEN] * 2


@pytest.mark.parametrize("days", [31, 366])
async def test_a_month_and_a_year_later_the_dossier_opens_and_says_what_is_over(house, clock, days):
    services, began = house.services, dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
    clock(began)
    await house.action(due=dt.date(2026, 12, 10))
    await a_reminder(house, "2026-12-10")
    calendar = await opened(house)
    clock(began + dt.timedelta(days=days))
    assert (await house.client.get(house.home)).status_code == 303  # the sign-in is over, without a crash
    await signed_in(house.client, services, house.account)
    for path in ("", "/acties", "/bouwstenen", "/cijfers", "/sessies", "/logboek", "/leden", "/beheer"):
        assert (await house.client.get(house.home + path)).status_code == 200, path
    assert "Te laat" in await house.get("/acties")
    assert "Te laat" in await house.get()
    assert "29 november 2026" in await house.get("/logboek")
    assert len(await subjects(house, calendar)) == 2
    await house.post("/bouwstenen/0-leren/rondes", over="")
    (reminder,) = await rows(house, Reminder)
    assert reminder.next_on == (began + dt.timedelta(days=days)).date().replace(
        year=(began + dt.timedelta(days=days)).year + 1
    )
