"""Somebody who subtracts one view of the marks from another, for rooms of 1 to 20, learns no mark.

The views are those of the page with marks and the page of a theme: counts, mean, lowest, highest, spread and
bars of the whole, and means of groups. They are made by the same way as in the house: the kind's tally and
summary, the row of the record, and the pure functions that both pages draw.
"""

import datetime as dt
import itertools
import random
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import kinds
from workshop.groups import kept
from workshop.kinds import Entry, Inputs, marks
from workshop.models import ThemeMarks
from workshop.record import chart
from workshop.record import marks as record
from workshop.session_groups import GROUPS

MINIMUM, BREAKDOWN = 5, 10
SETTINGS = kinds.settings(marks, {"themes": [{"id": "relatie", "label": "Relatie"}], "higher": False})
INPUTS = Inputs(marks_minimum=MINIMUM, group_minimum=MINIMUM, breakdown_minimum=BREAKDOWN)
people = st.lists(
    st.tuples(st.one_of(st.integers(1, 10), st.just("weet-niet")), st.sampled_from([None, *GROUPS])),
    min_size=1,
    max_size=20,
)


def room(given):
    """The entries of a session, one for each (mark, group)."""
    return [
        Entry(str(place), marks.Answer("relatie", mark), group=group)
        for place, (mark, group) in enumerate(given)
    ]


def row(given):
    """What the record keeps of a room; what is not kept is as if counted on paper, to try that way too."""
    tally = marks.tally(room(given), SETTINGS, INPUTS)
    (result,) = marks.summary(tally, SETTINGS)
    numbers = [mark for mark, _ in given if mark != "weet-niet"]
    counts, groups = [numbers.count(mark) for mark in range(1, 11)], {}
    if result.items:
        counts, groups = list(result.items[0].counts), result.items[0].groups
    return ThemeMarks(
        session_id=uuid.UUID(int=1),
        field="0-leren.cijfers",
        theme="relatie",
        label="Relatie",
        position=0,
        counts=counts,
        groups={group: list(own) for group, own in groups.items()},
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )


def views(given):
    """Everything that the pages offer of this room, as an attacker writes it down."""
    stored = row(given)
    (theme,) = record.through_time([stored], MINIMUM)
    (moment,) = theme.moments
    contrasts = record.contrasts([stored], MINIMUM, BREAKDOWN)
    drawn = chart.draw(theme.moments), chart.draw_wide(theme.moments)
    bars = chart.strip(moment.counts, moment.mean, max(moment.counts)) if moment.mean is not None else None
    earlier = record.as_earlier(stored)
    return moment, theme.change, drawn, bars, contrasts, (earlier.mean, earlier.low, earlier.high)


def crowds(given):
    """The sets of people that a published figure is about: the whole, and each group that is shown."""
    gave = [place for place, (mark, _) in enumerate(given) if mark != "weet-niet"]
    moment, _, _, _, contrasts, _ = views(given)
    found = [frozenset(gave)] if moment.mean is not None else []
    shown = {group for contrast in contrasts for group in contrast.means}
    for group in shown:
        found.append(frozenset(place for place in gave if _shown_with(given[place][1], shown) == group))
    return found


def subtracted(sets):
    """Every set of people whose marks can be computed by adding and subtracting what is shown."""
    cells = {}
    for person in set().union(*sets) if sets else ():
        cells.setdefault(tuple(person in crowd for crowd in sets), set()).add(person)
    return list(cells.values())


@given(people)
def test_no_figure_and_no_difference_of_figures_is_about_fewer_than_five_people(given):
    assert all(len(crowd) >= MINIMUM for crowd in subtracted(crowds(given)))


@given(people, st.randoms(use_true_random=False))
def test_people_of_one_crowd_can_trade_marks_and_no_page_shows_it(given, rng):
    """What is shown says nothing about who of a crowd gave which mark."""
    before = views(given)
    for crowd in subtracted(crowds(given)):
        own = sorted(crowd)
        traded = [given[place][0] for place in own]
        rng.shuffle(traded)
        given = list(given)
        for place, mark in zip(own, traded, strict=True):
            given[place] = (mark, given[place][1])
    assert views(given) == before


@given(people)
def test_below_the_minimum_there_is_a_count_and_any_marks_look_the_same(given):
    numbers = [mark for mark, _ in given if mark != "weet-niet"]
    if len(numbers) < MINIMUM:
        other = [(mark if mark == "weet-niet" else 11 - mark, group) for mark, group in given]
        assert views(other) == views(given)
        assert views(given)[0].marks == len(numbers)


@pytest.mark.parametrize("size", range(1, 21))
def test_a_script_that_tries_every_view_of_a_growing_room_finds_nobody(size):
    """For each person: is there another room, with another mark for that person, that looks the same?"""
    rng = random.Random(size)
    for _ in range(6):
        given = [(rng.randint(1, 10), rng.choice([None, *GROUPS])) for _ in range(size)]
        seen = views(given)
        for person in range(size):
            assert any(
                views(other) == seen for other in _with_another_mark(given, person)
            ) or _all_of_the_crowd_gave_the_same(given, person)


@pytest.mark.parametrize("size", range(1, 20))
def test_one_person_more_in_a_small_group_is_not_seen_apart(size):
    """Rooms with and without one person: the groups beside them are never theirs alone."""
    for group, others in itertools.product(GROUPS, repeat=2):
        given = [(7, others)] * size
        for crowd in subtracted(crowds([*given, (1, group)])):
            assert size not in crowd or len(crowd) >= MINIMUM


def test_the_attack_would_find_somebody_where_a_group_of_one_is_shown():
    """That the test can fail: with a threshold of one it does."""
    assert kept({"jongere": 9, "ouder": 1}, 1) == {"jongere", "ouder"}
    assert sorted(map(len, subtracted([frozenset(range(10)), frozenset(range(9))]))) == [1, 9]


def _shown_with(group, shown):
    """The group under which somebody's mark is shown: their own, or that of the others."""
    return group if group in shown else ""


def _with_another_mark(given, person):
    """The same room in which this person traded marks with somebody, or where any mark would do."""
    mark, group = given[person]
    for other, (theirs, their_group) in enumerate(given):
        if theirs != mark:
            traded = list(given)
            traded[person], traded[other] = (theirs, group), (mark, their_group)
            yield traded
    for value in range(1, 11):
        if value != mark:
            yield [*given[:person], (value, group), *given[person + 1 :]]


def _all_of_the_crowd_gave_the_same(given, person):
    """Five or more people of one mind: the room itself says so."""
    return any(
        person in crowd and len({given[place][0] for place in crowd}) == 1
        for crowd in subtracted(crowds(given))
    )
