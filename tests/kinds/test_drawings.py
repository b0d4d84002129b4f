"""What kinds draw on the big screen keeps its promises for any number of phones."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workshop.kinds import Cluster, Entry, Inputs, Option, cards, marks
from workshop.kinds.cards.drawing import wall
from workshop.kinds.dots import Rank
from workshop.kinds.dots.drawing import STICKERS_WIDTH, Stickers, ranks, stickers
from workshop.kinds.marks.drawing import TREND_HEIGHT, TREND_WIDTH
from workshop.kinds.marks.drawing import rows as rows_of

AXIS = range(1, 11)


def theme(counts, name="relatie", earlier=()):
    kind_settings = marks.Settings(themes=(marks.Theme(name, name.title()),), higher=False)
    entries = [
        Entry(f"{mark}-{n}", marks.Answer(name, mark))
        for mark, count in zip(AXIS, counts, strict=True)
        for n in range(count)
    ]
    before = tuple(marks.EarlierMarks(name, "1 mei 2026", mean, 3, 9, 12) for mean in earlier)
    return marks.tally(entries, kind_settings, Inputs(earlier=before)).themes[0]


def columns(*texts_per_column, clusters=()):
    names = [f"k{n}" for n in range(len(texts_per_column))]
    kind_settings = cards.Settings(columns=tuple(cards.Column(name, name, name) for name in names))
    entries = [
        Entry(f"{name}-{n:03}", cards.Answer(text, name), cluster=cluster)
        for name, texts in zip(names, texts_per_column, strict=True)
        for n, (text, cluster) in enumerate(texts)
    ]
    return cards.tally(entries, kind_settings, Inputs(clusters=tuple(clusters))).columns


@pytest.mark.parametrize("mark", AXIS)
@pytest.mark.parametrize("rows", range(1, 8))
def test_sixty_equal_marks_fit_beside_any_number_of_themes(mark, rows):
    counts = tuple(60 * (number == mark) for number in AXIS)
    dots = rows_of([theme(counts)] * rows)[0].histogram.dots
    assert len({(dot.x, dot.y) for dot in dots}) == 60
    assert min(dot.y - dot.r for dot in dots) >= 0


def test_all_themes_are_drawn_at_one_size():
    rows = rows_of([theme((0, 0, 0, 0, 0, 0, 40, 0, 0, 0)), theme((1, 1, 1, 1, 1, 0, 0, 0, 0, 0))])
    assert len({dot.r for row in rows for dot in row.histogram.dots}) == 1


def test_when_one_theme_needs_bars_all_have_bars_at_one_scale():
    rows = rows_of([theme((0, 0, 0, 0, 0, 0, 80, 0, 0, 0)), theme((0, 0, 0, 0, 40, 0, 0, 0, 0, 0))])
    (tall,), (half,) = (row.histogram.bars for row in rows)
    assert tall.height == 2 * half.height
    assert not any(row.histogram.dots for row in rows)


def test_a_theme_with_four_marks_is_not_drawn_at_all():
    (row,) = rows_of([theme((0, 0, 4, 0, 0, 0, 0, 0, 0, 0), earlier=(6.0,))])
    assert (row.histogram, row.trend, row.was) == (None, None, None)


def test_a_trend_rises_when_the_mean_does_and_skips_sessions_with_too_few_marks():
    (row,) = rows_of([theme((0, 0, 0, 0, 0, 0, 0, 9, 0, 0), earlier=(5.0, None, 6.0))])
    heights = [dot.y for dot in (*row.trend.past, row.trend.now)]
    assert heights == sorted(heights, reverse=True)
    assert len(heights) == 3
    assert row.was == 6.0
    assert row.trend.label == "Gemiddeld eerder 5,0, 6,0, nu 8,0"


@given(st.lists(st.floats(1, 10), min_size=1, max_size=9))
def test_a_trend_stays_within_its_drawing(past):
    (row,) = rows_of([theme((3, 0, 0, 0, 0, 0, 0, 0, 0, 3), earlier=past)])
    for dot in (*row.trend.past, row.trend.now):
        assert dot.r <= dot.x <= TREND_WIDTH - dot.r
        assert dot.r <= dot.y <= TREND_HEIGHT - dot.r


def test_without_earlier_marks_there_is_no_trend():
    (row,) = rows_of([theme((0, 0, 0, 0, 0, 0, 9, 0, 0, 0))])
    assert row.trend is None


@pytest.mark.parametrize("most", range(1, 31))
def test_stickers_beside_each_other_never_touch(most):
    dots = stickers(most, most).dots
    assert len(dots) == most
    assert all(one.x + one.r < other.x - other.r for one, other in pairwise(dots))
    assert dots[-1].x + dots[-1].r <= STICKERS_WIDTH


def test_very_many_stickers_become_a_bar_as_long_as_their_share():
    assert stickers(50, 100) == Stickers((), STICKERS_WIDTH / 2)


@given(st.integers(1, 4), st.lists(st.text("abc ", min_size=1, max_size=280), min_size=1, max_size=30))
@hypothesis_settings(max_examples=60)
def test_every_card_stands_on_the_wall(count, texts):
    for lane in wall(columns(*[[(text, None) for text in texts]] * count)):
        assert sum(slip.times for slip in lane.loose) == len(texts)


def test_equal_cards_lie_on_each_other_also_within_a_cluster():
    given_cards = [("Niemand doet iets", None), ("Samen", None), ("niemand  doet iets.", None)]
    inside = [("Ja!", "a"), ("ja", "a"), ("Samen", "a")]
    (lane,) = wall(columns(given_cards + inside, clusters=[Cluster("a", "Stapel", "k0")]))
    assert [(slip.text, slip.times) for slip in lane.loose] == [("Niemand doet iets", 2), ("Samen", 1)]
    (heap,) = lane.heaps
    assert (heap.name, heap.cards) == ("Stapel", 3)
    assert [(slip.text, slip.times) for slip in heap.slips] == [("Ja!", 2), ("Samen", 1)]


def test_every_rank_is_drawn_and_the_line_stands_below_the_chosen_ones():
    given_ranks = [Rank(n, Option(str(n), "Kort"), 20 - n, chosen=n <= 3) for n in range(1, 12)]
    drawn_ranks = ranks(given_ranks)
    assert (len(drawn_ranks.rows), drawn_ranks.chosen) == (11, 3)
