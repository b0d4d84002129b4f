"""When people look back again: one rhythm per worksheet, and a day in their own calendar."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import both_databases
from workshop.calendar import Day, file
from workshop.models import Reminder
from workshop.record import reminders

pytestmark = both_databases

DAY = dt.date(2026, 11, 22)
MADE = dt.datetime(2026, 5, 22, 10, 30, tzinfo=dt.UTC)


async def agree(dossier, library, id="0-leren", months=6, day=DAY, note=""):
    return await dossier.database.write(
        lambda db: reminders.agree(
            db, dossier.id, library.worksheet(id), months, day, note, account_id=dossier.samira
        )
    )


async def listed(dossier):
    async with dossier.database.read() as db:
        return [(r.worksheet, r.every_months, r.next_on, r.note) for r in await reminders.of(db, dossier.id)]


async def test_the_first_to_come_stands_first(dossier, library):
    await agree(dossier, library, "4-leren", 12, DAY)
    await agree(dossier, library, "0-leren", 6, DAY - dt.timedelta(days=1))
    assert [row[0] for row in await listed(dossier)] == ["0-leren", "4-leren"]


async def test_agreed_again_it_takes_the_place_of_the_earlier_one(dossier, library):
    first = await agree(dossier, library)
    second = await agree(dossier, library, months=12, note="Met het bestuur")
    assert first.id == second.id
    assert await listed(dossier) == [("0-leren", 12, DAY, "Met het bestuur")]


async def test_after_looking_back_the_next_day_is_one_rhythm_later(dossier, library):
    await agree(dossier, library)
    await dossier.database.write(lambda db: reminders.evaluated(db, dossier.id, "0-leren", DAY))
    assert (await listed(dossier))[0][2] == dt.date(2027, 5, 22)
    assert await dossier.database.write(lambda db: reminders.evaluated(db, dossier.id, "2", DAY)) is None


@pytest.mark.parametrize(("months", "note"), [(0, ""), (61, ""), (6, "x" * 301)])
async def test_what_does_not_fit_is_refused_and_changes_nothing(dossier, library, months, note):
    with pytest.raises(ValueError, match=r"terugkijken|korter"):
        await agree(dossier, library, months=months, note=note)
    assert await listed(dossier) == []


async def test_another_dossiers_reminder_is_not_there(dossier, library):
    found = await agree(dossier, library)
    async with dossier.database.read() as db:
        with pytest.raises(LookupError):
            await reminders.one(db, uuid.uuid4(), found.id)


def test_late_is_after_the_day():
    assert reminders.is_due(Reminder(next_on=DAY), DAY + dt.timedelta(days=1))
    assert not reminders.is_due(Reminder(next_on=DAY), DAY)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(1, 60))
def test_so_many_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    after = reminders.later(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (after.day < day.day and (after + dt.timedelta(days=1)).day == 1)


def test_a_rhythm_is_said_in_words():
    assert [reminders.rhythm(n) for n in (6, 12, 5)] == ["elk half jaar", "elk jaar", "elke 5 maanden"]


# --- the calendar file ----------------------------------------------------------------------------


def parsed(text):
    """The properties of an .ics file, as a calendar program reads them."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")[:-1]
    assert all(len(line.encode()) <= 75 for line in lines)
    whole: list[str] = []
    for line in lines:
        if line.startswith(" "):
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return dict(line.split(":", 1) for line in whole if not line.startswith(("BEGIN", "END"))), whole


def plain(value):
    """A text value without its backslashes."""
    letters = iter(value)
    return "".join({"n": "\n"}.get(c := next(letters), c) if each == "\\" else each for each in letters)


def test_a_day_is_a_whole_day_event():
    found, lines = parsed(file(Day("x@kompas-live", DAY, "Terugkijken", url="https://x.nl/a"), MADE))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert found["DTSTART;VALUE=DATE"] == "20261122"
    assert found["DTEND;VALUE=DATE"] == "20261123"
    assert found["DTSTAMP"] == "20260522T103000Z"
    assert found["UID"] == "x@kompas-live"
    assert found["VERSION"] == "2.0"
    assert "DESCRIPTION" not in found


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=200)
)
def test_any_text_comes_out_as_it_went_in(text):
    found, _ = parsed(file(Day("x", DAY, "t", text=f"x{text}"), MADE))
    assert plain(found["DESCRIPTION"]) == f"x{text}"


def test_no_text_can_add_a_property_of_its_own():
    found, _ = parsed(file(Day("x", DAY, "a\r\nATTENDEE:mailto:x@y.nl\x00"), MADE))
    assert "ATTENDEE" not in found
    found, _ = parsed(file(Day("x", DAY, "a;b,c\\d\ne"), MADE))
    assert found["SUMMARY"] == "a\\;b\\,c\\\\d\\ne"


def test_a_long_line_goes_on_at_the_next_without_cutting_a_letter():
    found, _ = parsed(file(Day("x", DAY, "é" * 100), MADE))
    assert found["SUMMARY"] == "é" * 100
