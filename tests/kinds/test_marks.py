"""Marks: what is shown of them, and above all what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kinds.rooms import form, send
from workshop import kinds
from workshop.kinds import Inputs, KindError, marks

SETTINGS = kinds.settings(
    marks, {"themes": [{"id": "samen", "label": "Samen"}, {"id": "taal", "label": "Taal"}]}
)
SENTENCE = "Kies een cijfer van 1 tot en met 10. Of kies ‘weet ik niet’."
INPUTS = Inputs()


def mark(value, group=None, theme="samen", **more):
    return send(marks, SETTINGS, form(**{f"mark.{theme}": value}, **more), group=group)[0]


def theme_of(entries, inputs=INPUTS, theme="samen"):
    return next(t for t in marks.tally(entries, SETTINGS, inputs).themes if t.theme.id == theme)


@pytest.mark.parametrize("value", ["11", "0", "-1", "7,5", "7.5", "tien", "1" * 400])
def test_what_is_no_mark_is_refused(value):
    with pytest.raises(KindError) as error:
        mark(value)
    assert str(error.value) == SENTENCE


def test_a_form_without_any_mark_is_told_so():
    with pytest.raises(ValueError, match="Kies een cijfer"):
        marks.split(form(higher__samen="Meer doen"), SETTINGS)


def test_one_post_holds_a_mark_for_every_theme():
    entries = send(marks, SETTINGS, form(mark__samen=7, mark__taal="weet-niet", higher__samen="Terugbellen"))
    assert [(e.answer.theme, e.answer.mark, e.answer.higher) for e in entries] == [
        ("samen", 7, "Terugbellen"),
        ("taal", "weet-niet", ""),
    ]


def test_a_theme_that_is_not_asked_cannot_get_a_mark():
    with pytest.raises(KindError, match="Dit thema hoort niet bij deze vraag"):
        kinds.answer(marks, form(theme="anders", mark=7), SETTINGS, INPUTS)


@pytest.mark.parametrize("value", ["10", "weet-niet"])
def test_nothing_can_make_a_ten_higher(value):
    assert mark(value, higher__samen="Nog iets").answer.higher == ""


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_fewer_than_five_marks_give_no_mean_no_counts_and_no_spread(count):
    theme = theme_of([mark(n + 3) for n in range(count)])
    assert theme.mean is None
    assert theme.counts == (0,) * 10
    assert (theme.low, theme.high, theme.spread, theme.groups) == (0, 0, 0.0, {})


def test_five_marks_give_a_mean():
    theme = theme_of([mark(n) for n in (5, 6, 7, 8, 9)])
    assert (theme.mean, theme.low, theme.high, theme.marks) == (7.0, 5, 9, 5)


def test_who_does_not_know_gives_no_mark():
    entries = [mark(8) for _ in range(4)] + [mark("weet-niet") for _ in range(20)]
    assert theme_of(entries).mean is None
    assert (theme_of(entries).unknown, theme_of(entries).answers) == (0, 24)


def test_few_marks_do_not_reach_the_record():
    entries = [mark(n + 3) for n in range(4)] + [mark(7, theme="taal") for _ in range(5)]
    result = marks.summary(marks.tally(entries, SETTINGS, INPUTS), SETTINGS)[0]
    assert [item.theme for item in result.items] == ["taal"]


def test_the_widest_difference_comes_first_and_is_named_only_when_it_is_one():
    wide = [mark(n, theme="taal") for n in (1, 10, 1, 10, 5)]
    narrow = [mark(7) for _ in range(5)]
    themes = marks.tally(wide + narrow, SETTINGS, INPUTS).themes
    assert [(theme.theme.id, theme.widest) for theme in themes] == [("taal", True), ("samen", False)]
    equal = wide + [mark(n) for n in (1, 10, 1, 10, 5)]
    assert not any(theme.widest for theme in marks.tally(equal, SETTINGS, INPUTS).themes)


def groups_of(**sizes):
    entries = [mark(5, group) for group, size in sizes.items() for _ in range(size)]
    return theme_of([*entries]).groups


def test_two_large_groups_may_be_seen_apart():
    assert {group: sum(counts) for group, counts in groups_of(jongere=5, ouder=6).items()} == {
        "jongere": 5,
        "ouder": 6,
    }


@pytest.mark.parametrize(
    "sizes",
    [
        {"jongere": 9},  # one group is the whole
        {"jongere": 5, "ouder": 4},  # fewer than ten in all, and a small group
        {"jongere": 20, "ouder": 4},  # the small one is what is left over
    ],
)
def test_no_breakdown_where_a_group_that_is_too_small_has_none_to_go_with(sizes):
    assert groups_of(**sizes) == {}


def test_a_small_group_goes_with_the_smallest_of_the_others():
    found = groups_of(jongere=20, ouder=6, uitvoering=1)
    assert {group: sum(counts) for group, counts in found.items()} == {"": 7, "jongere": 20}


def test_people_who_named_no_group_cannot_be_found_by_subtracting():
    entries = [mark(8, "jongere") for _ in range(6)] + [mark(3, "ouder") for _ in range(6)]
    assert theme_of(entries).groups
    alone = theme_of([*entries, mark(1)]).groups
    assert {group: sum(counts) for group, counts in alone.items()} == {"": 7, "ouder": 6}
    assert theme_of(entries + [mark(1) for _ in range(5)]).groups.keys() == {"", "jongere", "ouder"}


@given(
    st.lists(
        st.tuples(st.integers(1, 10), st.sampled_from([None, "jongere", "ouder", "uitvoering", "beleid"])),
        max_size=40,
    )
)
def test_no_view_and_no_difference_between_views_is_about_fewer_than_five(given_marks):
    theme = theme_of([mark(value, group) for value, group in given_marks])
    assert theme.marks == 0 or theme.marks >= 5
    shown = {group: sum(counts) for group, counts in theme.groups.items()}
    assert all(count >= 5 for count in shown.values())
    assert sum(shown.values()) in (0, theme.marks)  # nothing is left over
    assert not shown or theme.marks >= 10


def test_thresholds_are_the_installations():
    entries = [mark(7, "jongere") for _ in range(6)] + [mark(7, "ouder") for _ in range(6)]
    strict = Inputs(marks_minimum=13, group_minimum=5, breakdown_minimum=10)
    assert theme_of(entries, strict).mean is None
    assert theme_of(entries, Inputs(group_minimum=7)).groups == {}
    assert theme_of(entries, Inputs(breakdown_minimum=13)).groups == {}


def test_ideas_of_a_small_theme_are_shown_without_its_marks():
    entries = send(marks, SETTINGS, form(mark__samen=4, higher__samen="Terugbellen"))
    tally = marks.tally(entries, SETTINGS, INPUTS)
    assert not tally.enough
    assert [option.text for option in marks.offers(tally)] == ["Terugbellen"]
