"""What a room answers instead of doing what somebody wants. `str(error)` is for that person."""

from __future__ import annotations

from workshop.languages import Sentence
from workshop.safety.screening import Finding


class RoomError(Exception):
    """What somebody wants does not fit the room as it is now."""


class Closed(RoomError):
    """The step is locked, or the session has ended."""


class Full(Closed):
    """As many phones came in as may."""


class Gone(RoomError):
    """It is not there, or not for this visitor."""


class NotTakingPart(RoomError):
    """This phone has no place in a session, or no longer."""


class TooBusy(RoomError):
    """More waits than may wait: nothing was taken in, and the same may be sent again."""


class TooFast(RoomError):
    """One phone sends more than it may in so short a time: nothing was taken in, as with `TooBusy`."""


class Warned(RoomError):
    """Nothing is stored yet: the sender chooses first what happens with a text that looks like this."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(Sentence("Nog niet verstuurd. Kijk nog eens naar je tekst."))
        self.findings = findings
