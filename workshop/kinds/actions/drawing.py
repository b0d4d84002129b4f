"""Says with which sign and words the big screen shows how far an action is."""

from __future__ import annotations

OPEN = ("open", "Nog niet begonnen")
STATUSES = {"busy": ("clock", "Bezig"), "done": ("done", "Klaar"), "dropped": ("x", "Gaat niet door")}


def status(name: str) -> tuple[str, str]:
    """Returns the icon and the words of a status; an unknown one has not begun."""
    return STATUSES.get(name, OPEN)
