"""Work in the background of a server: how it is repeated, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from workshop.traces import trace_of

log = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN_SECONDS = 30.0
"""Seconds that work under `to_its_end` may take before its task is cancelled again."""


@contextlib.asynccontextmanager
async def rounds(
    name: str,
    every: float,
    work: Callable[[], Awaitable[Any]],
    *,
    first_after: float | None = None,
    again: float = AGAIN_SECONDS,
) -> AsyncGenerator[None, None]:
    """Does the work again and again until the body of the `async with` is over: `first_after` seconds after
    the start (`every`, unless given), and then `every` seconds after each round. A round that fails is logged
    as by `attempt`, and the next one comes. `again` in seconds, as in `end`."""

    async def for_ever() -> None:
        await asyncio.sleep(every if first_after is None else first_after)
        while True:
            await attempt(name, work)
            await asyncio.sleep(every)

    async with beside(for_ever(), name, again):
        yield


async def attempt(round_name: str, work: Callable[[], Awaitable[T]]) -> T | None:
    """Returns what the work returns, or None when it failed: then the type and place of its error are
    logged."""
    try:
        return await work()
    except Exception as error:
        log.error("the %s round failed: %s", round_name, trace_of(error))
        return None


@contextlib.asynccontextmanager
async def beside(
    work: Coroutine[Any, Any, None], name: str, again: float = AGAIN_SECONDS
) -> AsyncGenerator[None, None]:
    """Runs the work in a task until the body of the `async with` is over. `again` in seconds, as in `end`."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await end(task, again)


async def end(task: asyncio.Task[None], again: float = AGAIN_SECONDS) -> None:
    """Cancels a task until it has ended, each time after `again` seconds: a driver that is interrupted may
    raise an error of its own instead, and a task that carries on after errors would carry on."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again)


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Awaits work that is not interrupted half-way when the task is cancelled, and returns its result: a
    connection that is left in the middle of a statement keeps its lock. Raises `CancelledError` only once the
    work has ended."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
