import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from workshop.models import ThemeMarks
from workshop.record import chart, marks

FIRST = dt.datetime(2026, 2, 12, tzinfo=dt.UTC)


def counts(*given: int) -> list[int]:
    return [given.count(mark) for mark in range(1, 11)]


def row(theme: str, *given: int, month: int = 0, **values) -> ThemeMarks:
    return ThemeMarks(
        session_id=uuid.UUID(int=month),
        field="0-leren.cijfers",
        theme=theme,
        label=theme.capitalize(),
        position=ord(theme[0]),
        counts=counts(*given),
        at=FIRST + dt.timedelta(days=31 * month),
        **{"groups": {}} | values,
    )


def test_fewer_than_five_marks_show_a_count_and_nothing_else():
    (theme,) = marks.through_time([row("relatie", 2, 3, 9, 10)])
    (moment,) = theme.moments
    assert (moment.marks, moment.mean, moment.low, moment.high) == (4, None, 0, 0)
    assert theme.shown == ()


def test_five_marks_show_mean_and_spread():
    (theme,) = marks.through_time([row("relatie", 2, 5, 6, 7, 9)])
    assert (theme.moments[0].mean, theme.moments[0].low, theme.moments[0].high) == (5.8, 2, 9)


def test_change_is_since_the_last_mean_that_may_be_shown():
    rows = [row("relatie", 6, 6, 6, 6, 6), row("relatie", 1, month=1), row("relatie", 7, 7, 7, 7, 7, month=2)]
    (theme,) = marks.through_time(rows)
    assert theme.change == 1.0


def test_the_figures_add_up_as_people_read_them():
    (theme,) = marks.through_time([row("relatie", *[6] * 5, 7), row("relatie", *[6] * 5, 7, 7, 7, month=1)])
    first, last = theme.shown
    assert theme.change == round(last.mean - first.mean, 1)


def test_the_widest_change_is_pointed_at_and_a_tie_at_nobody():
    rows = [row(name, *[6] * 5) for name in ("a", "b")]
    up, down = row("a", *[8] * 5, month=1), row("b", *[7] * 5, month=1)
    assert [theme.widest for theme in marks.through_time([*rows, up, down])] == [True, False]
    tie = row("b", *[4] * 5, month=1)
    assert [theme.widest for theme in marks.through_time([*rows, up, tie])] == [False, False]


def test_no_change_at_all_is_not_the_widest():
    (theme,) = marks.through_time([row("a", *[6] * 5), row("a", *[6] * 5, month=1)])
    assert (theme.change, theme.widest) == (0.0, False)


def both(young: list[int], workers: list[int]) -> ThemeMarks:
    groups = {"jongere": counts(*young), "uitvoering": counts(*workers)}
    return row("relatie", *young, *workers, groups=groups)


def test_groups_stand_beside_each_other_when_all_are_large_enough():
    (contrast,) = marks.contrasts([both([4] * 5, [8] * 6)], 5, 10)
    assert contrast.means == {"jongere": 4.0, "uitvoering": 8.0}
    assert (contrast.gap, contrast.widest) == (4.0, True)
    assert list(marks.groups_in([contrast])) == ["jongere", "uitvoering"]


def test_one_group_that_is_too_small_hides_them_all():
    assert marks.contrasts([both([4] * 4, [8] * 9)], 5, 10) == []


def test_marks_outside_every_group_hide_the_groups_because_the_rest_can_be_computed():
    found = both([4] * 5, [8] * 5)
    found.counts = counts(*[4] * 5, *[8] * 5, 1)
    assert marks.contrasts([found], 5, 10) == []


def test_sessions_are_compared_only_where_a_group_has_the_same_name():
    def of(month, *names):
        groups = {name: counts(*[6] * 5) for name in names}
        return row("relatie", *[6] * 5 * len(names), groups=groups, month=month)

    rows = [
        of(1, "jongere", "ouder"),
        of(2, "School A", "liever-niet"),
        of(3, "Club B", "liever-niet", ""),
        of(4, "School A", "School B"),
        of(5, "ouder", ""),
        of(6, "school a", "Club C"),
        row("relatie", *[6] * 4, month=7),
    ]
    tables = marks.compared(marks.contrasts(rows, 5, 10))
    assert [[one.session.int for one in table] for table in tables] == [[6], [5, 1], [4, 2], [3]]
    assert list(marks.groups_in(tables[2])) == ["liever-niet", "School A", "School B"]


def test_a_theme_without_groups_stays_silent_beside_one_with_them():
    found = marks.contrasts([both([4] * 5, [8] * 5), row("belangen", *[6] * 12)], 5, 10)
    assert [(contrast.means == {}, contrast.gap) for contrast in found] == [(False, 4.0), (True, None)]


@given(st.lists(st.lists(st.integers(1, 10), max_size=12), min_size=1, max_size=9))
def test_a_chart_stays_within_its_frame_and_draws_what_may_be_shown(sessions):
    (theme,) = marks.through_time(row("a", *given, month=n) for n, given in enumerate(sessions))
    drawing = chart.draw(theme.moments)
    assert len(drawing.points) == min(len(sessions), chart.MOST_POINTS)
    for point, moment in zip(drawing.points, theme.moments[-chart.MOST_POINTS :], strict=True):
        assert chart.LEFT <= point.x <= chart.RIGHT
        assert (point.y is None) == (moment.marks < marks.MINIMUM)
        assert point.y is None or chart.TOP <= point.y <= chart.BOTTOM


def test_marks_run_from_one_end_of_the_line_to_the_other():
    assert (chart.along(1), chart.along(10)) == (20, 620)
