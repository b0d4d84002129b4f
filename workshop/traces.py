"""Where something went wrong, for the log, and never with what: an error's text can hold a card."""

from __future__ import annotations

import traceback
from pathlib import Path

DEEPEST = 5


def place(error: BaseException) -> str:
    """`ValueError in text.py:12 < room.py:40`, deepest first."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} in {' < '.join(places)}"
