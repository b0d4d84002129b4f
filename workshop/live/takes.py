"""Which step takes what a phone sends: the current one, and for a moment the one that the room just left.

Somebody who was writing when the facilitator went on can still send it, as the phone says. A lock is
different: a step that the facilitator closed takes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid

from workshop.models import Activity, Session

PATIENCE = dt.timedelta(seconds=45)
"""The half minute that a phone gives (static/js/step.js), and the time that a slow line takes."""


def takes(session: Session, activity: Activity, moment: dt.datetime) -> bool:
    """Says whether a phone may still send to this step. It does not look at the step's lock."""
    if activity.id in (session.activity_id, session.current_id):
        return True
    return activity.left_at is not None and moment - activity.left_at <= PATIENCE


def move(session: Session, activity_id: uuid.UUID | None, moment: dt.datetime) -> None:
    """Makes another step the current one, without a question above it; None is the lobby. What the room
    leaves notes the time."""
    for activity in session.activities:
        if activity.id == session.current_id != activity_id:
            activity.left_at = moment
    session.activity_id, session.question_id = activity_id, None
