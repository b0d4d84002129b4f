"""What facilitators did at the desk in the last minutes, and what can be undone of it.

A session keeps its last deeds as `Recent` in `Session.recent`: which deed, how it was before, never words of
a card or a name. live/conduct/undoing.py puts things back.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from workshop import codes
from workshop.live import discarded
from workshop.models import Session, now

KEPT_SECONDS = int(discarded.KEPT.total_seconds())
MOST = 12
"""How many deeds a session keeps."""


class DeedText(NamedTuple):
    """What a desk reads of a deed."""

    said: str
    """What was done."""
    why_not: str = ""
    """Why it cannot be undone; empty where it can."""
    drives: bool = False
    """Whether only the desk with the wheel may undo it."""
    asks: bool = False
    """Whether phones are asked something else by it."""


DEEDS = {
    "step": DeedText("Naar een andere stap", drives=True, asks=True),
    "together": DeedText("Groepjes terug naar één bord", drives=True, asks=True),
    "apart": DeedText("Weer in groepjes", drives=True, asks=True),
    "opened": DeedText("Stap open", drives=True),
    "closed": DeedText("Stap dicht", drives=True),
    "revealed": DeedText("Uitslag laten zien", drives=True),
    "covered": DeedText("Uitslag verborgen", drives=True),
    "time-added": DeedText("Tijd erbij", drives=True),
    "paused": DeedText("Klok stilgezet", drives=True),
    "went-on": DeedText("Klok loopt weer", drives=True),
    "blanked": DeedText("Beeld uit", drives=True),
    "unblanked": DeedText("Beeld weer aan", drives=True),
    "instead": DeedText("Iets anders op het scherm", drives=True),
    "stilled": DeedText("Scherm stilgezet", drives=True),
    "moved": DeedText("Scherm loopt weer", drives=True),
    "enlarged": DeedText("Een kaart groot", drives=True),
    "all-cards": DeedText("Alle kaarten op het scherm", drives=True),
    "phones-read": DeedText("Telefoons lezen het scherm mee", drives=True),
    "phones-look-up": DeedText("Telefoons lezen niet meer mee", drives=True),
    "let-in": DeedText("Sessie geopend", "Er kunnen al mensen binnen zijn. Doe anders de deur dicht."),
    "admits": DeedText("Deur open of dicht", drives=True),
    "codes": DeedText("Nieuwe codes", "De oude codes zijn voorgoed weg. Zo komt er niemand mee binnen."),
    "forgotten": DeedText("Stille telefoons vergeten", "Wie er toch bij is, scant de QR-code opnieuw."),
    "address": DeedText("Ander adres in de QR-code", drives=True),
    "wheel": DeedText("Regie overgenomen", "Je collega kan de regie weer terugnemen."),
    "help": DeedText("Hulp geopend op alle telefoons", "Hulp staat al open. Iedereen sluit die zelf."),
    "card": DeedText("Kaart anders neergezet"),
    "parked": DeedText("Kaart geparkeerd"),
    "line-parked": DeedText("Iets geparkeerd"),
    "unparked": DeedText("Kaart van de Parkeerplaats af"),
    "let-through": DeedText("Kaarten laten zien"),
    "kept-back": DeedText("Kaarten niet laten zien"),
    "rewritten": DeedText(
        "Tekst van een kaart veranderd", "De oude woorden bewaren we niet. Er kan een naam in staan."
    ),
    "agreed": DeedText("Afspraak bij een kaart", "Zet de vorige afspraak er zelf weer bij."),
    "deleted": DeedText("Kaart verwijderd"),
    "added": DeedText("Kaart toegevoegd"),
    "sheet": DeedText("Blad van papier ingevuld"),
    "taken-up": DeedText("Kaart opgepakt"),
    "gathered": DeedText("Kaarten op een stapel"),
    "loosened": DeedText("Kaarten van een stapel af"),
    "sorted": DeedText("Kaarten bij een andere soort"),
    "merged": DeedText("Stapels samengevoegd"),
    "shifted": DeedText("Stapel bij een andere soort"),
    "renamed": DeedText("Stapel andere naam"),
    "dissolved": DeedText("Stapel uit elkaar"),
    "emptied": DeedText("Stap leeggemaakt", "Wat er stond, is voorgoed weg.", drives=True),
    "sent-out": DeedText("Kaarten weg van een telefoon", drives=True),
}
"""Every deed of the desk. The end of a session has a way back of its own: the review opens it again."""


class Recent(msgspec.Struct, frozen=True):
    """One deed."""

    id: str
    what: str
    """Key of `DEEDS`."""
    by: str
    """Id of the sign-in of the desk that did it."""
    at: int
    """When, in seconds since 1970."""
    was: dict[str, Any] = {}
    """What an undo needs: ids, states and times."""

    @property
    def text(self) -> DeedText:
        return DEEDS[self.what]

    @property
    def seconds_left(self) -> int:
        """How long it can still be undone, in seconds; 0 or less when that is over."""
        return self.at + KEPT_SECONDS - int(now().timestamp())


def keep(session: Session, what: str, by: uuid.UUID, was: dict[str, Any]) -> None:
    """Puts a deed in front of the others, and forgets those of more than `KEPT_SECONDS` ago."""
    made = Recent(codes.new_id().hex, what, by.hex, int(now().timestamp()), was)
    session.recent = [msgspec.to_builtins(each) for each in (made, *_alive(session))][:MOST]


def drop(session: Session, id: str) -> None:
    session.recent = [each for each in session.recent if each["id"] != id]


def drop_deletion(session: Session, id: uuid.UUID) -> None:
    """Forgets that a card or cluster was deleted: it is back already."""
    gone = ("deleted", "dissolved")
    session.recent = [
        each for each in session.recent if each["what"] not in gone or each["was"]["id"] != id.hex
    ]


def of_desk(session: Session, drives: bool) -> list[Recent]:
    """Returns the last deeds, the newest first: those of the desk with the wheel, or of those beside it. What
    only the wheel undoes is not for the others."""
    driver = session.driver_id.hex if session.driver_id else None
    return [
        each
        for each in _alive(session)
        if (driver is None or (each.by == driver) == drives) and (drives or not each.text.drives)
    ]


def last(session: Session, drives: bool) -> Recent | None:
    """Returns the deed that this desk can undo now, or None."""
    return next((each for each in of_desk(session, drives) if not each.text.why_not), None)


def _alive(session: Session) -> Iterator[Recent]:
    for each in msgspec.convert(session.recent, list[Recent]):
        if each.what in DEEDS and each.seconds_left > 0:
            yield each
