"""What accounts do that the log keeps: the one table of keys, with the group and the sentence of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Self

ITSELF = "Kompas Live"
"""Who did what nobody did."""
OUTSIDER = "Iemand zonder account"
"""Who did what somebody did at a secret address."""
UNKNOWN = "deed iets wat deze versie van Kompas Live niet kent"
"""Of a newer version, in a database or an archive."""

Particulars = Mapping[str, str | int]


class Group(StrEnum):
    """What the page of the log is filtered by; the value stands in addresses."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        made = str.__new__(cls, value)
        made._value_, made.label = value, label
        return made

    MEMBERS = "leden", "Leden en rollen"
    SESSIONS = "sessies", "Sessies"
    MODERATION = "moderatie", "Moderatie"
    DOSSIER = "dossier", "Dossier"
    SEEN = "gezien", "Gezien"
    DOCUMENTS = "uitvoer", "Documenten"
    OTHER = "anders", "Overig"


class What(StrEnum):
    """Key, group and sentence. A sentence names its particulars: small facts, never words of a card, never
    who took part. `by` stands for who did it where that was no account."""

    group: Group
    sentence: str
    by: str
    needs: frozenset[str]
    """The names of its particulars."""

    def __new__(cls, key: str, group: Group, sentence: str, by: str = "") -> Self:
        made = str.__new__(cls, key)
        made._value_, made.group, made.sentence, made.by = key, group, sentence, by
        made.needs = frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)
        return made

    INVITATION_MADE = "invitation-made", Group.MEMBERS, "maakt een uitnodiging: {role}"
    INVITATION_RENEWED = "invitation-renewed", Group.MEMBERS, "vernieuwt een uitnodiging: {role}"
    INVITATION_WITHDRAWN = "invitation-withdrawn", Group.MEMBERS, "trekt een uitnodiging in: {role}"
    INVITATION_USED = "invitation-used", Group.MEMBERS, "doet mee op uitnodiging: {role}"
    ROLE_CHANGED = "role-changed", Group.MEMBERS, "maakt iemand {role}"
    MEMBER_REMOVED = "member-removed", Group.MEMBERS, "haalt iemand weg"
    MEMBER_LEFT = "member-left", Group.MEMBERS, "gaat weg"
    DOSSIER_HANDED_OVER = "dossier-handed-over", Group.MEMBERS, "draagt het dossier over"

    SESSION_MADE = "session-made", Group.SESSIONS, "maakt een sessie"
    SESSION_PLANNED = "session-planned", Group.SESSIONS, "kiest een dag voor een sessie"
    SESSION_OPENED = "session-opened", Group.SESSIONS, "opent een sessie"
    SESSION_REHEARSED = "session-rehearsed", Group.SESSIONS, "oefent met een programma"
    SESSION_CLOSED = "session-closed", Group.SESSIONS, "sluit de sessie"
    SESSION_CLOSED_ITSELF = "session-closed-itself", Group.SESSIONS, "sluit de sessie na {hours} uur", ITSELF
    SESSION_REOPENED = "session-reopened", Group.SESSIONS, "opent de sessie weer"
    SESSION_EMPTIED = "session-emptied", Group.SESSIONS, "maakt een voorbereide sessie weer leeg", ITSELF
    SESSION_REMOVED = "session-removed", Group.SESSIONS, "verwijdert een sessie"
    SESSION_SAVED = "session-saved", Group.SESSIONS, "bewaart een sessie"
    AHEAD_OPENED = "ahead-opened", Group.SESSIONS, "laat mensen een stap vooraf invullen"
    AHEAD_MOVED = "ahead-moved", Group.SESSIONS, "kiest tot wanneer mensen vooraf kunnen invullen"
    AHEAD_LINKED = "ahead-linked", Group.SESSIONS, "maakt een nieuwe link om vooraf in te vullen"
    AHEAD_CLOSED = "ahead-closed", Group.SESSIONS, "sluit het vooraf invullen"
    AHEAD_CLOSED_ITSELF = (
        "ahead-closed-itself",
        Group.SESSIONS,
        "sluit het vooraf invullen op zijn dag",
        ITSELF,
    )
    WHEEL_TAKEN = "wheel-taken", Group.SESSIONS, "neemt de regie over"
    PROGRAMME_SAVED = "programme-saved", Group.SESSIONS, "bewaart een programma"
    PROGRAMME_RENAMED = "programme-renamed", Group.SESSIONS, "geeft een programma een andere naam"
    PROGRAMME_REMOVED = "programme-removed", Group.SESSIONS, "verwijdert een programma"
    LOOKBACK_CHANGED = "lookback-changed", Group.SESSIONS, "past een terugblik aan"
    LOOKBACK_PUBLISHED = "lookback-published", Group.SESSIONS, "publiceert een terugblik"
    LOOKBACK_WITHDRAWN = "lookback-withdrawn", Group.SESSIONS, "trekt een terugblik in"
    LOOKBACK_LINKED = "lookback-linked", Group.SESSIONS, "maakt een nieuwe link voor een terugblik"

    CARD_SHOWN = "card-shown", Group.MODERATION, "laat een kaart zien"
    CARD_HIDDEN = "card-hidden", Group.MODERATION, "haalt een kaart van het scherm"
    CARD_HELD = "card-held", Group.MODERATION, "houdt een kaart tegen"
    CARD_REWRITTEN = "card-rewritten", Group.MODERATION, "past de tekst van een kaart aan"
    CARD_DELETED = "card-deleted", Group.MODERATION, "verwijdert een kaart"
    CARD_PARKED = "card-parked", Group.MODERATION, "zet een kaart op de Parkeerplaats"
    CARD_UNPARKED = "card-unparked", Group.MODERATION, "haalt een kaart van de Parkeerplaats"
    LINE_PARKED = "line-parked", Group.MODERATION, "zet een regel op de Parkeerplaats"
    CARD_PUT_BACK = "card-put-back", Group.MODERATION, "zet een kaart terug"
    CLUSTER_PUT_BACK = "cluster-put-back", Group.MODERATION, "zet een stapel terug"
    STEP_CLOSED = "step-closed", Group.MODERATION, "zet de stap dicht"
    STEP_EMPTIED = "step-emptied", Group.MODERATION, "maakt een stap leeg"
    STEP_OPENED = "step-opened", Group.MODERATION, "zet de stap open"
    SCREEN_BLANKED = "screen-blanked", Group.MODERATION, "zet het beeld uit"
    SCREEN_SHOWN = "screen-shown", Group.MODERATION, "zet het beeld weer aan"
    DOOR_CLOSED = "door-closed", Group.MODERATION, "laat niemand meer binnen"
    DOOR_OPENED = "door-opened", Group.MODERATION, "laat weer mensen binnen"
    CODES_RENEWED = "codes-renewed", Group.MODERATION, "vernieuwt de QR-code en de code"
    PHONES_FORGOTTEN = "phones-forgotten", Group.MODERATION, "vergeet stille telefoons"
    QUESTION_ASKED = "question-asked", Group.SESSIONS, "stelt een tussenvraag"
    ANNOUNCED = "announced", Group.SESSIONS, "zet een bericht op alle telefoons"
    PHONE_SENT_OUT = "phone-sent-out", Group.MODERATION, "stuurt een telefoon weg"
    CARDS_PUT_BACK = "cards-put-back", Group.MODERATION, "zet de kaarten van een weggestuurde telefoon terug"
    HELP_CALLED = "help-called", Group.MODERATION, "opent Hulp op alle telefoons"
    SIGNAL_TAKEN_UP = "signal-taken-up", Group.MODERATION, "pakt een kaart op die hulp vroeg"
    SIGNAL_PUT_BACK = "signal-put-back", Group.MODERATION, "legt een kaart terug die hulp vroeg"

    DOSSIER_MADE = "dossier-made", Group.DOSSIER, "maakt het dossier"
    ANSWER_CHANGED = "answer-changed", Group.DOSSIER, "past een antwoord aan"
    ANSWER_RESTORED = "answer-restored", Group.DOSSIER, "zet een eerdere versie terug"
    ANSWER_CONFIRMED = "answer-confirmed", Group.DOSSIER, "zegt dat iets nog klopt"
    ACTION_ADDED = "action-added", Group.DOSSIER, "voegt een actie toe"
    ACTION_CHANGED = "action-changed", Group.DOSSIER, "verandert een actie"
    ACTION_ANSWERED = (
        "action-answered",
        Group.DOSSIER,
        "zegt op het adres van {owner} hoe het met een actie staat",
        OUTSIDER,
    )
    ACTIONS_REVIEWED = "actions-reviewed", Group.DOSSIER, "kijkt terug op acties: werkblad {worksheet}"
    MARKS_ENTERED = "marks-entered", Group.DOSSIER, "vult cijfers van papier in"
    ROUND_BEGUN = "round-begun", Group.DOSSIER, "begint een nieuwe ronde: werkblad {worksheet}"
    REMINDER_SET = "reminder-set", Group.DOSSIER, "kiest een terugkijkdag: werkblad {worksheet}"
    REMINDER_REMOVED = "reminder-removed", Group.DOSSIER, "haalt een terugkijkdag weg: werkblad {worksheet}"
    CALENDAR_MADE = "calendar-made", Group.DOSSIER, "maakt een adres voor agenda's"
    CALENDAR_REMOVED = "calendar-removed", Group.DOSSIER, "haalt het adres voor agenda's weg"
    OWNER_ADDRESS_MADE = "owner-address-made", Group.DOSSIER, "maakt een adres voor een organisatie"
    OWNER_ADDRESS_REVOKED = "owner-address-revoked", Group.DOSSIER, "trekt het adres van een organisatie in"
    API_KEY_MADE = "api-key-made", Group.DOSSIER, "maakt een API-sleutel"
    API_KEY_REVOKED = "api-key-revoked", Group.DOSSIER, "trekt een API-sleutel in"
    WEBHOOK_MADE = "webhook-made", Group.DOSSIER, "maakt een webhook"
    WEBHOOK_REMOVED = "webhook-removed", Group.DOSSIER, "haalt een webhook weg"
    LOGO_CHANGED = "logo-changed", Group.DOSSIER, "kiest een logo voor documenten"
    LOGO_REMOVED = "logo-removed", Group.DOSSIER, "haalt het logo uit documenten weg"
    COLOUR_CHANGED = "colour-changed", Group.DOSSIER, "kiest een kleur voor documenten"
    COLOUR_REMOVED = "colour-removed", Group.DOSSIER, "haalt de kleur uit documenten weg"
    ERASURE_ASKED = "erasure-asked", Group.DOSSIER, "wil het dossier verwijderen: {on}"
    ERASURE_CANCELLED = "erasure-cancelled", Group.DOSSIER, "bewaart het dossier toch"
    DOSSIER_TAKEN_OVER = "dossier-taken-over", Group.DOSSIER, "neemt het dossier over"

    DOSSIER_SEEN = "dossier-seen", Group.SEEN, "bekijkt het dossier"

    DOCUMENT_DOWNLOADED = "document-downloaded", Group.DOCUMENTS, "downloadt een document"
    DOSSIER_EXPORTED = "dossier-exported", Group.DOCUMENTS, "neemt het dossier mee"

    LOOKBACK_TOLD = "lookback-told", Group.OTHER, "vertelt wat er met een sessie gebeurde"
    ADDRESS_CHOSEN = "address-chosen", Group.OTHER, "kiest een ander adres voor de QR"
    PASSWORD_CHOSEN = "password-chosen", Group.OTHER, "kiest een nieuw wachtwoord"
    PASSKEY_MADE = "passkey-made", Group.OTHER, "maakt een passkey"
    PASSKEY_REMOVED = "passkey-removed", Group.OTHER, "verwijdert een passkey"
    PASSKEYS_CLEARED = "passkeys-cleared", Group.OTHER, "haalt iemands passkeys weg"
    RECOVERY_CODES_MADE = "recovery-codes-made", Group.OTHER, "maakt nieuwe herstelcodes"
    RECOVERY_CODE_USED = "recovery-code-used", Group.OTHER, "gebruikt een herstelcode"
    IDENTITY_LINKED = (
        "identity-linked",
        Group.OTHER,
        "koppelt het account aan een andere manier van inloggen",
    )
    HELP_LINE_ADDED = "help-line-added", Group.OTHER, "voegt een hulplijn toe"
    HELP_LINE_CHANGED = "help-line-changed", Group.OTHER, "past een hulplijn aan"
    HELP_LINE_CHECKED = "help-line-checked", Group.OTHER, "controleert een hulplijn"
    HELP_LINE_MOVED = "help-line-moved", Group.OTHER, "verplaatst een hulplijn"
    HELP_LINE_REMOVED = "help-line-removed", Group.OTHER, "haalt een hulplijn weg"
    HELP_LINE_PUT_BACK = "help-line-put-back", Group.OTHER, "zet een hulplijn terug"
    HELP_LINES_RESET = "help-lines-reset", Group.OTHER, "zet de startlijst met hulplijnen terug"
    UNSORTED = "other", Group.OTHER, "{sentence}"
    """Of before there were keys, in words that we do not know."""


def sentence(key: str, particulars: Particulars, role_names: Mapping[str, str]) -> str:
    """Returns what somebody did, as it stands after their name; `UNKNOWN` for a key that is not ours, or that
    misses its particulars."""
    what = _OF.get(key)
    if what is None or not what.needs <= particulars.keys():
        return UNKNOWN
    said = dict(particulars)
    if "role" in what.needs:
        said["role"] = role_names.get(str(said["role"]), str(said["role"]))
    return what.sentence.format_map(said)


def instead_of_a_name(key: str) -> str:
    """Returns who did it where that was no account; empty for what accounts do."""
    return _OF[key].by if key in _OF else ""


_OF = {str(what): what for what in What}
