from hypothesis import given
from hypothesis import strategies as st

from workshop.groups import GROUPS, by_group

groups = st.lists(st.sampled_from([*GROUPS, None]), max_size=60)


def test_two_large_groups_may_be_told_apart():
    assert by_group(["jongere"] * 6 + [None] * 5, 5, 10) == {"": 5, "jongere": 6}


def test_one_group_alone_is_no_breakdown():
    assert by_group(["jongere"] * 20, 5, 10) == {}


def test_a_group_that_is_too_small_silences_all():
    assert by_group(["jongere"] * 20 + ["ouder"] * 5 + ["beleid"], 5, 10) == {}


@given(groups, st.integers(5, 8), st.integers(10, 20))
def test_nothing_can_be_computed_that_is_not_told(given, group_minimum, whole):
    told = by_group(given, group_minimum, whole)
    assert told == {} or (
        sum(told.values()) == len(given) >= whole and len(told) > 1 and min(told.values()) >= group_minimum
    )
