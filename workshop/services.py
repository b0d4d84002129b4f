"""What every page may use, made once at start."""

from __future__ import annotations

from dataclasses import dataclass

from workshop.content.library import Library
from workshop.live.fanout import Fanout
from workshop.live.presence import Presence
from workshop.live.room import Room
from workshop.live.suggesting import Suggesting
from workshop.pace import Pace
from workshop.readiness import Readiness
from workshop.record.likeness import Likeness
from workshop.rehearsal.rehearsals import Rehearsals
from workshop.render import Renderer
from workshop.safety.helplines import Shown
from workshop.settings import Settings
from workshop.storage.database import Database
from workshop.turns import Turns


@dataclass(frozen=True)
class Services:
    settings: Settings
    db: Database
    library: Library
    render: Renderer
    room: Room
    rehearsals: Rehearsals
    fanout: Fanout
    presence: Presence
    helplines: Shown
    pace: Pace
    """Counts what one phone sends, and the streams that it opens."""
    turns: Turns
    readiness: Readiness
    likeness: Likeness
    suggesting: Suggesting
