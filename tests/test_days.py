"""Which day it is here, and which days anybody can mean."""

import datetime as dt

import pytest

from workshop import days, dutch
from workshop.languages import speaking
from workshop.languages.writing import date, short_date


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-01 21:59", "2026-07-01"),
        ("2026-07-01 22:00", "2026-07-02"),
        ("2026-12-31 22:59", "2026-12-31"),
        ("2026-12-31 23:00", "2027-01-01"),
        ("2027-03-27 23:00", "2027-03-28"),  # the night in which summer time begins
        ("2027-03-28 21:59", "2027-03-28"),
        ("2027-03-28 22:00", "2027-03-29"),
        ("2027-10-30 22:00", "2027-10-31"),  # the night in which it ends
        ("2027-10-31 22:59", "2027-10-31"),
    ],
)
def test_a_day_begins_at_midnight_here(moment, day, clock):
    assert days.day_of(at(moment)) == dt.date.fromisoformat(day)
    clock(at(moment))
    assert days.today() == dt.date.fromisoformat(day)
    assert days.start_of(days.today()) <= at(moment)


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-05-01", 24)])
def test_a_day_is_as_long_as_it_is(day, hours):
    first = dt.date.fromisoformat(day)
    length = days.start_of(first + dt.timedelta(days=1)) - days.start_of(first)
    assert length == dt.timedelta(hours=hours)


def test_a_moment_is_written_as_the_day_that_it_was_here_in_every_language():
    midnight = at("2026-07-01 22:30")
    assert dutch.date(midnight) == "2 juli 2026"
    assert dutch.short_date(midnight) == "2 juli"
    with speaking("en"):
        assert (date(midnight), short_date(midnight)) == ("2 July 2026", "2 July")


def test_a_day_stays_that_day():
    assert days.day_of(dt.date(2026, 7, 1)) == dt.date(2026, 7, 1)


@pytest.mark.parametrize("typed", ["0026-12-12", "9999-12-31", "1999-12-31", "2100-01-01"])
def test_a_year_that_nobody_means_is_refused(typed):
    with pytest.raises(ValueError, match="Kies een jaar van 2000 tot en met 2099"):
        days.typed(typed)
    with pytest.raises(ValueError, match="te ver weg"):
        days.agreed(typed)


@pytest.mark.parametrize("typed", ["", "12-12-26", "morgen", "2026-02-30"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match="Schrijf hem zo: 31-05-2027"):
        days.typed(typed)


def test_a_day_may_be_typed_as_people_write_it():
    assert days.typed(" 31-05-2027 ") == days.typed("2027-05-31") == dt.date(2027, 5, 31)
    assert days.agreed("1-6-2027") == "2027-06-01"


def test_an_agreement_is_a_day_or_says_how_often():
    assert [days.agreed(text) for text in ("2026-12-12", "elke maand", "")] == [
        "2026-12-12",
        "elke maand",
        "",
    ]
