"""How a step will look, with answers of a room that does not exist. Nothing is stored or told."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace

from workshop import kinds
from workshop.codes import new_id
from workshop.content.library import Library
from workshop.days import now
from workshop.kinds import Entry, Inputs
from workshop.live.picture import Picture
from workshop.live.state import Phone, Sent, State, StepState
from workshop.models import Activity, Session
from workshop.settings import Settings

PHONES = 12
SAMPLE = tuple(f"Voorbeeld {n}" for n in range(1, 5))
"""What stands in a list that comes from elsewhere: nobody knows yet what will."""


def preview(
    session: Session, step: Activity, library: Library, settings: Settings, *, answered: bool
) -> Picture:
    """Returns a picture of this session at that step; `answered` with a sample of answers, its results shown.

    The session must be nobody else's: it is changed to stand at the step.
    """
    kind = kinds.get(step.kind)
    chosen = kinds.settings(kind, step.settings)
    if kinds.list_from(kind, chosen):
        chosen = kinds.settings(kind, kinds.with_list(kind, step.settings, SAMPLE))
    session.activity_id, session.ended_at, session.blank = step.id, None, False
    step.started_at, step.paused_at, step.extra_seconds, step.disclosed = now(), None, 0, None
    step.open, step.shown, step.skipped = True, answered and kind.hides, False
    state = StepState(step, kind, chosen)
    for sent in _sample(kind, chosen) if answered else ():
        state.put(sent)
    phones = {str(n): Phone(new_id(), session.id) for n in range(PHONES)}
    worksheet = library.worksheet(session.worksheet)
    picture = State(session, worksheet, settings, steps=[state], phones=phones).picture()
    return replace(picture, sample=True)


def _sample(kind: kinds.Kind, settings: object) -> list[Sent]:
    """Makes the answers of simulated phones, the same ones every time."""
    chance, inputs = random.Random(1), Inputs()
    sent: list[Sent] = []
    for _ in range(PHONES):
        phone = uuid.UUID(int=chance.getrandbits(128), version=4)
        for form in kind.simulate(chance, settings, inputs):
            posted = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
            for single in kind.split(posted, settings):
                answer = kinds.answer(kind, single, settings, inputs)
                id = uuid.UUID(int=chance.getrandbits(128), version=4)
                entry = Entry(str(id), answer, order=len(sent), version=str(id))
                sent.append(Sent(entry, phone, kind.slot(answer) or ""))
    return sent
