"""Which texts say the same: the same words, or nearly; and never the opposite."""

import pytest

from workshop.handover.alike import MOST_COMPARED, Alike, alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Foto's doorsturen", "foto’s doorsturen!", True),
        ("Één plek", "een plek", True),
        ("Er is geen plek om te zitten", "Geen plek om gewoon te zitten", False),
        ("Geen plek om te zitten", "Te zitten om geen plek", False),
        ("Niemand zegt er iets van", "Niemant zegt er iets van", False),
    ],
)
def test_alike_are_texts_that_differ_in_signs_small_words_order_or_spelling(one, other, same):
    assert alike([one, "Iets heel anders", other]) == [Alike((0, 2), same)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("De politie kent ons wel", "De politie kent ons niet"),
        ("Bij de bus is het druk", "Bij het park is het druk"),
        ("Klas 1 is druk", "Klas 2 is druk"),
        ("Druk", "Drukte"),
        ("!!!", "???"),
    ],
)
def test_what_differs_in_one_word_that_counts_is_not_alike(one, other):
    assert alike([one, other]) == []


def test_only_the_same_words_are_found_when_nearly_does_not_count_or_there_are_too_many():
    texts = ["Geen plek", "geen plek", "Er is geen plek"]
    assert alike(texts, near=False) == [Alike((0, 1), True)]
    assert alike(texts) == [Alike((0, 1, 2), False)]
    many = [f"Tekst {number}" for number in range(MOST_COMPARED)]
    assert alike([*texts, *many]) == [Alike((0, 1), True)]
