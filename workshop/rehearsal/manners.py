"""How the twelve of a rehearsal behave: most as a facilitator hopes, some as it goes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop import phrases


class Manner(msgspec.Struct, frozen=True):
    """One simulated phone. Times are in seconds."""

    group: str = ""
    comes: float = 2
    """How long after the rehearsal began it joins."""
    thinks: tuple[float, float] = (5, 22)
    """Shortest and longest time before each thing that it sends."""
    away: tuple[float, float] = (0, 0)
    """From when until when it has no connection, since the rehearsal began."""
    says: Sequence[str] = ()
    """One of these stands on its first card, instead of what others write; it goes to the facilitator."""

    def is_away(self, seconds: float) -> bool:
        return self.away[0] <= seconds < self.away[1]


MANNERS = (
    Manner("jongere", comes=1),
    Manner("jongere", comes=2),
    Manner("uitvoering", comes=3),
    Manner("jongere", comes=4, says=phrases.LIVED, thinks=(10, 20)),
    Manner("ouder", comes=5, says=phrases.NAMING, thinks=(14, 24)),
    Manner("jongere", comes=6, says=phrases.OFF_TOPIC),
    Manner("beleid", comes=7),
    Manner("uitvoering", comes=8, thinks=(35, 70)),
    Manner("jongere", comes=9, away=(45, 120)),
    Manner("", comes=10),
    Manner("jongere", comes=11, thinks=(8, 16)),
    Manner("ouder", comes=75),
)
"""Seven who take part as one hopes; one who tells what happened, one who names somebody, one who is not with
it, one who is slow, one whose connection is lost for a while; the last comes late."""
