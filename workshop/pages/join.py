"""Joining: by the QR's address or by typing the code. No account, no name."""

from __future__ import annotations

import time
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select

from workshop import codes
from workshop.groups import GROUPS
from workshop.languages import Sentence
from workshop.live.room import CLOSED_DOOR, WRONG_QR, Closed, Gone
from workshop.models import Session, now
from workshop.pages.forms import first, posted
from workshop.pages.phone import participant_of, remember
from workshop.pages.reply import back, blocks, message, page, wants_blocks
from workshop.record import lookback
from workshop.services import Services

WRONG_CODE = Sentence("Deze code klopt niet. Kijk nog eens op het grote scherm.")
TOO_MANY = Sentence("Er worden nu te veel codes geprobeerd. Scan de QR-code, of wacht een minuut.")


class Guesses:
    """Wrong codes of the whole installation in this minute. Never per address: a class shares one."""

    def __init__(self) -> None:
        self.minute = 0
        self.wrong = 0

    def too_many(self, most: int) -> bool:
        self._turn()
        return self.wrong >= most

    def add(self) -> None:
        self._turn()
        self.wrong += 1

    def _turn(self) -> None:
        minute = int(time.monotonic() // 60)
        if minute != self.minute:
            self.minute, self.wrong = minute, 0


GUESSES = Guesses()


@get("/doe-mee")
async def type_code(services: NamedDependency[Services]) -> Response[str]:
    return page(services, "phone/code.html", typed="", error="")


@post("/doe-mee")
async def open_code(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    typed = first(await posted(request), "code")
    if GUESSES.too_many(services.settings.code_guesses_a_minute):
        return page(services, "phone/code.html", status=429, typed=typed, error=TOO_MANY)
    try:
        code = codes.typed_code(typed)
    except ValueError as error:
        return page(services, "phone/code.html", status=422, typed=typed, error=str(error))
    async with services.db.read() as db:
        token = await db.scalar(select(Session.join_token).where(Session.code == code, Session.admits))
    if token is None:
        GUESSES.add()
        return page(services, "phone/code.html", status=422, typed=typed, error=WRONG_CODE)
    return back(f"/j/{token}")


@get("/j/{token:str}")
async def welcome(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    session = await _session(services, token)
    participant = await participant_of(request.cookies, services)
    if participant and participant.session_id == session.id:
        return back("/deelnemen")
    if session.ended_at:
        return await _ended(services, session)
    if not session.admits:
        raise Closed(CLOSED_DOOR)
    return _welcome(services, session)


@post("/j/{token:str}")
async def join(
    request: Request[Any, Any, Any], token: FromPath[str], services: NamedDependency[Services]
) -> Response[Any]:
    session = await _session(services, token)
    participant = await participant_of(request.cookies, services)
    if participant and participant.session_id == session.id:
        return _onward(request)
    group = first(await posted(request), "group")
    try:
        _, secret = await services.room.join(token, group)
    except ValueError as error:
        if wants_blocks(request):
            return blocks(message(services, str(error), "error"), status=422)
        return _welcome(services, session, str(error), 422)
    return remember(_onward(request), secret, services.settings)


def _onward(request: Request[Any, Any, Any]) -> Response[Any]:
    """To the phone's page. With scripts that page takes the place of this one in the history."""
    return blocks(status=204) if wants_blocks(request) else back("/deelnemen")


async def _session(services: Services, token: str) -> Session:
    async with services.db.read() as db:
        session = await db.scalar(select(Session).where(Session.join_token == token[:40]))
    if session is None:
        raise Gone(WRONG_QR)
    return session


async def _ended(services: Services, session: Session) -> Response[str]:
    """The way to what became of the session. One tap and no redirect: after Snel weg this page may stand
    in the browser's history, and Back must show nothing of what was said."""
    async with services.db.read() as db:
        row = await lookback.of_session(db, session.id)
    state = lookback.state(row, now())
    return page(
        services,
        "phone/ended.html",
        lookback=row.token if row and state == lookback.OPEN else "",
        over=state == lookback.OVER,
    )


def _welcome(services: Services, session: Session, error: str = "", status: int = 200) -> Response[str]:
    return page(services, "phone/welcome.html", status, session=session, groups=GROUPS, error=error)


routes = [type_code, open_code, welcome, join]
