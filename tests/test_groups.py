"""Which groups may be told apart: pure, and the same rule for cards, marks and the record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import groups
from workshop.groups import by_group
from workshop.session_groups import GROUPS

crowds = st.lists(st.sampled_from([*GROUPS, None]), max_size=60)


@pytest.mark.parametrize(
    ("counts", "kept"),
    [
        ({}, set()),
        ({"jongere": 4}, set()),
        ({"jongere": 5}, {"jongere"}),
        ({"jongere": 5, "ouder": 5}, {"jongere", "ouder"}),
        ({"jongere": 9, "ouder": 4}, set()),
        ({"jongere": 9, "": 1}, set()),
        ({"jongere": 9, "": 5}, {"jongere"}),
        ({"jongere": 9, "ouder": 2, "beleid": 3}, {"jongere"}),
        ({"": 30}, set()),
        ({"jongere": 20, "ouder": 6, "uitvoering": 1}, {"jongere"}),  # the ouders hide the one
        ({"jongere": 6, "ouder": 5, "uitvoering": 4, "beleid": 3}, {"jongere", "ouder"}),
    ],
)
def test_labels_stay_only_where_those_without_one_are_many_or_none(counts, kept):
    assert groups.kept(counts, 5) == kept


@given(st.dictionaries(st.sampled_from(["", *GROUPS]), st.integers(0, 12)), st.integers(5, 8))
def test_nobody_stands_in_a_crowd_that_is_too_small(counts, minimum):
    named = groups.kept(counts, minimum)
    rest = sum(count for group, count in counts.items() if group not in named)
    assert all(counts[group] >= minimum for group in named)
    assert not named or rest == 0 or rest >= minimum
    assert "" not in named


def test_two_large_groups_may_be_told_apart():
    assert by_group(["jongere"] * 6 + [None] * 5, 5, 10) == {"": 5, "jongere": 6}


def test_one_group_alone_is_no_breakdown():
    assert by_group(["jongere"] * 20, 5, 10) == {}


def test_a_group_that_is_too_small_silences_all():
    assert by_group(["jongere"] * 20 + ["ouder"] * 5 + ["beleid"], 5, 10) == {}


@given(crowds, st.integers(5, 8), st.integers(10, 20))
def test_nothing_can_be_computed_that_is_not_told(given, group_minimum, whole):
    told = by_group(given, group_minimum, whole)
    assert told == {} or (
        sum(told.values()) == len(given) >= whole and len(told) > 1 and min(told.values()) >= group_minimum
    )
