"""Dots."""

import pytest

from tests.kinds.rooms import INPUTS, form, send
from workshop import kinds
from workshop.kinds import Inputs, KindError, Option, dots

SETTINGS = kinds.settings(dots, {"source": "kaarten"})


def vote(*options, settings=SETTINGS, inputs=INPUTS, **more):
    return send(dots, settings, form(options=list(options), **more), inputs)[0]


def places(*votes, settings=SETTINGS, inputs=INPUTS):
    return [
        (rank.place, rank.option.id, rank.dots, rank.chosen)
        for rank in dots.tally(votes, settings, inputs).ranks
        if rank.dots
    ]


def test_one_dot_too_many_is_refused():
    with pytest.raises(KindError, match=r"Je hebt 3 stippen. Haal er eerst één weg."):
        vote("k1", "k2", "k3", "k4")


def test_the_same_card_twice_is_one_dot():
    assert vote("k1", "k1", "k2", "k3").answer.options == ("k1", "k2", "k3")


def test_a_card_that_left_the_list_cannot_get_a_dot():
    with pytest.raises(KindError, match="staat niet meer in de lijst"):
        vote("k1", "weg")


def test_no_dots_at_all_is_an_answer_too():
    assert vote().answer.options == ()
    assert dots.tally([vote()], SETTINGS, INPUTS).phones == 0


def test_who_has_as_many_dots_shares_a_place_and_the_next_place_is_skipped():
    found = places(vote("k1", "k2"), vote("k1", "k2"), vote("k3"), vote("k4"))
    assert [(place, count) for place, _, count, _ in found] == [(1, 2), (1, 2), (3, 1), (3, 1)]


def test_below_the_line_nobody_is_chosen_and_a_shared_place_is_not_split():
    votes = (vote("k1", "k2"), vote("k1", "k2"), vote("k3"), vote("k4"), vote("k5"))
    settings = kinds.settings(dots, {"source": "kaarten", "chosen": 2})
    assert [option for _, option, _, chosen in places(*votes, settings=settings) if chosen] == ["k1", "k2"]
    settings = kinds.settings(dots, {"source": "kaarten", "chosen": 3})
    assert len([1 for *_, chosen in places(*votes, settings=settings) if chosen]) == 5


def test_a_dot_on_a_card_that_left_the_list_counts_nowhere():
    votes = [vote("k1", "k2")]
    fewer = Inputs(options=(Option("k1", "Kaart 1"),))
    tally = dots.tally(votes, SETTINGS, fewer)
    assert tally.dots == 1
    assert [rank.option.id for rank in tally.ranks] == ["k1"]


def test_an_own_list_can_be_chosen_from():
    settings = kinds.settings(dots, {"options": ["Eerst dit", "Dan dat"], "dots": 1})
    assert places(vote("2", settings=settings, inputs=Inputs()), settings=settings, inputs=Inputs()) == [
        (1, "2", 1, True)
    ]


def test_the_list_comes_from_exactly_one_place():
    for given in ({}, {"source": "kaarten", "options": ["x"]}):
        with pytest.raises(KindError, match="precies één"):
            kinds.settings(dots, given)


def test_a_reason_waits_apart_from_its_dots():
    settings = kinds.settings(dots, {"source": "kaarten", "reason": True})
    entry = send(dots, settings, form(options=["k1"], reason="Want dit raakt iedereen"), INPUTS, state="held")
    tally = dots.tally(entry, settings, INPUTS)
    assert (tally.dots, tally.reasons, len(tally.held)) == (1, (), 1)


def test_one_phone_has_one_vote():
    assert dots.slot(vote("k1").answer) == dots.slot(vote("k2").answer) == ""
    assert dots.most(SETTINGS) == 1


SEVERAL = kinds.settings(dots, {"source": "kaarten", "dots": 5, "each": 2})


def test_as_many_dots_as_may_stand_on_one_card_count_and_the_others_do_not():
    given = vote("k1", "k1", "k1", "k2", settings=SEVERAL)
    assert given.answer.options == ("k1", "k1", "k2")
    assert places(given, settings=SEVERAL) == [(1, "k1", 2, True), (2, "k2", 1, True)]
    assert dots.standing(given.answer.options, SEVERAL, INPUTS) == {"k1": 2, "k2": 1}


def test_a_budget_for_each_column_is_spent_in_that_column():
    settings = kinds.settings(dots, {"source": "kaarten", "dots": 2, "by_column": True})
    inputs = Inputs(
        options=tuple(
            Option(f"{column[0]}{n}", "", column=column) for column in ("Zorgen", "Kansen") for n in "123"
        )
    )
    assert [(c.name, len(c.options)) for c in dots.columns(settings, inputs)] == [
        ("Zorgen", 3),
        ("Kansen", 3),
    ]
    assert len(vote("Z1", "Z2", "K1", "K2", settings=settings, inputs=inputs).answer.options) == 4
    with pytest.raises(KindError, match="Je hebt 2 stippen"):
        vote("Z1", "Z2", "Z3", settings=settings, inputs=inputs)


def test_a_shared_place_is_said_in_words():
    ranks = dots.tally([vote("k1", "k2"), vote("k1", "k3")], SETTINGS, INPUTS).ranks
    assert [rank.words for rank in ranks[:3]] == ["1e plaats", "gedeelde 2e plaats", "gedeelde 2e plaats"]
