"""The drawings of the big screen keep their promises for any number of phones."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workshop import charts
from workshop.kinds import Cluster, Entry, Inputs, Item, Option, Result, cards, marks
from workshop.kinds.dots import Rank

AXIS = range(1, 11)
COUNTS = st.lists(st.integers(1, 10), min_size=1, max_size=60).map(
    lambda given_marks: tuple(given_marks.count(mark) for mark in AXIS)
)
HEIGHTS = st.integers(88, 180)


def drawn(counts, height=128):
    given_marks = [mark for mark, count in zip(AXIS, counts, strict=True) if count]
    mean = sum(mark * count for mark, count in zip(AXIS, counts, strict=True)) / sum(counts)
    return charts.histogram(counts, mean, min(given_marks), max(given_marks), height)


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


# --- marks ----------------------------------------------------------------------------------------


@given(COUNTS, HEIGHTS)
@hypothesis_settings(max_examples=60)
def test_dots_never_overlap_and_there_is_one_for_each_mark(counts, height):
    dots = drawn(counts, height).dots
    assert len(dots) == sum(counts)
    for one, other in combinations(dots, 2):
        assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (one.r + other.r) ** 2


@given(COUNTS, HEIGHTS)
@hypothesis_settings(max_examples=60)
def test_dots_stay_above_the_axis_and_beside_their_own_mark(counts, height):
    drawing = drawn(counts, height)
    places = [charts.place(mark) for mark, count in zip(AXIS, counts, strict=True) for _ in range(count)]
    for dot, place in zip(drawing.dots, places, strict=True):
        assert dot.y - dot.r >= 0
        assert dot.y + dot.r < drawing.base
        assert abs(dot.x - place) + dot.r <= charts.STEP / 2
        assert dot.x - dot.r >= 0
        assert dot.x + dot.r <= charts.AXIS


@pytest.mark.parametrize("mark", AXIS)
@pytest.mark.parametrize("rows", range(1, 8))
def test_sixty_equal_marks_fit_beside_any_number_of_themes(mark, rows):
    counts = tuple(60 * (number == mark) for number in AXIS)
    dots = charts.marks([theme(counts)] * rows)[0].histogram.dots
    assert len({(dot.x, dot.y) for dot in dots}) == 60
    assert min(dot.y - dot.r for dot in dots) >= 0


def test_more_than_sixty_marks_become_bars_that_stay_above_the_axis():
    drawing = drawn((0, 0, 0, 0, 10, 200, 90, 1, 0, 0))
    assert drawing.dots == ()
    assert [bar.count for bar in drawing.bars] == [10, 200, 90, 1]
    assert all(bar.y >= 0 and bar.y + bar.height == drawing.base for bar in drawing.bars)


def test_the_band_runs_from_the_lowest_to_the_highest_mark_and_the_triangle_stands_at_the_mean():
    drawing = drawn((0, 2, 0, 0, 0, 0, 0, 2, 0, 0))
    assert drawing.band.x < charts.place(2) < charts.place(8) < drawing.band.x + drawing.band.width
    assert drawing.mean == charts.place(5)


def test_the_numbers_of_a_drawing_are_said_in_words():
    assert drawn((0, 0, 0, 0, 0, 1, 7, 0, 0, 0)).label == "Cijfers: 1 keer een 6, 7 keer een 7. Gemiddeld 6,9"


def test_all_themes_are_drawn_at_one_size():
    rows = charts.marks([theme((0, 0, 0, 0, 0, 0, 40, 0, 0, 0)), theme((1, 1, 1, 1, 1, 0, 0, 0, 0, 0))])
    assert len({dot.r for row in rows for dot in row.histogram.dots}) == 1


def test_when_one_theme_needs_bars_all_have_bars_at_one_scale():
    rows = charts.marks([theme((0, 0, 0, 0, 0, 0, 80, 0, 0, 0)), theme((0, 0, 0, 0, 40, 0, 0, 0, 0, 0))])
    (tall,), (half,) = (row.histogram.bars for row in rows)
    assert tall.height == 2 * half.height
    assert not any(row.histogram.dots for row in rows)


def test_a_theme_with_four_marks_is_not_drawn_at_all():
    (row,) = charts.marks([theme((0, 0, 4, 0, 0, 0, 0, 0, 0, 0), earlier=(6.0,))])
    assert (row.histogram, row.trend, row.was) == (None, None, None)


def test_a_trend_rises_when_the_mean_does_and_skips_sessions_with_too_few_marks():
    (row,) = charts.marks([theme((0, 0, 0, 0, 0, 0, 0, 9, 0, 0), earlier=(5.0, None, 6.0))])
    heights = [dot.y for dot in (*row.trend.past, row.trend.now)]
    assert heights == sorted(heights, reverse=True)
    assert len(heights) == 3
    assert row.was == 6.0
    assert row.trend.label == "Gemiddeld eerder 5,0, 6,0, nu 8,0"


@given(st.lists(st.floats(1, 10), min_size=1, max_size=9))
def test_a_trend_stays_within_its_drawing(past):
    (row,) = charts.marks([theme((3, 0, 0, 0, 0, 0, 0, 0, 0, 3), earlier=past)])
    for dot in (*row.trend.past, row.trend.now):
        assert dot.r <= dot.x <= charts.TREND_WIDTH - dot.r
        assert dot.r <= dot.y <= charts.TREND_HEIGHT - dot.r


def test_without_earlier_marks_there_is_no_trend():
    (row,) = charts.marks([theme((0, 0, 0, 0, 0, 0, 9, 0, 0, 0))])
    assert row.trend is None


# --- rows of small drawings -----------------------------------------------------------------------


@pytest.mark.parametrize("most", range(1, 31))
def test_stickers_beside_each_other_never_touch(most):
    dots = charts.stickers(most, most).dots
    assert len(dots) == most
    assert all(one.x + one.r < other.x - other.r for one, other in pairwise(dots))
    assert dots[-1].x + dots[-1].r <= charts.STICKERS_WIDTH


def test_very_many_stickers_become_a_bar_as_long_as_their_share():
    assert charts.stickers(50, 100) == charts.Stickers((), charts.STICKERS_WIDTH / 2)


def test_filled_phones_come_first_so_that_their_place_tells_nothing():
    assert [mark.filled for mark in charts.phones(5, 2).marks] == [True, True, False, False, False]


@pytest.mark.parametrize("count", [0, 1, 29, 500])
def test_one_card_and_very_many_cards_are_a_number_without_glyphs(count):
    assert charts.glyphs(count) is None


@pytest.mark.parametrize("count", [1, 14, 40, 41, 60])
def test_every_phone_in_the_room_has_a_place_of_its_own(count):
    drawing = charts.phones(count, count // 2)
    assert len({(mark.x, mark.y) for mark in drawing.marks}) == count
    assert all(mark.x < drawing.width and mark.y < drawing.height for mark in drawing.marks)


# --- what fits ------------------------------------------------------------------------------------


@given(st.integers(1, 4), st.lists(st.text("abc ", min_size=1, max_size=280), min_size=1, max_size=30))
@hypothesis_settings(max_examples=60)
def test_a_column_never_has_more_than_fits_and_nothing_gets_lost(count, texts):
    for shelf in charts.wall(columns(*[[(text, None) for text in texts]] * count)):
        assert sum(map(len, shelf.rows)) + shelf.more == len(texts)
        assert all(1 <= len(row) <= charts.MOST_PILES for row in shelf.rows)
        for row in shelf.rows:
            assert sum(map(charts._height, row)) <= charts.ROOM


def test_a_column_holds_what_fits_its_height_and_the_rest_is_counted():
    (left, right) = charts.wall(columns([("Kort", None)] * 9, [("Kort", None)] * 4))
    assert ([len(row) for row in left.rows], left.more) == ([6], 3)
    assert ([len(row) for row in right.rows], right.more) == ([4], 0)


def test_one_column_uses_the_width_of_two():
    (shelf,) = charts.wall(columns([("Kort", None)] * 13))
    assert ([len(row) for row in shelf.rows], shelf.more) == ([6, 6], 1)


def test_a_pile_shows_a_second_quote_only_where_there_is_room():
    pile = [("Eerste kaart", "a"), ("Tweede kaart", "a")]
    (alone, _) = charts.wall(columns(pile, [], clusters=[Cluster("a", "Stapel", "k0")]))
    assert [quote.text for quote in alone.rows[0][0].quotes] == ["Eerste kaart", "Tweede kaart"]
    names = "abcdefgh"
    full = [(text, name) for name in names for text in ("Een kaart", "Nog een kaart")]
    (crowded, _) = charts.wall(columns(full, [], clusters=[Cluster(n, "Stapel", "k0") for n in names]))
    assert [len(placed.quotes) for placed in crowded.rows[0]] == [1, 1, 1, 1]


def test_a_loose_card_is_called_new_only_beside_clusters():
    clustered = columns(
        [("In", "a"), ("Los", None)], [("Los", None)], clusters=[Cluster("a", "Stapel", "k0")]
    )
    (left, right) = charts.wall(clustered)
    assert [placed.fresh for placed in left.rows[0]] == [False, True]
    assert [placed.fresh for placed in right.rows[0]] == [False]


def test_six_ranks_fit_and_the_line_stands_below_the_chosen_ones():
    ranks = [Rank(n, Option(str(n), "Kort"), 20 - n, chosen=n <= 3) for n in range(1, 12)]
    drawn_ranks = charts.ranks(ranks)
    assert (len(drawn_ranks.rows), drawn_ranks.cut, drawn_ranks.chosen, drawn_ranks.more) == (6, 3, 3, 5)
    assert not drawn_ranks.tight


def test_the_outcome_keeps_the_last_three_lists_and_counts_what_does_not_fit():
    items = tuple(Item(str(n), "Een actie") for n in range(9))
    board = charts.board([Result("chosen", f"Stap {n}", items) for n in range(5)])
    assert [rows.label for rows in board] == ["Stap 2", "Stap 3", "Stap 4"]
    assert all(len(rows.rows) + rows.more == 9 for rows in board)


def test_of_things_that_never_fit_one_is_shown():
    assert charts.fitting([100, 100], room=10, rest=1, most=4) == 1
    assert charts.fitting([], room=10, rest=1, most=4) == 0
