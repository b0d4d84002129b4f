"""The calendar of a dossier: what stands in it, and what never does."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import both_databases
from tests.record.conftest import a_dossier
from tests.record.test_reminders import parsed
from workshop import calendar
from workshop.calendar import Day, Todo
from workshop.content.library import Library
from workshop.models import Account, Action, Reminder
from workshop.record import agenda
from workshop.settings import ROOT

LIBRARY = Library.load(Path(ROOT) / "sessions")
pytestmark = both_databases

DUE = dt.date(2026, 11, 22)
AT = dt.datetime(2026, 5, 22, 10, 30, tzinfo=dt.UTC)


async def opened(dossier):
    async with dossier.database.read() as db:
        samira = await db.get(Account, dossier.samira)
    return await dossier.database.write(lambda db: agenda.open(db, dossier.id, samira))


async def read(dossier, token):
    async with dossier.database.read() as db:
        return await agenda.read(db, LIBRARY, token)


async def action(dossier, text="Les maken", due=DUE, **values):
    given = {"field": "", "owner": "GGD"} | values
    return await dossier.add(Action(partnership_id=dossier.id, text=text, due=due, **given))


async def entries(dossier, library, **how):
    found = await read(dossier, await opened(dossier))
    return agenda.entries(found, library, "https://kompas.nl", **how)


async def test_a_new_address_opens_and_the_earlier_one_no_more(dossier):
    first = await opened(dossier)
    assert (await read(dossier, first)).partnership.id == dossier.id
    second = await opened(dossier)
    assert first != second
    assert await read(dossier, first) is None
    assert (await read(dossier, second)).partnership.id == dossier.id


async def test_only_the_hash_of_an_address_is_kept(dossier):
    token = await opened(dossier)
    async with dossier.database.read() as db:
        kept = await agenda.of(db, dossier.id)
    assert token not in vars(kept).values()
    assert len(token) >= 22  # 128 bits


async def test_an_address_that_was_taken_away_opens_nothing(dossier):
    token = await opened(dossier)
    async with dossier.database.read() as db:
        samira = await db.get(Account, dossier.samira)
    await dossier.database.write(lambda db: agenda.close(db, dossier.id, samira))
    await dossier.database.write(lambda db: agenda.close(db, dossier.id, samira))
    assert await read(dossier, token) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 22, "%", "é" * 400])
async def test_no_other_address_opens_anything(dossier, token):
    await opened(dossier)
    assert await read(dossier, token) is None


async def test_actions_with_a_date_and_reminders_stand_in_it(dossier, library):
    kept = await action(dossier)
    await action(dossier, "Ooit", due=None)
    await action(dossier, "Toch niet", status="dropped")
    await dossier.add(Reminder(partnership_id=dossier.id, worksheet="0-leren", every_months=6, next_on=DUE))
    found = await entries(dossier, library)
    assert [entry.title for entry in found] == [
        "Les maken",
        f"Terugkijken: {library.worksheet('0-leren').title}",
    ]
    assert found[0].url == f"https://kompas.nl/dossiers/{dossier.id}/acties/{kept.id}"
    assert found[0].text == "Wie: GGD\nStand: nog niet begonnen"


async def test_what_is_done_says_so_and_stays_on_its_day(dossier, library):
    await action(dossier, status="done")
    (found,) = await entries(dossier, library)
    assert (found.title, found.on) == ("Klaar: Les maken", DUE)


async def test_as_things_to_do_actions_have_their_status(dossier, library):
    for status in agenda.STATES:
        await action(dossier, status, status=status)
    found = await entries(dossier, library, as_todos=True)
    assert {entry.title: entry.status for entry in found} == agenda.STATES


async def test_nobody_who_has_an_account_is_named(dossier, library):
    await action(dossier, "samira belt de school", owner="Kevin (GGD)")
    await action(dossier, "Kevins fiets", owner="GGD")
    await dossier.add(
        Reminder(
            partnership_id=dossier.id, worksheet="0-leren", every_months=6, next_on=DUE, note="Met Samira"
        )
    )
    found = await entries(dossier, library)
    assert {(entry.title, entry.text) for entry in found[:2]} == {
        (agenda.NAMELESS, "Stand: nog niet begonnen"),
        ("Kevins fiets", "Wie: GGD\nStand: nog niet begonnen"),
    }
    assert found[2].text == ""


async def test_another_dossiers_actions_are_not_in_it(dossier, library):
    other = await a_dossier(dossier.database)
    await action(other, "Van hen")
    assert await entries(dossier, library) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_stay_within_their_own_line(title, text):
    days = [Day("a@x", DUE, title, text), Todo("b@x", DUE, title, "COMPLETED", text, changed=AT)]
    written = calendar.feed(title, days, AT)
    _, lines = parsed(written)
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "BEGIN:VTODO",
    ]
    assert sum(line.startswith("UID:") for line in lines) == 2


def test_a_feed_is_the_same_file_as_long_as_nothing_changes():
    days = [Day(f"{uuid.UUID(int=1)}@x", DUE, "Les", changed=AT)]
    assert calendar.feed("A", days, AT) == calendar.feed("A", days, AT)
    assert "DTSTAMP:20260522T103000Z" in calendar.feed("A", days, AT + dt.timedelta(1))
