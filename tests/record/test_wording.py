from hypothesis import given
from hypothesis import strategies as st

from workshop.items import Item
from workshop.record import wording
from workshop.record.answers import ADDED, REMOVED, difference
from workshop.record.wording import CHANGED, SAME, ChangedLine, ChangedPart

words = st.lists(st.sampled_from(["foto's", "doorsturen", "is", "niet", "oké", "(echt)", "…"]), max_size=8)
sentences = words.map(" ".join)


def test_a_changed_line_shows_only_the_words_that_changed():
    [change] = wording.changes([(REMOVED, "Foto's doorsturen is fout"), (ADDED, "Foto's delen is fout")])
    assert change.sign == CHANGED
    assert [(part.sign, part.text) for part in change.parts] == [
        (SAME, "Foto's "),
        (REMOVED, "doorsturen"),
        (ADDED, "delen"),
        (SAME, " is fout"),
    ]


def test_a_line_that_became_a_wholly_other_one_is_no_patchwork():
    changes = wording.changes([(REMOVED, "Foto's doorsturen"), (ADDED, "Wie helpt er als het misgaat?")])
    assert [change.sign for change in changes] == [REMOVED, ADDED]


def test_what_came_what_went_and_another_order_stay_as_they_are():
    lines = [(ADDED, "een"), (REMOVED, "twee"), ("~", "De volgorde is anders.")]
    assert wording.changes(lines) == [ChangedLine(sign, text) for sign, text in lines]


@given(sentences, sentences)
def test_both_texts_can_be_read_back_from_the_parts(old, new):
    parts = wording.parts(old, new)
    assert "".join(part.text for part in parts if part.sign != ADDED) == old
    assert "".join(part.text for part in parts if part.sign != REMOVED) == new
    assert ChangedPart(SAME, "") not in parts


@given(
    st.dictionaries(st.sampled_from("abcdef"), sentences),
    st.dictionaries(st.sampled_from("abcdef"), sentences),
)
def test_no_line_of_a_difference_is_lost(before, after):
    old, new = ([Item(id, text) for id, text in side.items()] for side in (before, after))
    lines = difference(old, new)
    changes = wording.changes(lines)
    told = [
        *(change.text for change in changes if change.sign != CHANGED),
        *("".join(p.text for p in c.parts if p.sign != ADDED) for c in changes if c.sign == CHANGED),
        *(change.text for change in changes if change.sign == CHANGED),
    ]
    assert sorted(told) == sorted(text for _, text in lines)
