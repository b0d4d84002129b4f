"""When each step of a plan begins and ends."""

import datetime as dt

from workshop.live.running_order import running_order
from workshop.models import Activity

START = dt.datetime(2026, 11, 30, 13, 5, tzinfo=dt.UTC)


def steps(*minutes, skipped=()):
    return [Activity(position=n, minutes=took, skipped=n in skipped) for n, took in enumerate(minutes)]


def times(order):
    return [(slot.number, slot.begin, slot.end) for slot in order.slots]


def test_times_follow_the_start_as_clocks_here_show_it():
    order = running_order(steps(10, 50, 5), START)
    assert times(order) == [(1, "14.05", "14.15"), (2, "14.15", "15.05"), (3, "15.05", "15.10")]
    assert (order.minutes, order.steps, order.begin, order.end) == (65, 3, "14.05", "15.10")


def test_without_a_start_minutes_are_counted_and_a_skipped_step_takes_none():
    order = running_order(reversed(steps(10, 50, 5, skipped={1})), None)
    assert times(order) == [(1, "0", "10"), (0, "10", "10"), (2, "10", "15")]
    assert (order.minutes, order.steps, order.end) == (15, 2, "")
