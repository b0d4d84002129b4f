"""What the log said before it had keys: a database before migration 0021, and an archive of version 1.

History: nothing is added here. Keys are spelled out: what stands in old logs does not change with ours.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ROLES = {"coördinator": "coordinator", "begeleider": "begeleider", "lezer": "lezer", "beheerder": "beheerder"}
WORKSHEET = "werkblad "
BY_ITSELF = re.compile("sluit de sessie na ([0-9]{1,4}) uur")


class EarlierText(NamedTuple):
    what: str
    particulars: dict[str, str | int]
    about: str


def told(verb: str, about: str) -> EarlierText:
    """Gives a line its key. One that we do not know keeps its sentence."""
    if verb in WHAT:
        return EarlierText(WHAT[verb], {}, about)
    if verb in OF_A_ROLE and about in ROLES:
        return EarlierText(OF_A_ROLE[verb], {"role": ROLES[about]}, "")
    if verb in OF_A_WORKSHEET and about.startswith(WORKSHEET):
        return EarlierText(OF_A_WORKSHEET[verb], {"worksheet": about.removeprefix(WORKSHEET)}, "")
    if verb == ASKS_ERASURE:
        return EarlierText("erasure-asked", {"on": about}, "")
    role = verb.removeprefix("maakt iemand ")
    if role in ROLES:
        return EarlierText("role-changed", {"role": ROLES[role]}, about)
    if closed := BY_ITSELF.fullmatch(verb):
        return EarlierText("session-closed-itself", {"hours": int(closed[1])}, about)
    return EarlierText("other", {"sentence": verb}, about)


WHAT = {
    "haalt iemand weg": "member-removed",
    "gaat weg": "member-left",
    "draagt het dossier over": "dossier-handed-over",
    "opent een sessie": "session-opened",
    "sluit de sessie": "session-closed",
    "opent de sessie weer": "session-reopened",
    "maakt een voorbereide sessie weer leeg": "session-emptied",
    "bewaart een sessie": "session-saved",
    "slaat een sessie op": "session-saved",
    "neemt de regie over": "wheel-taken",
    "neemt het stuur": "wheel-taken",
    "bewaart een programma": "programme-saved",
    "past een terugblik aan": "lookback-changed",
    "publiceert een terugblik": "lookback-published",
    "trekt een terugblik in": "lookback-withdrawn",
    "haalt een terugblik terug": "lookback-withdrawn",
    "maakt een nieuwe link voor een terugblik": "lookback-linked",
    "vertelt wat er met een sessie gebeurde": "lookback-told",
    "laat een kaart zien": "card-shown",
    "haalt een kaart van het scherm": "card-hidden",
    "houdt een kaart tegen": "card-held",
    "past de tekst van een kaart aan": "card-rewritten",
    "verwijdert een kaart": "card-deleted",
    "zet een kaart terug": "card-put-back",
    "zet een stapel terug": "cluster-put-back",
    "zet een groep terug": "cluster-put-back",
    "zet de stap dicht": "step-closed",
    "sluit de invoer": "step-closed",
    "zet de stap open": "step-opened",
    "opent de invoer": "step-opened",
    "zet het beeld uit": "screen-blanked",
    "maakt het grote scherm leeg": "screen-blanked",
    "zet het beeld weer aan": "screen-shown",
    "laat het grote scherm weer zien": "screen-shown",
    "laat niemand meer binnen": "door-closed",
    "doet de deur dicht": "door-closed",
    "laat weer mensen binnen": "door-opened",
    "doet de deur open": "door-opened",
    "vernieuwt de QR-code en de code": "codes-renewed",
    "maakt een nieuwe QR en code": "codes-renewed",
    "vergeet stille telefoons": "phones-forgotten",
    "opent Hulp op alle telefoons": "help-called",
    "pakt een kaart op die hulp vroeg": "signal-taken-up",
    "pakt een signaal op": "signal-taken-up",
    "kiest een ander adres voor de QR": "address-chosen",
    "maakt het dossier": "dossier-made",
    "past een antwoord aan": "answer-changed",
    "zet een eerdere versie terug": "answer-restored",
    "zegt dat iets nog klopt": "answer-confirmed",
    "voegt een actie toe": "action-added",
    "verandert een actie": "action-changed",
    "vult cijfers van papier in": "marks-entered",
    "maakt een adres voor agenda's": "calendar-made",
    "haalt het adres voor agenda's weg": "calendar-removed",
    "maakt een API-sleutel": "api-key-made",
    "trekt een API-sleutel in": "api-key-revoked",
    "bewaart het dossier toch": "erasure-cancelled",
    "neemt het dossier over": "dossier-taken-over",
    "bekijkt het dossier": "dossier-seen",
    "downloadt een document": "document-downloaded",
    "neemt het dossier mee": "dossier-exported",
    "kiest een nieuw wachtwoord": "password-chosen",
    "maakt een passkey": "passkey-made",
    "verwijdert een passkey": "passkey-removed",
    "haalt iemands passkeys weg": "passkeys-cleared",
    "maakt nieuwe herstelcodes": "recovery-codes-made",
    "gebruikt een herstelcode": "recovery-code-used",
    "koppelt het account aan een andere manier van inloggen": "identity-linked",
    "voegt een hulplijn toe": "help-line-added",
    "past een hulplijn aan": "help-line-changed",
    "controleert een hulplijn": "help-line-checked",
    "verplaatst een hulplijn": "help-line-moved",
    "haalt een hulplijn weg": "help-line-removed",
    "zet een hulplijn terug": "help-line-put-back",
    "zet de startlijst met hulplijnen terug": "help-lines-reset",
}
OF_A_ROLE = {
    "maakt een uitnodiging": "invitation-made",
    "vernieuwt een uitnodiging": "invitation-renewed",
    "trekt een uitnodiging in": "invitation-withdrawn",
    "doet mee op uitnodiging": "invitation-used",
}
"""What was about a role, by its name."""
OF_A_WORKSHEET = {
    "begint een nieuwe ronde": "round-begun",
    "kijkt terug op acties": "actions-reviewed",
    "kiest een terugkijkdag": "reminder-set",
    "spreekt een moment van terugkijken af": "reminder-set",
    "haalt een terugkijkdag weg": "reminder-removed",
    "stopt een moment van terugkijken": "reminder-removed",
}
ASKS_ERASURE = "wil het dossier verwijderen"
WITH_ABOUT = {*OF_A_ROLE, *OF_A_WORKSHEET, ASKS_ERASURE}
"""Those whose key depends on what they were about."""
