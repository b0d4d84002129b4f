"""Sessions to measure in: a step that is open, phones that take part, and what they sent before."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, FromClause, MetaData, Table, create_engine, insert, inspect
from sqlalchemy.engine import make_url

from bench import load
from bench.filled import Rows
from workshop.accounts import roles
from workshop.codes import new_code, new_id, new_token, token_hash
from workshop.models import (
    Account,
    Activity,
    Base,
    Contribution,
    Membership,
    Participant,
    Partnership,
    Session,
    SignIn,
    now,
)
from workshop.pages import visitor
from workshop.pages.phone.page import COOKIE, LOOSE
from workshop.phrases import CARDS
from workshop.safety.screening import screen

SHEET = "1-A"
PHRASES = [phrase for phrases in CARDS.values() for phrase in phrases if not screen(phrase)]
COLUMNS = (
    {"id": "zorg", "label": "Zorg", "plural": "Zorgen", "tone": "zorg"},
    {"id": "kans", "label": "Kans", "plural": "Kansen", "tone": "kans"},
)
THEMES = [{"id": f"thema-{n}", "label": f"Thema {n}"} for n in range(1, 6)]
CHOICES = [f"Keuze {n}" for n in range(1, 11)]
LIGHTS = ("groen", "oranje", "rood")
MOST_CARDS = 50
LISTED, FIRST = 30, COLUMNS[0]["id"]
"""So many of an earlier step's cards can be answered with lights: the first of this column, by their ids."""

SETTINGS: dict[str, dict[str, Any]] = {
    "cards": {"columns": COLUMNS, "max_cards": MOST_CARDS},
    "marks": {"themes": THEMES, "higher": False},
    "dots": {"source": "bron", "dots": 3},
    "lights": {"source": "bron"},
    "pairs": {"source": "bron"},
    "votes": {"options": CHOICES, "dots": 1, "chosen": len(CHOICES)},
}
KINDS = {"votes": "dots"}
"""Votes are dots over a fixed list, with the result shown: every vote changes what all phones see."""


class Wanted(NamedTuple):
    """A session to make. `entries` stand in its step already, `earlier` cards in the step before."""

    kind: str
    phones: int
    entries: int = 0
    earlier: int = 0


class Hall(NamedTuple):
    """One session with its phones, each the cookie that it sends."""

    session: uuid.UUID
    before: uuid.UUID
    step: uuid.UUID
    kind: str
    join_token: str
    screen_token: str
    desk: str
    phones: list[str]
    earlier: list[str]
    chance: random.Random

    def posts(self, origin: str, count: int, after: int = 0) -> list[bytes]:
        """So many contributions, phone after phone; the first `after` phones say nothing this time."""
        phones = itertools.islice(itertools.cycle(enumerate(self.phones)), after, after + count)
        return [self.contribution(origin, number, cookie) for number, cookie in phones]

    def contribution(self, origin: str, number: int, cookie: str, id: uuid.UUID | None = None) -> bytes:
        form = FORMS[self.kind](self, number)
        about = {"activity": str(self.step), "contribution": str(id or new_id())}
        return load.post("/deelnemen/bijdragen", origin, cookie, about | dict(form))

    def joins(self, origin: str, count: int) -> list[bytes]:
        groups = itertools.cycle(("jongere", "ouder", ""))
        path = f"/j/{self.join_token}"
        return [load.post(path, origin, "", {"group": next(groups)}) for _ in range(count)]

    def sockets(self, origin: str, seen: int = 0, most: int | None = None) -> list[bytes]:
        """The streams of its phones, for a page that was made at revision `seen`."""
        path = f"/deelnemen/stroom?na={seen}&ingepakt"
        return [load.upgrade(path, origin, cookie) for cookie in self.phones[:most]]

    def revision(self, database: Path) -> int:
        """Of a database without changes that are still to be committed."""
        with contextlib.closing(sqlite3.connect(database)) as db:
            asked = "SELECT revision FROM session WHERE id = ?"
            return db.execute(asked, (self.session.hex,)).fetchone()[0]

    def screen(self, origin: str) -> bytes:
        return load.upgrade(f"/scherm/{self.screen_token}/stroom", origin)


def fill(database_url: str, wanted: Sequence[Wanted]) -> list[Hall]:
    """Makes these sessions in a migrated database, without the application."""
    url = make_url(database_url)
    plain = url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
    engine = create_engine(plain)
    with engine.begin() as db:
        dossier, desk, token = _people(db)
        halls = [_hall(db, one, dossier, desk, token) for one in wanted]
    engine.dispose()
    return halls


def phone_cookie(token: str) -> str:
    half = len(token) // 2
    return f"{COOKIE}={token[:half]}; {LOOSE}={token[half:]}"


def _people(db: Connection) -> tuple[uuid.UUID, uuid.UUID, str]:
    """A dossier, the sign-in of its facilitator, and that one's cookie."""
    account, dossier, desk, token = new_id(), new_id(), new_id(), new_token()
    person = {"id": account, "email": f"{account.hex}@voorbeeld.nl", "name": "Samira", "password_hash": "x"}
    member = {"partnership_id": dossier, "account_id": account, "role": roles.COORDINATOR}
    expires = now().replace(year=now().year + 1)
    browser = {"id": desk, "account_id": account, "token_hash": token_hash(token), "expires_at": expires}
    rows: Rows = {
        Account: [person],
        Partnership: [{"id": dossier, "name": "Veilig Voorbeeldstad"}],
        Membership: [member],
        SignIn: [browser],
    }
    _insert(db, rows)
    return dossier, desk, f"{visitor.COOKIE}={token}"


