"""Work that goes on beside a server, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

AGAIN_SECONDS = 30.0
"""What work that goes `to_its_end` may take before its task is told again to end."""


@contextlib.asynccontextmanager
async def beside(
    work: Coroutine[Any, Any, None], name: str, again: float = AGAIN_SECONDS
) -> AsyncGenerator[None, None]:
    """Does the work until what runs beside it is over. `again` in seconds, as in `end`."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        await end(task, again)


async def end(task: asyncio.Task[None], again: float = AGAIN_SECONDS) -> None:
    """Cancels a task until it has ended, each time after `again` seconds: a driver that is interrupted may
    raise an error of its own instead, and a task that goes on after errors goes on."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=again)


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Work that is not interrupted half-way when its task is told to end: a connection that is left in the
    middle of a statement keeps its lock."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
