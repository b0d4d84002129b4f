"""Leafing through a long list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import paging


@pytest.mark.parametrize(
    ("typed", "page", "skip"),
    [("9" * 4301, 1, 0), ("", 1, 0), ("2", 2, 10), ("3", 3, 20), ("9", 3, 20), ("0", 1, 0), ("-1", 1, 0)],
)
def test_a_page_that_is_not_there_is_the_first_or_the_last(typed, page, skip):
    list_page = paging.at(typed, 25, 10)
    assert (list_page.page, list_page.pages, list_page.skip) == (page, 3, skip)


def test_nothing_is_one_empty_page():
    assert paging.at("7", 0).pages == paging.at("7", 0).page == 1


def test_no_more_pages_than_anybody_leafs_through():
    assert paging.at("900", 10_000, 10, most=50).page == 50


@given(st.text(), st.integers(0, 10_000))
def test_whatever_an_address_says_there_is_a_page(typed, total):
    list_page = paging.at(typed, total)
    assert 1 <= list_page.page <= list_page.pages
    assert list_page.skip <= total
