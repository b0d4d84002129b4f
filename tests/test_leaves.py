"""Leafing through a long list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import leaves


@pytest.mark.parametrize(
    ("typed", "page", "skip"),
    [("9" * 4301, 1, 0), ("", 1, 0), ("2", 2, 10), ("3", 3, 20), ("9", 3, 20), ("0", 1, 0), ("-1", 1, 0)],
)
def test_a_page_that_is_not_there_is_the_first_or_the_last(typed, page, skip):
    leaf = leaves.at(typed, 25, 10)
    assert (leaf.page, leaf.pages, leaf.skip) == (page, 3, skip)


def test_nothing_is_one_empty_page():
    assert leaves.at("7", 0).pages == leaves.at("7", 0).page == 1


def test_no_more_pages_than_anybody_leafs_through():
    assert leaves.at("900", 10_000, 10, most=50).page == 50


@given(st.text(), st.integers(0, 10_000))
def test_whatever_an_address_says_there_is_a_page(typed, total):
    leaf = leaves.at(typed, total)
    assert 1 <= leaf.page <= leaf.pages
    assert leaf.skip <= total
