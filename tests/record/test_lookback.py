"""What participants may read of their session afterwards: rules, and what is read from the record."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.handover import lookback
from workshop.handover.lookback import LookbackLine
from workshop.models import Lookback
from workshop.record import lookbacks
from workshop.record.lookbacks import DRAFT, OPEN, OVER

PUBLISHED = dt.datetime(2026, 11, 30, 14, 5, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def a_row(**values):
    return Lookback(token="adres", lines=[], notes={}, **values)


def test_nothing_is_open_before_somebody_published():
    assert lookbacks.state(None, PUBLISHED) == DRAFT
    assert lookbacks.state(a_row(), PUBLISHED) == DRAFT


@given(st.sampled_from(sorted(lookback.MONTHS)))
def test_it_is_open_until_its_last_moment_and_not_after(months):
    until = lookback.end_of(PUBLISHED, months)
    row = a_row(published_at=PUBLISHED, until=until)
    assert [lookbacks.state(row, at) for at in (PUBLISHED, until - SECOND, until)] == [OPEN, OPEN, OVER]


def test_a_month_ends_in_a_month_also_when_that_is_shorter():
    assert lookback.end_of(dt.datetime(2026, 1, 31, 9, tzinfo=dt.UTC), 1).date() == dt.date(2026, 2, 28)


@given(st.integers().filter(lambda months: months not in lookback.MONTHS))
def test_no_other_time_can_be_chosen(months):
    with pytest.raises(ValueError, match="Kies hoe lang"):
        lookback.end_of(PUBLISHED, months)


def test_everything_is_ticked_until_somebody_chooses():
    lines = [LookbackLine("a", "decided", "Een"), LookbackLine("b", "decided", "Twee")]
    assert lookback.chosen_ids(None, lines) == ["a", "b"]
    assert lookback.chosen_ids(Lookback(token="x", lines=["b"]), lines) == ["b"]
    assert lookback.chosen_ids(Lookback(token="x", lines=[]), lines) == []
    assert lookback.chosen_ids(Lookback(token=None, lines=[]), lines) == ["a", "b"]


LINES = st.lists(
    st.builds(
        LookbackLine,
        id=st.uuids().map(lambda id: id.hex),
        section=st.sampled_from(list(lookback.TITLES)),
        text=st.text(),
    ),
    max_size=12,
)


@given(LINES)
def test_the_parts_hold_every_line_once_in_the_order_of_the_page(lines):
    parts = lookback.in_sections(lines)
    assert sorted(line.id for part in parts for line in part.lines) == sorted(line.id for line in lines)
    assert all(part.lines for part in parts)
    order = list(lookback.TITLES)
    assert [part.section for part in parts] == sorted((part.section for part in parts), key=order.index)


@given(LINES, st.data())
def test_only_chosen_lines_are_in_the_story(lines, data):
    ids = data.draw(st.sets(st.sampled_from([line.id for line in lines]))) if lines else set()
    row = Lookback(token="x", lines=list(ids), notes={}, intro="", told="")

    class Held:
        title, created_at, holds_back = "Titel", PUBLISHED, False

    told = lookback.story(SimpleNamespace(called=lambda title, young: title), row, Held, lines)
    assert {line.id for part in told.parts for line in part.lines} == ids
    assert told.says_something == bool(ids)


def test_long_sentences_are_named_and_short_ones_are_not():
    long = " ".join(["woord"] * 16)
    assert lookback.long_sentences(f"Dank je wel! {long}. We gaan aan de slag.") == [
        "woord woord woord woord woord woord …"
    ]
    assert lookback.long_sentences("Dank je wel. We doen er iets mee.\nTot later!") == []
    assert lookback.long_sentences("") == []


def test_an_action_counts_as_changed_only_after_the_last_message():
    row = a_row(published_at=PUBLISHED)
    row.lines = ["a", "b", "c"]
    latest = {"a": PUBLISHED + SECOND, "b": PUBLISHED, "elders": PUBLISHED + SECOND}
    assert lookbacks.changed(row, latest) == 1
    row.told_at = PUBLISHED + SECOND
    assert lookbacks.changed(row, latest) == 0
    assert lookbacks.changed(a_row(), latest) == lookbacks.changed(None, latest) == 0
