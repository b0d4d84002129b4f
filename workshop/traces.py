"""Where something went wrong, for the log, and never with what: an error's text can hold a card."""

from __future__ import annotations

import traceback
from pathlib import Path

DEEPEST = 5
HOUSE = Path(__file__).parent


def place(error: BaseException) -> str:
    """`ValueError in text.py:12 < room.py:40`, deepest first. Of an error deep inside a library only the last
    step there is told, and then the last ones of ours: those say what was being done."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if HOUSE in Path(frame.filename).parents]
    chosen = frames[-DEEPEST:]
    if ours and ours[-1] not in chosen:
        chosen = [*ours[1 - DEEPEST :], frames[-1]]
    places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(chosen))
    return f"{type(error).__name__} in {' < '.join(places)}"
