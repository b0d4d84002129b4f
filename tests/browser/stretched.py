"""What people write at its worst: words that no line breaks at, and what HTML takes for more than words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop import models

LONG_WORD = "Samenwerkingsverbandsoverlegvoorzittersvervangingsregelingen"
BROKEN_IN = "data-inbraak"
"""What an element has when a page takes for HTML what somebody wrote, in a text or in an attribute."""
ATTACK = f"<b {BROKEN_IN}>{{{{7*7}}}}</b>\" {BROKEN_IN}=1 ' {BROKEN_IN}=1 x="
LINK = f"https://voorbeeld.example/{'lang' * 70}"

WRITTEN: dict[type, tuple[str, ...]] = {
    models.Account: ("name",),
    models.Action: ("text", "owner"),
    models.ActionChange: ("note",),
    models.Activity: ("title", "question", "help", "youth", "spoken", "conclusion", "jotted"),
    models.Answer: ("body",),
    models.AnswerVersion: ("body", "note"),
    models.ApiKey: ("name",),
    models.Cluster: ("name",),
    models.Contribution: ("body", "notes"),
    models.HelpLineRow: ("name", "what", "when", "source"),
    models.Lookback: ("intro", "told", "notes"),
    models.Partnership: ("name", "place"),
    models.Passkey: ("name",),
    models.Programme: ("name", "groups"),
    models.Reminder: ("note",),
    models.SearchEntry: ("text",),
    models.Session: ("title", "announcement", "groups"),
}
"""Every column that holds words of a person."""
WORDS = {
    "text",
    "reason",
    "reasons",
    "quotes",
    "higher",
    "source",
    "owner",
    "note",
    "question",
    "help",
    "general",
    "label",
    "youth",
}
"""What holds words of a person within a column of JSON."""


OF_THE_APP: dict[type, tuple[str, ...]] = {
    models.Account: (
        "email",
        "password_hash",
    ),
    models.Ahead: ("token",),
    models.SealKey: ("key",),
    models.Tombstone: ("sort",),
    models.Attempt: (
        "token_hash",
        "purpose",
        "notes",
    ),
    models.HelpLineRow: (
        "phone",
        "url",
    ),
    models.Identity: (
        "issuer",
        "subject",
    ),
    models.Passkey: ("credential_id",),
    models.RecoveryCode: ("code_hash",),
    models.SignIn: ("token_hash",),
    models.Answer: (
        "field",
        "about",
    ),
    models.ApiKey: ("token_hash",),
    models.CalendarFeed: ("token_hash",),
    models.DossierBranding: ("colour",),
    models.Webhook: ("address", "secret", "trouble"),
    models.SentLetter: ("key", "outcome"),
    models.OwnerAddress: ("owner", "token_hash"),
    models.Invitation: (
        "token_hash",
        "role",
    ),
    models.Membership: ("role",),
    models.Programme: (
        "worksheet",
        "steps",
    ),
    models.Reminder: ("worksheet",),
    models.Session: (
        "worksheet",
        "about",
        "join_token",
        "screen_token",
        "code",
        "shows",
        "still",
        "recent",
        "review",
    ),
    models.Action: (
        "field",
        "about",
        "status",
        "origin",
        "priority",
    ),
    models.Activity: (
        "key",
        "kind",
        "audience",
        "settings",
        "saves",
        "told",
    ),
    models.Deed: (
        "what",
        "particulars",
        "about",
    ),
    models.Lookback: (
        "token",
        "lines",
    ),
    models.Participant: (
        "token_hash",
        "sent_out_hash",
        "group",
        "subgroup",
    ),
    models.ThemeMarks: (
        "field",
        "theme",
        "label",
        "counts",
        "groups",
    ),
    models.ActionChange: ("status", "owner"),
    models.Cluster: ("column",),
    models.Discarded: (
        "sort",
        "row",
        "tied",
    ),
    models.SearchEntry: (
        "kind",
        "part",
        "field",
        "about",
        "worksheet",
        "labels",
        "words",
    ),
    models.Contribution: (
        "group",
        "slot",
        "state",
        "signals",
    ),
    models.Alert: ("sort",),
}
"""Every other column of text: what the app sets, what has a form of its own, such as an address, and copies
of another column."""


async def stretch(db) -> None:
    """Puts a long word and a link behind every text of anybody; as much of it as the column holds."""
    for table, columns in WRITTEN.items():
        for row in await db.scalars(select(table)):
            for name in columns:
                column = table.__table__.columns[name]
                value = getattr(row, name)
                if isinstance(value, str):
                    setattr(row, name, _longer(value, getattr(column.type, "length", None)))
                else:
                    setattr(row, name, _within(value))


def _longer(words: str, most: int | None) -> str:
    return f"{words} {ATTACK} {LONG_WORD} {LINK}"[:most] if words else ""


def _within(value: Any, written: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _within(inside, name in WORDS) for name, inside in value.items()}
    if isinstance(value, list):
        return [_within(inside, written) for inside in value]
    return _longer(value, None) if written and isinstance(value, str) else value