def _hall(db: Connection, wanted: Wanted, dossier: uuid.UUID, desk: uuid.UUID, cookie: str) -> Hall:
    chance = random.Random(20261129)
    session, earlier, step = new_id(), new_id(), new_id()
    tokens = [new_token() for _ in range(wanted.phones)]
    people = [{"id": new_id(), "session_id": session, "token_hash": token_hash(token)} for token in tokens]
    steps = [
        _step(session, earlier, 0, "bron", "cards", SETTINGS["cards"]),
        _step(session, step, 1, "nu", KINDS.get(wanted.kind, wanted.kind), SETTINGS[wanted.kind]),
    ]
    steps[1]["shown"] = wanted.kind == "votes"
    source = [_entry(earlier, number, _card(chance)) for number in range(wanted.earlier)]
    body = STANDING[wanted.kind]
    here = [_entry(step, number, body(chance)) for number in range(wanted.entries)]
    row = {"id": session, "partnership_id": dossier, "worksheet": SHEET, "title": "Zorgen en kansen"} | {
        "holds_back": False,
        "activity_id": step,
        "driver_id": desk,
        "join_token": new_token(),
        "screen_token": new_token(),
        "opened_at": now(),
        "admits": True,
        "code": new_code(),
        "revision": 1,
    }
    _insert(db, {Session: [row], Activity: steps, Participant: people, Contribution: source + here})
    return Hall(
        session,
        earlier,
        step,
        wanted.kind,
        row["join_token"],
        row["screen_token"],
        cookie,
        [phone_cookie(token) for token in tokens],
        sorted(str(card["id"]) for card in source if card["body"]["column"] == FIRST)[:LISTED],
        chance,
    )


def _step(
    session: uuid.UUID, id: uuid.UUID, position: int, key: str, kind: str, settings: dict[str, Any]
) -> dict[str, Any]:
    return {"id": id, "session_id": session, "key": key, "position": position, "kind": kind} | {
        "title": "Wat zie je?",
        "question": "Wat zie je hier gebeuren?",
        "settings": settings,
        "saves": {},
        "started_at": now(),
        "shown": False,
    }


def _entry(step: uuid.UUID, number: int, body: dict[str, Any]) -> dict[str, Any]:
    id = new_id()
    return {"id": id, "activity_id": step, "slot": id.hex, "body": body, "order": number + 1, "notes": {}}


def _insert(db: Connection, rows: Mapping[type[Base], list[dict[str, Any]]]) -> None:
    """Also into a database of an older version: there without the columns that it has not."""
    for model, found in rows.items():
        there = {column["name"] for column in inspect(db).get_columns(model.__tablename__)}
        missing = {column.name for column in model.__table__.columns} - there
        statement = insert(without(model.__table__, missing) if missing else model)
        for start in range(0, len(found), 5000):
            db.execute(statement, found[start : start + 5000])


def without(table: FromClause, missing: set[str]) -> Table:
    """The same table with fewer columns."""
    columns = [column._copy() for column in table.columns if column.name not in missing]
    return Table(table.name, MetaData(), *columns)


def _card(chance: random.Random) -> dict[str, Any]:
    return {"text": chance.choice(PHRASES), "column": chance.choice(COLUMNS)["id"], "place": ""}


def _mark(chance: random.Random) -> dict[str, Any]:
    return {"theme": chance.choice(THEMES)["id"], "mark": chance.randint(1, 10), "higher": ""}


STANDING: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "cards": _card,
    "marks": _mark,
    "dots": lambda _: {"options": [], "reason": ""},
    "lights": lambda _: {"statement": "", "value": "", "reason": ""},
    "pairs": lambda _: {"a": "", "b": "", "relation": "", "reason": ""},
    "votes": lambda _: {"options": [], "reason": ""},
}
Form = Mapping[str, str | Sequence[str]]
FORMS: dict[str, Callable[[Hall, int], Form]] = {
    "cards": lambda hall, _: {name: words for name, words in _card(hall.chance).items() if words},
    "marks": lambda hall, _: {f"mark.{hall.chance.choice(THEMES)['id']}": str(hall.chance.randint(1, 10))},
    "dots": lambda hall, _: {"options": hall.chance.sample(hall.earlier, 3)},
    # The same sentence or pair each time: a phone may answer no more than so many.
    "lights": lambda hall, number: {f"light.{_nth(hall, number)}": hall.chance.choice(LIGHTS)},
    "pairs": lambda hall, number: {
        "a": _nth(hall, number),
        "b": _nth(hall, number + 1),
        "relation": hall.chance.choice(("versterkt", "sluit-aan", "botst", "geen")),
    },
    "votes": lambda hall, _: {"options": str(hall.chance.randint(1, len(CHOICES)))},
}


def _nth(hall: Hall, number: int) -> str:
    return hall.earlier[number % len(hall.earlier)]
