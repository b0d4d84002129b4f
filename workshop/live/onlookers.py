"""Which phones must ask for their own part again when somebody's words change."""

from __future__ import annotations

from workshop import bus, kinds
from workshop.models import Session


def onlookers(session: Session) -> frozenset[str]:
    """Returns `bus.OURS`, every phone, where the current step shows or lists what others wrote;
    nothing elsewhere."""
    current = next((a for a in session.activities if a.id == session.current_id), None)
    if current is None:
        return frozenset()
    lists = kinds.needs(current.kind, current.settings).activity
    return bus.OURS if kinds.get(current.kind).shares or lists else frozenset()
