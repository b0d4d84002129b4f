"""Work beside a server ends when it is told to, whatever a driver makes of being interrupted, and comes back
until then, whatever went wrong."""

import asyncio

import pytest

from workshop import tasks


async def test_work_that_swallows_that_it_is_told_to_end_is_told_again():
    told = []

    async def goes_on_after_errors():
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                told.append("to end")
                if len(told) == 3:
                    raise

    async with tasks.beside(goes_on_after_errors(), "stubborn", again=0.01):
        await asyncio.sleep(0)

    assert len(told) == 3


async def test_work_beside_ends_when_what_it_runs_beside_fails():
    ended = []

    async def work():
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(True)

    async def fails():
        async with tasks.beside(work(), "work"):
            await asyncio.sleep(0)
            raise ValueError("what it runs beside")

    with pytest.raises(ValueError, match="beside"):
        await fails()
    assert ended


async def test_what_goes_to_its_end_is_whole_before_its_task_ends():
    begun, may_end, done = asyncio.Event(), asyncio.Event(), []

    async def statement():
        begun.set()
        await may_end.wait()
        done.append("committed")

    task = asyncio.create_task(tasks.to_its_end(statement()))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()

    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["committed"]


FOR_EVER = 3600


async def test_a_round_that_fails_is_told_without_its_words_and_the_next_one_comes(caplog):
    done, third = [], asyncio.Event()

    async def work():
        done.append(True)
        if len(done) == 3:
            third.set()
        raise ValueError("KANARIE")

    async with tasks.rounds("watering", 0, work):
        await third.wait()

    assert "the watering round failed: ValueError in test_tasks.py" in caplog.text
    assert "KANARIE" not in caplog.text


@pytest.mark.parametrize(("first_after", "expected"), [(0, ["done"]), (FOR_EVER, []), (None, [])])
async def test_the_first_round_has_a_wait_of_its_own(first_after, expected):
    done = []

    async def work():
        done.append("done")

    async with tasks.rounds("watering", FOR_EVER, work, first_after=first_after):
        for _ in range(20):
            await asyncio.sleep(0)

    assert done == expected


async def test_rounds_end_in_the_middle_of_one():
    begun, ended = asyncio.Event(), []

    async def work():
        begun.set()
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            ended.append(True)

    async with tasks.rounds("watering", 0, work):
        await begun.wait()

    await asyncio.sleep(0)
    assert ended == [True]


async def test_an_attempt_returns_what_came_of_it_and_nothing_of_what_failed(caplog):
    async def seven():
        return 7

    async def fails():
        raise ValueError("KANARIE")

    assert await tasks.attempt("counting", seven) == 7
    assert caplog.text == ""
    assert await tasks.attempt("counting", fails) is None
    assert "KANARIE" not in caplog.text
