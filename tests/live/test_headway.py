"""Behind, ahead or on time: the plan against the clock."""

import datetime as dt
import uuid

from workshop.live import headway
from workshop.models import Activity

BEGAN = dt.datetime(2026, 11, 30, 13, 0, tzinfo=dt.UTC)


def step(minutes, started=None, left=None, **given):
    """Minutes after the beginning."""
    at = [None if each is None else BEGAN + dt.timedelta(minutes=each) for each in (started, left)]
    return Activity(id=uuid.uuid4(), minutes=minutes, started_at=at[0], left_at=at[1], **given)


def looked_at(plan, current, minutes):
    """Minutes behind, and when it is over in minutes after the beginning."""
    found = headway.of(plan, plan[current].id)
    moment = (BEGAN + dt.timedelta(minutes=minutes)).timestamp()
    return found.minutes_behind(moment), round((found.ends_at(moment) - BEGAN).total_seconds() / 60)


def test_in_the_lobby_there_is_no_pace():
    assert headway.of([step(10)], None) is None
    assert headway.of([step(10)], uuid.uuid4()) is None


def test_within_its_minutes_the_first_step_is_on_time():
    plan = [step(10, 0), step(20)]
    assert looked_at(plan, 0, 9) == (0, 30)


def test_a_step_that_goes_on_is_behind_by_what_is_over():
    plan = [step(10, 0), step(20)]
    assert looked_at(plan, 0, 14) == (4, 34)


def test_what_the_steps_before_took_too_long_stays_behind():
    plan = [step(10, 0, 15), step(20, 15), step(5)]
    assert looked_at(plan, 1, 20) == (5, 40)
    assert looked_at(plan, 1, 38) == (8, 43)


def test_who_goes_on_early_is_ahead():
    plan = [step(10, 0, 4), step(20, 4)]
    assert looked_at(plan, 1, 5) == (-6, 24)


def test_a_step_that_was_passed_gains_its_minutes():
    plan = [step(10, 0, 10), step(15), step(20, 10)]
    assert looked_at(plan, 2, 11) == (-15, 30)


def test_time_that_was_added_is_behind_once_it_is_used():
    plan = [step(10, 0, extra_seconds=120), step(20)]
    assert looked_at(plan, 0, 9) == (0, 30)
    assert looked_at(plan, 0, 12) == (2, 32)


def test_who_goes_back_counts_from_that_moment_and_takes_its_minutes_again():
    plan = [step(10, 0, 10), step(20, 10, 15), step(5)]
    assert looked_at(plan, 0, 16) == (-5, 30)


def test_less_than_two_minutes_is_on_time():
    plan = [step(10, 0), step(20)]
    assert looked_at(plan, 0, 11) == (0, 31)
