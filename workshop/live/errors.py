"""Errors of a room: why it does not do what somebody asks. `str(error)` is a sentence for that person."""

from __future__ import annotations

from workshop.languages import Sentence
from workshop.safety.screening import Finding


class RoomError(Exception):
    """What somebody asks does not fit the room as it is now."""


class Closed(RoomError):
    """The step is locked, or the session has ended."""


class Full(Closed):
    """The session has as many phones as it admits."""


class Gone(RoomError):
    """It is not there, or not for this visitor."""


class NotTakingPart(RoomError):
    """This phone has no place in a session, or no longer."""

    by_desk = False
    """Whether a desk ended it."""
    came_ahead = False
    """Whether it answered before a meeting, and that is closed."""

    @property
    def tells(self) -> bool:
        """Whether its page goes on saying why, for as long as its cookies live."""
        return self.by_desk or self.came_ahead


class SentOut(NotTakingPart):
    """A desk ended the part of this phone in its session."""

    by_desk = True


class AheadOver(NotTakingPart):
    """This phone answered before a meeting, and that is closed."""

    came_ahead = True


class TooBusy(RoomError):
    """Too many pieces wait already. Nothing was taken in, and the same may be sent again."""


class TooFast(RoomError):
    """One phone sends too much in too short a time. Nothing was taken in, as with `TooBusy`."""


class Warned(RoomError):
    """The text looks like one of these findings. Nothing is stored yet: the sender first
    chooses what happens."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(Sentence("Nog niet verstuurd. Kijk nog eens naar je tekst."))
        self.findings = findings
