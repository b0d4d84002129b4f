"""What every page may use, made once at start."""

from __future__ import annotations

from dataclasses import dataclass

from workshop.bouwstenen import Library
from workshop.db import Database
from workshop.live.fanout import Fanout
from workshop.live.presence import Presence
from workshop.live.room import Room
from workshop.render import Renderer
from workshop.safety.helplines import Shown
from workshop.settings import Settings


@dataclass(frozen=True)
class Services:
    settings: Settings
    db: Database
    library: Library
    render: Renderer
    room: Room
    fanout: Fanout
    presence: Presence
    helplines: Shown
