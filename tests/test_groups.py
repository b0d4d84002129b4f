"""Which groups may be told apart: pure, and the same rule for cards, marks and the record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import groups


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


@given(st.dictionaries(st.sampled_from(["", *groups.GROUPS]), st.integers(0, 12)), st.integers(5, 8))
def test_nobody_stands_in_a_crowd_that_is_too_small(counts, minimum):
    named = groups.kept(counts, minimum)
    rest = sum(count for group, count in counts.items() if group not in named)
    assert all(counts[group] >= minimum for group in named)
    assert not named or rest == 0 or rest >= minimum
    assert "" not in named
