"""Which step takes what a phone sends: the current one, and for a moment the one that the room just left.

Whoever was writing when the facilitator went on can still send it, as the phone says. A lock is another
thing: a step that the facilitator closed takes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid

from workshop.models import Activity, Session

PATIENCE = dt.timedelta(seconds=45)
"""The half minute that a phone gives (static/js/step.js), and what a slow line takes."""


def takes(session: Session, activity: Activity, moment: dt.datetime) -> bool:
    """Whether a phone may still send to this step; its lock is not looked at."""
    if activity.id == session.activity_id:
        return True
    return activity.left_at is not None and moment - activity.left_at <= PATIENCE


def move(session: Session, activity_id: uuid.UUID | None, moment: dt.datetime) -> None:
    """Makes another step the current one; None is the lobby. The step that the room leaves notes when."""
    for activity in session.activities:
        if activity.id == session.activity_id != activity_id:
            activity.left_at = moment
    session.activity_id = activity_id
