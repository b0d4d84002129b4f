"""A dossier as it is after years: sessions with their cards, answers with versions, marks through time, and
actions with what happened to them. Fast: whole tables at once, and the search index afterwards.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import msgspec
from sqlalchemy import Connection, insert

from workshop.accounts import roles
from workshop.codes import new_id, new_token
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.items import Item
from workshop.models import (
    Account,
    Action,
    ActionChange,
    Activity,
    Answer,
    AnswerVersion,
    Base,
    Contribution,
    Membership,
    Partnership,
    Session,
    ThemeMarks,
    now,
)
from workshop.phrases import CARDS
from workshop.record.answers import body_of
from workshop.storage import search_index

STANDS = 12
"""So many texts stand in a field, however many sessions there were: people choose and tidy."""
BROUGHT = 4
MARKS_SHEET, MARKS_EVERY = "0-leren", 3
STAYS_OPEN = 20
PLACES = ("School", "Online", "Buurt")
PHRASES = [phrase for phrases in CARDS.values() for phrase in phrases]
Rows = dict[type[Base], list[dict[str, Any]]]


def fill(db: Connection, library: Library, sessions: int, cards: int) -> tuple[uuid.UUID, uuid.UUID]:
    """The ids of the dossier and of its coordinator."""
    writer = Writer(library, sessions, cards)
    for model, rows in writer.rows.items():
        for start in range(0, len(rows), 5000):
            db.execute(insert(model), rows[start : start + 5000])
    search_index.rebuild(db, writer.dossier)
    return writer.dossier, writer.account


class Writer:
    """Makes the rows, session by session; the same each time but for the ids."""

    def __init__(self, library: Library, sessions: int, cards: int) -> None:
        self.library, self.cards, self.total = library, cards, sessions
        self.chance = random.Random(20261124)
        self.account, self.dossier = new_id(), new_id()
        self.rows: Rows = {
            model: []
            for model in (
                *(Account, Partnership, Membership, Session, Activity, Contribution),
                *(Answer, AnswerVersion, ThemeMarks, Action, ActionChange),
            )
        }
        self.answers: dict[str, dict[str, Any]] = {}
        self.standing: dict[str, list[Item]] = {}
        self._people()
        self._by_hand()
        sheets = [sheet for sheet in library.worksheets if sheet.id != MARKS_SHEET]
        for number in range(sessions):
            marks = number % MARKS_EVERY == 0
            self._session(number, library.worksheet(MARKS_SHEET) if marks else sheets[number % len(sheets)])
        self.rows[Answer] = list(self.answers.values())

    def _people(self) -> None:
        account = {"id": self.account, "email": "bench@voorbeeld.nl", "name": "Samira", "password_hash": "x"}
        self.rows[Account].append(account)
        self.rows[Partnership].append({"id": self.dossier, "name": "Veilig Voorbeeldstad"})
        member = {"partnership_id": self.dossier, "account_id": self.account, "role": roles.COORDINATOR}
        self.rows[Membership].append(member)

    def _by_hand(self) -> None:
        """Every question has an answer before the first session: so the pages of a young dossier and an old
        one show as much, and only what lies behind them differs."""
        at = now() - dt.timedelta(days=self.total + 1)
        for sheet in self.library.worksheets:
            for field in sheet.fields:
                if field.kind not in ("marks", "actions"):
                    self._write(field.id, [self._item(None) for _ in range(STANDS)], None, at)

    def _session(self, number: int, sheet: Worksheet) -> None:
        at = now() - dt.timedelta(days=self.total - number)
        id, steps = new_id(), [new_id() for _ in range(5)]
        self.rows[Session].append(
            {"id": id, "partnership_id": self.dossier, "worksheet": sheet.id, "code": None, "admits": False}
            | {"title": f"{sheet.title[:150]}, sessie {number + 1}", "created_at": at, "opened_at": at}
            | {"ended_at": at, "saved_at": at, "phones": 40}
            | {"join_token": new_token(), "screen_token": new_token()}
        )
        self.rows[Activity] += [
            {"id": step, "session_id": id, "key": f"s{place}", "position": place, "kind": "cards"}
            | {"title": f"Stap {place}", "question": "Wat zie je?", "settings": {}, "saves": {}, "youth": {}}
            for place, step in enumerate(steps)
        ]
        self.rows[Contribution] += [self._card(steps[0]) for _ in range(self.cards)]
        fields = [field for field in sheet.fields if field.kind not in ("marks", "actions")]
        for field in self.chance.sample(fields, min(2, len(fields))):
            kept = [*self.standing[field.id], *(self._item(id) for _ in range(BROUGHT))][-STANDS:]
            self._write(field.id, kept, id, at)
        for field in (field for field in sheet.fields if field.kind == "marks"):
            self._marks(field.id, id, at)
        for _ in range(2):
            self._action(next((f.id for f in sheet.fields if f.kind == "actions"), ""), number, id, at)

    def _card(self, activity_id: uuid.UUID) -> dict[str, Any]:
        id = new_id()
        body = {"text": self.chance.choice(PHRASES), "column": "zorg", "place": self.chance.choice(PLACES)}
        return {"id": id, "activity_id": activity_id, "slot": id.hex, "body": body, "notes": {}}

    def _item(self, session_id: uuid.UUID | None) -> Item:
        return Item(
            id=new_id().hex,
            text=f"{self.chance.choice(PHRASES)} ({self.chance.randrange(1000)})",
            cards=3,
            quotes=tuple(self.chance.sample(PHRASES, 3)),
            labels=(self.chance.choice(PLACES),),
            session=str(session_id) if session_id else None,
        )

    def _write(self, field: str, items: list[Item], session_id: uuid.UUID | None, at: dt.datetime) -> None:
        fresh = {"id": new_id(), "partnership_id": self.dossier, "field": field, "number": 0, "about": ""}
        answer = self.answers.setdefault(field, fresh)
        answer["number"] += 1
        answer["body"] = msgspec.to_builtins(body_of(items))
        self.standing[field] = items
        self.rows[AnswerVersion].append(
            {"id": new_id(), "answer_id": answer["id"], "number": answer["number"], "body": answer["body"]}
            | {"session_id": session_id, "account_id": self.account, "note": "", "at": at}
        )

    def _marks(self, field: str, session_id: uuid.UUID, at: dt.datetime) -> None:
        themes = self.library.structures["collaboration_themes"]["themes"]
        groups = {group: [self.chance.randrange(3) for _ in range(10)] for group in ("jongere", "beleid")}
        counts = [sum(marks) for marks in zip(*groups.values(), strict=True)]
        self.rows[ThemeMarks] += [
            {"partnership_id": self.dossier, "session_id": session_id, "field": field, "at": at}
            | {"theme": theme["id"], "label": theme["label"], "position": place, "counts": counts}
            | {"groups": groups}
            for place, theme in enumerate(themes)
        ]

    def _action(self, field: str, number: int, session_id: uuid.UUID, at: dt.datetime) -> None:
        """Those of the last ten sessions are open still."""
        is_open = number >= self.total - STAYS_OPEN // 2
        id, status = new_id(), "open" if is_open else "done"
        self.rows[Action].append(
            {"id": id, "partnership_id": self.dossier, "field": field, "session_id": session_id}
            | {"text": self.chance.choice(PHRASES), "owner": "Gemeente", "due": now().date()}
            | {"status": status, "created_at": at, "created_by": self.account}
        )
        self.rows[ActionChange] += [
            {"action_id": id, "status": status, "note": note, "account_id": self.account, "at": at}
            for note in ("Afgesproken", *(() if is_open else ("Stand: nog niet begonnen werd klaar",)))
        ]
