"""Text that people type."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop.text import clean, plural, tidy

UNSEEN = set("\0\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x1b\x7f")


@given(st.text(max_size=300), st.booleans())
@example("e\u200b\u0301", False)
@example("\u1100\u200b\u1161", True)
@example("a \u200b b", True)
@example("\u200b \u200b", False)
@example("a\n \n\n b", True)
def test_tidy_leaves_nothing_unseen_and_changes_nothing_twice(text, lines):
    tidied = tidy(text, lines=lines)
    assert not UNSEEN & set(tidied)
    assert unicodedata.is_normalized("NFC", tidied)
    assert tidy(tidied, lines=lines) == tidied


@given(st.text(max_size=300), st.integers(1, 140))
def test_clean_gives_text_within_the_limit_or_a_sentence(text, limit):
    try:
        cleaned = clean(text, limit)
    except ValueError as error:
        assert str(error) == "Je hebt nog niets geschreven." or "korter" in str(error)
    else:
        assert 1 <= len(cleaned) <= limit
        assert "\n" not in cleaned
        assert clean(cleaned, limit) == cleaned


@given(st.lists(st.sampled_from("a\u0301\u0300\u0323\u034f\u20dd\u0489"), max_size=60))
def test_no_letter_carries_a_pile_of_accents(letters):
    row = 0
    for character in tidy("x" + "".join(letters)):
        row = row + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert row <= 3


def test_a_card_cannot_turn_the_text_around_it():
    assert clean("veilig\u202egielnO\u202c", 140) == "veiliggielnO"


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200e", "\n\n"])
def test_nothing_is_nothing_however_it_is_written(text):
    with pytest.raises(ValueError, match="nog niets geschreven"):
        clean(text, 140)


def test_too_long_says_by_how_much():
    with pytest.raises(ValueError, match="Maak het 2 tekens korter"):
        clean("a" * 12, 10)


def test_a_text_of_a_megabyte_is_refused_and_not_worked_through():
    with pytest.raises(ValueError, match="korter"):
        clean("a" * 1_000_000, 140)


def test_lines_stay_lines_where_they_are_asked_for():
    assert tidy("een\r\n\r\n\r\n\r\ntwee  drie", lines=True) == "een\n\ntwee drie"
    assert tidy("een\r\ntwee") == "een twee"


def test_emoji_and_other_scripts_stay_whole():
    text = "👩‍👩‍👧 مرحبا Ελλάδα 🇳🇱"
    assert tidy(text) == text


def test_one_and_more():
    assert [plural(n, "kaart", "kaarten") for n in (0, 1, 2)] == ["0 kaarten", "1 kaart", "2 kaarten"]
