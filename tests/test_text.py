"""Text that people type."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workshop.text import clean, plural, quoted, tidy

UNSEEN = set("\0\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x1b\x7f")


@given(st.text(max_size=300), st.booleans())
@example("e\u200b\u0301", False)
@example("\u1100\u200b\u1161", True)
@example("a \u200b b", True)
@example("\u200b \u200b", False)
@example("a\n \n\n b", True)
@example("a\ufe0f\u200d❤", False)
@example("\u0628\u00ad\u200c\u0628", False)
@example("\U0001f3f4\U000e0067\u00ad\U000e007f", False)
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


NOTHING = ["", "   ", "\u200b\u200e", "\n\n", "\u0301\u0301", "\u00a0\u3000", "\x85\v\f\r"]
NOTHING += [
    "\u00ad",
    "\u200d",
    "\u200c",
    "\u2800",
    "\u3164",
    "\uffa0",
    "\u115f",
    "\u034f",
    "\ufe0f",
    "\u180e",
]
NOTHING += ["\U000e0041\U000e007f", "\ufffc", "\U000e0100", "\U0001d173", "\u2062", "\ufeff \u2800\u00ad"]


@pytest.mark.parametrize("text", NOTHING, ids=ascii)
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


WHOLE = """
👩‍👩‍👧 مرحبا Ελλάδα 🇳🇱
👩🏽‍❤️‍💋‍👨🏿 een paar
🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🧑‍⚕️ 🙂‍↔️
1️⃣ #️⃣ ❤︎ ‼️ ☎️ ©️
می‌خواهم کتاب‌های خانه‌ها
۱۴۴۵ه‍ قمری
क्‍ष नहीं র‍্যাব ශ්‍රී ക്‍
葛󠄀飾区 辻󠄁
ᠮᠣᠩᠭᠣᠯ᠋ ᠪᠢᠴᠢᠭ
தமிழ் 中文 한국어 ไทย ខ្មែរ
"""


@pytest.mark.parametrize("text", WHOLE.strip().splitlines())
def test_emoji_and_other_scripts_stay_whole(text):
    assert tidy(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "typed",
    [
        "Lot\u00adte",
        "Lot\u200dte",
        "Lot\u200cte",
        "Lotte\ufe0f",
        "L\u034fotte",
        "Lo\U000e0074tte",
        "Lot\u3164te",
    ],
    ids=ascii,
)
def test_nothing_unseen_stays_inside_a_word(typed):
    assert tidy(typed) == "Lotte"


def test_a_joiner_typed_twice_joins_once():
    assert tidy("می\u200c\u200cخواهم") == "می\u200cخواهم"


BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x1c", "\x1d", "\x1e", "\x1f"]


@pytest.mark.parametrize("between", [*BREAKS, "\t", "\u2800", "\u00a0"], ids=ascii)
def test_words_of_two_lines_never_stick_together(between):
    assert tidy(f"regel een{between}regel twee") == "regel een regel twee"
    told = tidy(f"regel een{between}regel twee", lines=True)
    assert told == ("regel een\nregel twee" if between in BREAKS else "regel een regel twee")


@given(st.lists(st.sampled_from("\u064e\u200c\u200d\u0301\u0650\u0651"), max_size=60))
def test_no_joiner_lets_a_pile_of_accents_through(signs):
    told = tidy("\u0628" + "".join(signs) + "\u0628")
    assert sum(unicodedata.category(character) == "Mn" for character in told) <= 3


def test_one_and_more():
    assert [plural(n, "kaart", "kaarten") for n in (0, 1, 2)] == ["0 kaarten", "1 kaart", "2 kaarten"]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "‘1’"),
        (2, "‘1’ en ‘2’"),
        (5, "‘1’, ‘2’, ‘3’, ‘4’ en ‘5’"),
        (7, "‘1’, ‘2’, ‘3’, ‘4’ en nog 3"),
    ],
)
def test_a_sentence_names_a_few_texts_and_counts_the_rest(count, words):
    assert quoted(str(n) for n in range(1, count + 1)) == words
