"""What has a form is found in every language of the phones, and what only looks like it is left alone."""

from collections import Counter

import pytest

from bench import hands
from workshop import languages
from workshop.safety.screening import Judgement, abroad, screen
from workshop.safety.screening.reading import read

CARDS = hands.forms()


def found(text, language="nl"):
    return {(finding.category, finding.words) for finding in screen(text, Judgement(language))}


def test_forms_are_found_in_every_language_and_look_alikes_are_not(capsys):
    assert hands.report_forms(CARDS) == []
    written = Counter(card.language for card in CARDS)
    assert set(written) == set(languages.LANGUAGES)
    assert min(written.values()) >= 35


def test_rules_that_find_nothing_or_everything_miss_their_goals(monkeypatch, capsys):
    for text in ("", "mijn naam is Kevin, 06 12345678, a@b.nl, bsn 703082462"):
        monkeypatch.setattr(hands, "screen", lambda _, __, text=text: screen(text))
        assert len(hands.report_forms(CARDS)) >= len(languages.LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "ask kwame about it", "kwame"),
        ("en", "it was Zebedee Someone", None),
        ("pl", "widziałam to u Kacpra", "Kacpra"),
        ("pl", "to był Iksander Malinowski", "Iksander Malinowski"),
        ("tr", "Zehra'nın fikri", "Zehra'nın"),
        ("uk", "дякую Ользі", "Ользі"),
        ("ar", "قال لمحمد كل شي", "لمحمد"),
        ("nl", "dat weet Оксана wel", "Оксана"),
        ("nl", "vraag het aan محمود", "محمود"),
        ("pl", "ale mają rację", None),
        ("uk", "є надія і віра", None),
        ("ar", "كان عمري ١٥ والحياة جميلة", None),
        ("en", "hope and grace in April", None),
    ],
)
def test_a_name_is_found_with_its_endings_and_a_word_is_none(language, text, name):
    assert [text[start:end] for start, end in abroad.names(read(text), language)] == ([name] if name else [])


@pytest.mark.parametrize(
    "text",
    [
        "+44 7911 123456", "0044 7911 123456", "plus 49 151 2345 6789", "+٩٠ ٥٣٢ ١١١ ٢٢ ٣٣",
        "۰۶۱۲۳۴۵۶۷۸", "06 en dan 12 34 56 78", "tel. 22 555 01 23", "numer 601-234-567",
        "oh six one two three four five six seven eight",
        "нуль шість один два три чотири п'ять шість сім вісім",
    ],
)  # fmt: skip
def test_a_number_to_call_is_found_however_it_is_written(text):
    assert {category for category, _ in found(text)} == {"telefoon"}


@pytest.mark.parametrize(
    "text",
    [
        "in 2024 en 2025 en 2026", "van 08.30 en dan 10.15 uur", "€ 100 200 300", "order 123 456 789",
        "كنا ١٢٠٠ شخص في ٢٠٢٤", "3-2 en 21-19 en 15-12",
    ],
)  # fmt: skip
def test_a_year_a_time_a_score_or_an_amount_is_no_number_to_call(text):
    assert found(text) == set()


def test_a_number_that_is_called_a_bsn_is_one_whatever_its_digits():
    assert {category for category, _ in found("mijn bsn is 999991837")} == {"bsn"}
    assert found("nummer van de zaak 999991837") == set()
