"""A text that is hard to read is refused with what to write instead; one that is easy passes."""

import re

import pytest

from workshop.content import readability
from workshop.content.readability import (
    ROOM,
    TOLD,
    YOUNG,
    ease,
    is_passive,
    lists,
    problems,
    problems_together,
    syllables,
)
from workshop.settings import ROOT

OFFICE = (
    "Middels participatie van stakeholders dient de gemeentelijke beleidsontwikkeling te worden "
    "gerealiseerd, teneinde preventieve interventies structureel te kunnen implementeren."
)
PLAIN = "Hoe gaat het met jongeren hier? Schrijf één ding per kaart. Noem geen namen."


@pytest.mark.parametrize("level", [TOLD, ROOM, YOUNG])
def test_plain_words_pass_at_every_level(level):
    assert list(problems(PLAIN, level)) == []
    assert list(problems_together([PLAIN] * 10, level)) == []


@pytest.mark.parametrize("level", [TOLD, ROOM, YOUNG])
def test_the_language_of_an_office_is_refused_at_every_level(level):
    assert list(problems(OFFICE, level))
    assert list(problems_together([OFFICE] * 10, level))


@pytest.mark.parametrize(
    ("text", "level", "problem"),
    [
        ("Doe mee middels een kaart.", TOLD, "'middels' leest moeilijk. Schrijf: met of door."),
        ("Je dient te kiezen.", TOLD, "'dient te' leest moeilijk. Schrijf: moet."),
        (
            "Wij faciliteerden dit.",
            TOLD,
            "'faciliteerden' leest moeilijk. Schrijf: helpen of mogelijk maken.",
        ),
        ("Neem iets mee, bijv. een pen.", TOLD, "'bijv.' leest moeilijk. Schrijf: bijvoorbeeld."),
        ("Geef ons feedback.", ROOM, "'feedback' leest moeilijk. Schrijf: wat je ervan vindt."),
        (
            "Noem de verantwoordelijke.",
            TOLD,
            "'verantwoordelijke' is een lang woord. Kies een korter woord, "
            "of zet het met de reden in workshop/content/readability.toml bij terms.",
        ),
        (
            "Wie van ons gaat er nu als eerste naar de jeugd hier toe?",
            ROOM,
            "een zin van 13 woorden, meer dan 12: Wie van ons gaat er nu als eerste naar de jeugd hier toe? "
            "Maak er twee zinnen van.",
        ),
    ],
)
def test_a_hard_text_is_refused_with_what_to_write_instead(text, level, problem):
    assert list(problems(text, level)) == [problem]


def test_professionals_may_read_english_that_phones_may_not():
    assert list(problems("Geef ons feedback.", TOLD)) == []


def test_a_word_is_found_as_a_whole_only():
    assert list(problems("De middelste schoolklas heeft een datahond.", YOUNG)) == []


def test_a_long_text_of_hard_words_is_refused_by_itself():
    text = "Onderwijs en jeugdhulp ontwikkelen tezamen preventieve ondersteuning voor jongeren. " * 2

    (problem, *_) = [one for one in problems(text, TOLD) if one.startswith("leesgemak")]

    assert problem.endswith("Gebruik kortere woorden en zinnen.")


def test_texts_that_are_hard_together_are_refused_with_the_hardest_sentence():
    hard = "Ontwikkel preventieve ondersteuning."

    (problem,) = problems_together([PLAIN, *[hard] * 20], TOLD)

    assert problem.startswith("leesgemak ")
    assert problem.endswith(
        f"van alle zinnen samen, minstens 60. Gebruik kortere woorden en zinnen. De moeilijkste: {hard}"
    )


def test_nobody_does_it_is_refused_in_the_room_and_counted_elsewhere():
    passive = "De kaarten worden bewaard."

    (problem,) = problems_together([passive], ROOM)
    assert problem == (f"1 keer staat er niet wie iets doet, hooguit 0 keer. Schrijf wie het doet: {passive}")
    assert list(problems_together([passive, *[PLAIN] * 7], TOLD)) == []
    assert list(problems_together([passive, passive, *[PLAIN] * 6], TOLD))


@pytest.mark.parametrize(
    ("sentence", "passive"),
    [
        ("Waar wordt besloten?", True),
        ("Er is veel dat al werd gedaan door partners die zijn betrokken.", True),
        ("Welke afspraken worden nagekomen en bijgehouden?", True),
        ("Wat moet er anders voor jongeren hier?", False),
        ("Zo worden gezinnen bewust van het geweld.", False),
        ("Wij besluiten dat samen.", False),
    ],
)
def test_a_passive_is_known_by_its_words(sentence, passive):
    assert is_passive(sentence) is passive


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("ik", 1),
        ("kaart", 1),
        ("jongeren", 3),
        ("begeleider", 4),
        ("seksualiteit", 5),
        ("ideeën", 3),
        ("hmm", 1),
    ],
)
def test_syllables_are_groups_of_vowels(word, count):
    assert syllables(word) == count


def test_ease_is_the_formula_of_flesch_and_douma():
    # Seven words, one sentence, eight syllables.
    assert ease(["Hoe gaat het met jou en mijzelf?"]) == pytest.approx(206.84 - 77 * 8 / 7 - 0.93 * 7)


def test_every_word_to_avoid_is_refused_and_its_plain_word_passes():
    for hard, plain in (lists().avoid | lists().short | lists().english).items():
        told = next(iter(problems(hard.rstrip("*"), YOUNG)), "")
        assert plain in told or readability.is_term(hard.rstrip("*")), hard
        assert "leest moeilijk" not in " ".join(problems(plain, YOUNG)), plain


def test_every_term_that_may_stay_has_a_reason_and_is_written_somewhere():
    files = [*ROOT.glob("sessions/*.toml"), *ROOT.glob("templates/**/*.html"), *ROOT.glob("docs/*.md")]
    content = " ".join(file.read_text() for file in files)
    for term, reason in lists().terms.items():
        assert reason
        assert re.search(rf"\b{term.rstrip('*')}", content, re.IGNORECASE), term
