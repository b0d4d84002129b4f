"""What people write at its worst: words that no line can be broken at."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop import models

LONG_WORD = "Samenwerkingsverbandsoverlegvoorzittersvervangingsregelingen"
LINK = f"https://voorbeeld.example/{'lang' * 70}"

WRITTEN: dict[type, tuple[str, ...]] = {
    models.Account: ("name",),
    models.Action: ("text", "owner"),
    models.ActionChange: ("note",),
    models.Activity: ("title", "question", "help", "youth"),
    models.Answer: ("body",),
    models.AnswerVersion: ("body", "note"),
    models.ApiKey: ("name",),
    models.Cluster: ("name",),
    models.Contribution: ("body", "notes"),
    models.HelpLineRow: ("name", "what", "when", "source"),
    models.Lookback: ("intro", "told", "notes"),
    models.Partnership: ("name", "place"),
    models.Passkey: ("name",),
    models.Programme: ("name",),
    models.Reminder: ("note",),
    models.SearchEntry: ("text",),
    models.Session: ("title",),
}
"""Every column that holds words of a person."""
WORDS = {"text", "reason", "reasons", "quotes", "higher", "source", "owner", "note", "question", "help"}
"""What holds words of a person within a column of JSON."""


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
    return f"{words} {LONG_WORD} {LINK}"[:most] if words else ""


def _within(value: Any, written: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _within(inside, name in WORDS) for name, inside in value.items()}
    if isinstance(value, list):
        return [_within(inside, written) for inside in value]
    return _longer(value, None) if written and isinstance(value, str) else value
