"""Work that goes on beside a server, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

AGAIN_SECONDS = 30.0
"""Seconds that work under `to_its_end` may take before its task is cancelled again."""


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
