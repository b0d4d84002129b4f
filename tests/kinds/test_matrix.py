"""Matrix: two choices for each card, and silence below the minimum."""

import pytest

from tests.kinds.rooms import form, send
from workshop import kinds
from workshop.kinds import Inputs, KindError, Option, matrix
from workshop.kinds.matrix import drawing

SETTINGS = kinds.settings(matrix, {"options": ["Een spreekuur", "Meer licht", "Posters"]})
NOTHING = Inputs()


def placed(settings=SETTINGS, inputs=NOTHING, version="", **cards):
    """`k1=(5, 2)` is card 1 with effect 5 and feasible 2."""
    given = {}
    for card, (effect, feasible) in cards.items():
        given |= {f"effect__{card[1:]}": effect, f"feasible__{card[1:]}": feasible}
    return send(matrix, settings, form(**given), inputs, version=version)


def room(*phones):
    return [entry for phone in phones for entry in phone]


def test_each_card_that_was_placed_is_an_answer_of_its_own():
    assert [entry.answer.option for entry in placed(k1=(5, 2), k3=(1, 1))] == ["1", "3"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "nog niets gekozen"),
        ({"effect.1": "3"}, "twee keer"),
        ({"effect.1": "6", "feasible.1": "1"}, "twee getallen"),
        ({"effect.9": "2", "feasible.9": "1"}, "niet meer in de lijst"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_a_sentence(given, said):
    with pytest.raises((KindError, ValueError), match=said):
        send(matrix, SETTINGS, {name: [value] for name, value in given.items()}, NOTHING)


def test_a_card_is_told_of_from_five_answers_with_its_place_in_words():
    four = [placed(k1=(5, 5), k2=(5, 1)) for _ in range(4)]
    assert matrix.tally(room(*four), SETTINGS, NOTHING).told == ()
    tally = matrix.tally(room(*four, placed(k1=(4, 5))), SETTINGS, NOTHING)
    [first] = tally.told
    assert (first.option.id, first.place, first.figures) == (
        "1",
        "veel effect, makkelijk te doen",
        ("effect 4,8", "haalbaar 5,0"),
    )
    assert [(card.option.id, card.answers) for card in tally.cards[1:]] == [("2", 4), ("3", 0)]


def test_what_has_effect_and_is_easy_comes_first_and_is_chosen():
    tally = matrix.tally(
        room(*(placed(k1=(5, 2), k2=(4, 4), k3=(1, 5)) for _ in range(5))), SETTINGS, NOTHING
    )
    [result] = matrix.summary(tally, SETTINGS)
    assert [(item.text, item.chosen) for item in result.items] == [
        ("Meer licht", True),
        ("Een spreekuur", False),
        ("Posters", False),
    ]
    assert matrix.offers(tally)[0].text == "Meer licht"


def test_after_a_change_a_card_is_silent_and_the_others_are_told():
    entries = room(*(placed(version=str(phone), k1=(5, 2), k2=(4, 4)) for phone in range(5)))
    seen = {slot: (frozenset(told),) for slot, told in matrix.versions(entries).items()}
    changed = [*entries, *placed(version="6", k1=(1, 1))]
    tally = matrix.tally(changed, SETTINGS, Inputs(disclosed=seen))
    assert [card.option.id for card in tally.told] == ["2"]
    assert tally.kept_quiet


def test_about_the_cards_of_a_group_five_phones_answered_not_five_answers():
    settings = kinds.settings(matrix, {"source": "kaarten"})
    group = Inputs(options=(Option("groep", "Samen", members=("a", "b")),))
    loose = Inputs(options=(Option("a", "A"), Option("b", "B")))
    entries = room(*(placed(settings, loose, ka=(5, 5), kb=(5, 5)) for _ in range(3)))
    assert matrix.tally(entries, settings, group).told == ()


def test_cards_at_one_spot_stand_beside_each_other_inside_the_square():
    settings = kinds.settings(matrix, {"options": [str(number) for number in range(20)]})
    answers = {f"k{number}": (3, 5) for number in range(1, 21)}
    tally = matrix.tally(room(*(placed(settings, **answers) for _ in range(5))), settings, NOTHING)
    spots = drawing.square(tally.cards).spots
    places = {(spot.x, spot.y) for spot in spots}
    assert len(places) == len(spots) == 20
    assert all(0 < spot.x < drawing.SIZE and 0 < spot.y < drawing.SIZE for spot in spots)
