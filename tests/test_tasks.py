"""Work beside a server ends when it is told to, whatever a driver makes of being interrupted."""

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
