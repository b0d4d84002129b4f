"""The cards that independent hands wrote for the screening of six languages: one file each, none of which saw
another. What training may not see is a matter of files, so no text may stand in two of them."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from bench import learn
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
        assert card.keys() - {"lookalike"} == {"language", "about", "categories", "text"}
        assert not (card.get("lookalike") and card["categories"])
        assert card["about"] in ABOUT
        assert set(card["categories"]) <= set(get_args(Category))
        assert 0 < len(card["text"].strip()) <= LONGEST
    written = Counter(card["language"] for card in told)
    assert set(written) == set(languages.LANGUAGES)
    assert max(written.values()) - min(written.values()) <= 6


def test_no_text_of_a_hand_that_tests_stands_in_another():
    texts = {file.stem: {card["text"].strip().casefold() for card in cards(file)} for file in HANDS}
    assert sum(map(len, texts.values())) >= 10_000
    for test in learn.TEST:
        others = set().union(*(found for name, found in texts.items() if name != test))
        assert texts[test] & others == set()
