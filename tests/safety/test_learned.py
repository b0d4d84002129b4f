"""What was learned from the hands finds what it promises in every language of the phones, on hands that
nothing was learned from. `python -m bench.screening` prints the figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import hands, learn
from workshop import languages, meaning
from workshop.safety.screening import Judgement, learned, screen

TESTED = [card for file in learn.hands(test=True) for card in learn.cards_of(file)]


def test_the_weights_are_of_the_cards_that_are_here():
    assert learned.model().weights.hands == learn.digest(learn.hands(test=False))


def test_nothing_was_learned_from_the_hands_that_test():
    assert {file.stem for file in learn.hands(test=True)} == set(learn.TEST)
    assert not {file.stem for file in learn.hands(test=False)} & set(learn.TEST)
    assert all(sum(card.language == code for card in TESTED) >= 200 for code in languages.LANGUAGES)


def test_goals_hold_in_every_language(capsys):
    assert hands.report(TESTED, with_meaning=True, tell=False) == []
    assert "look-alikes" in capsys.readouterr().out


def test_a_screening_that_finds_nothing_or_everything_misses_its_goals(monkeypatch, capsys):
    for sorts in ({}, dict.fromkeys(learned.JUDGED, True)):
        found = Judgement(sorts=sorts)
        monkeypatch.setattr(meaning, "judge", lambda texts, with_meaning, found=found: [found] * len(texts))
        assert len(hands.report(TESTED, with_meaning=False, tell=False)) >= 2 * len(languages.LANGUAGES)


@given(st.text(max_size=600))
def test_any_text_is_judged(text):
    judgement = learned.model().judge([text])[0]
    assert set(judgement.sorts) <= set(learned.JUDGED)
    assert judgement.language in languages.LANGUAGES


@pytest.mark.parametrize("text", ["", " ", "\n", "👍", "!!!"])
def test_a_text_without_letters_is_judged_too(text):
    assert learned.model().judge([text])[0].language in languages.LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        "bu yazılanları kim okuyor, sana kim söyledi",
        "not kutusu koyalım, o kutuyu kimse açmaz",
        "Anne babalar için Türkçe broşür olsa çok iyi olur",
        "nauczyciele chyba sami nie wiedzą co robić",
        "good that sir said it happens to boys too",
    ],
)
def test_dutch_names_and_words_are_not_looked_for_where_they_are_other_words(text):
    assert screen(text)
    assert screen(text, learned.model().judge([text])[0]) == ()


def test_a_name_in_another_language_is_found_where_it_has_a_capital():
    text = "bence Mehmet bu işi çok iyi yapıyor"
    assert [finding.category for finding in screen(text, learned.model().judge([text])[0])] == ["naam"]


def test_a_vector_is_made_only_where_what_a_text_means_can_change_the_answer():
    plain = "Trainers willen afspraken maken met hun team"
    telling = "hij bleef aan mij zitten terwijl ik zei dat ik niet wou"
    asked = []

    def encode(some):
        asked.extend(some)
        return np.tile(learned.model().mean, (len(some), 1))

    harmless, told = learned.model().judge([plain, telling, plain], encode)[:2]
    assert asked == [telling]
    assert (harmless.sorts, set(told.sorts)) == ({}, {"ervaring"})


def test_pieces_are_of_the_letters_and_not_of_how_they_are_written():
    assert learned.places_of("ÉÉN grapje") == learned.places_of("een GRAPJE")
    assert len(learned.places_of("x" * 10_000)) < 2000
