"""The drawings of the big screen keep their promises for any number of phones."""

import re
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from workshop import charts

AXIS = range(1, 11)
COUNTS = st.lists(st.integers(1, 10), min_size=1, max_size=60).map(
    lambda given_marks: tuple(given_marks.count(mark) for mark in AXIS)
)
HEIGHTS = st.integers(88, 180)


def drawn(counts, height=128):
    given_marks = [mark for mark, count in zip(AXIS, counts, strict=True) if count]
    mean = sum(mark * count for mark, count in zip(AXIS, counts, strict=True)) / sum(counts)
    return charts.histogram(counts, mean, min(given_marks), max(given_marks), height)


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


# --- rows of small drawings -----------------------------------------------------------------------


def test_filled_phones_come_first_so_that_their_place_tells_nothing():
    assert [mark.filled for mark in charts.phones(5, 2).marks] == [True, True, False, False, False]


@pytest.mark.parametrize("count", [1, 14, 40, 41, 60])
def test_every_phone_in_the_room_has_a_place_of_its_own(count):
    drawing = charts.phones(count, count // 2)
    assert len({(mark.x, mark.y) for mark in drawing.marks}) == count
    assert all(mark.x < drawing.width and mark.y < drawing.height for mark in drawing.marks)


# --- a radar --------------------------------------------------------------------------------------


def test_a_radar_goes_up_first_and_then_with_the_clock():
    drawn = charts.radar([10, 5, 1, 5], [0, 0, 0, 0], [None] * 4)
    assert [(dot.x, dot.y) for dot in drawn.dots] == [(0, -300), (150, 0), (0, 30), (-150, 0)]
    assert [axis.letter for axis in drawn.axes] == ["A", "B", "C", "D"]
    assert drawn.line == "M0 -300L150 0L0 30L-150 0Z"


def test_the_spread_of_a_radar_stays_on_its_axes():
    drawn = charts.radar([9.5, 1.5, 5], [2, 2, 1], [None] * 3)
    reach = [hypot(*map(float, spot)) for spot in re.findall(r"(-?[\d.]+) (-?[\d.]+)", drawn.band)]
    assert max(reach) <= 10 * charts.UNIT + 0.1
    assert min(reach) >= charts.UNIT - 0.1


@pytest.mark.parametrize(("past", "dots", "joined"), [([6, 7, 8], 3, True), ([6, None, 8], 2, False)])
def test_earlier_means_are_joined_where_every_axis_has_one(past, dots, joined):
    drawn = charts.radar([7, 7, 7], [1, 1, 1], past)
    assert (len(drawn.past_dots), bool(drawn.past)) == (dots, joined)
