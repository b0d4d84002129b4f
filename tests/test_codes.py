"""Identifiers and codes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop import codes


def test_an_id_is_random_and_tells_no_time():
    assert {codes.new_id().version for _ in range(20)} == {4}


def test_a_token_has_128_bits_and_fits_an_address():
    tokens = {codes.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens)


def test_what_is_kept_of_a_token_is_not_the_token():
    token = codes.new_token()
    assert token not in codes.token_hash(token)
    assert codes.token_hash(token) == codes.token_hash(token)
    assert len(codes.token_hash(token)) == 64


def test_a_code_has_eight_digits_also_when_it_starts_with_noughts():
    assert all(re.fullmatch(r"[0-9]{8}", codes.new_code()) for _ in range(1000))


MEANT = {
    "as it is": "42791503",
    "in halves": "4279 1503",
    "with a dash": " 4279-1503 ",
    "with a dot": "4279.1503",
    "digit by digit": "4 2 7 9 1 5 0 3",
    "Arabic": "٤٢٧٩١٥٠٣",
    "Persian": "۴۲۷۹ ۱۵۰۳",
    "full width": "４２７９　１５０３",
    "Tamil": "௪௨௭௯௧௫௦௩",
    "an en dash": "4279–1503",
    "a long dash": "4279—1503",
    "a minus": "4279−1503",
    "a dash that does not break": "4279\u20111503",
    "a space that does not break": "4279\u00a01503",
    "a thin space": "4279\u202f1503",
    "marks of direction": "\u200f\u206842791503\u2069\u200e",
    "an invisible space": "\ufeff4279\u200b1503",
    "a soft hyphen": "4279\u00ad1503",
    "with what was copied around it": "(4279, 1503)",
    "much around it": "\u200f" * 60 + "42791503",
}


@pytest.mark.parametrize("typed", MEANT.values(), ids=MEANT)
def test_a_code_may_be_typed_as_people_read_it(typed):
    assert codes.typed_code(typed) == "42791503"


NO_CODES = ["", "4279150", "427915033", "4279150a", "4279150²", "٤٢٧٩١٥٠", "0" * 10_000]


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_code_gets_a_sentence(typed):
    with pytest.raises(ValueError, match="Een code heeft 8 cijfers"):
        codes.typed_code(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_a_sentence(typed):
    try:
        assert re.fullmatch(r"[0-9]{8}", codes.typed_code(typed))
    except ValueError as error:
        assert "8 cijfers" in str(error)


def test_a_code_is_spoken_in_two_halves_that_can_be_typed_again():
    code = codes.new_code()
    assert re.fullmatch(r"\d{4} \d{4}", codes.spoken_code(code))
    assert codes.typed_code(codes.spoken_code(code)) == code
