"""The cards that independent hands wrote for the screening of six languages: one file each, none of which saw
another. What training may not see is a matter of files, so no text may stand in two of them."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from workshop import languages
from workshop.safety.screening import Category

HANDS = sorted((Path(__file__).parent / "hands").glob("hand-*.toml"))
ABOUT = {"school", "straat", "online", "sport", "thuis", "uitgaan", "werk"}
LONGEST = 140


def cards(file):
    return tomllib.loads(file.read_text())["cards"]


@pytest.mark.parametrize("file", HANDS, ids=lambda file: file.stem)
def test_a_hand_wrote_as_much_in_every_language_of_the_phones(file):
    told = cards(file)
    for card in told:
        assert card.keys() == {"language", "about", "categories", "text"}
        assert card["about"] in ABOUT
        assert set(card["categories"]) <= set(get_args(Category))
        assert 0 < len(card["text"].strip()) <= LONGEST
    assert set(Counter(card["language"] for card in told).values()) == {len(told) // 6}
    assert {card["language"] for card in told} == set(languages.LANGUAGES)


def test_no_text_stands_in_two_hands():
    texts = Counter(card["text"].strip().casefold() for file in HANDS for card in cards(file))
    assert len(texts) >= 3000
    assert [text for text, count in texts.items() if count > 1] == []
