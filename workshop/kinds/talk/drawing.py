"""What stands on the big screen while the room talks or has a break."""

from __future__ import annotations

from workshop.kinds.talk import Settings


def sign(settings: Settings) -> str:
    """Returns the icon that says it without words."""
    return "pause" if settings.pause else "chat"
