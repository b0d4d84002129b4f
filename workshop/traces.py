"""Where an error happened, for the log, and never with which values: an error's text can hold a card."""

from __future__ import annotations

import traceback
from pathlib import Path

DEEPEST = 5
HOUSE = Path(__file__).parent


def trace_of(error: BaseException) -> str:
    """Returns `ValueError in text.py:12 < room.py:40`, the deepest call first: the last step, and before it
    the last of ours (of a library, where none is ours), because those say what was being done."""
    *before, last = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in before if HOUSE in Path(frame.filename).parents]
    chosen = [*(ours or before)[1 - DEEPEST :], last]
    lines = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(chosen))
    return f"{type(error).__name__} in {' < '.join(lines)}"
