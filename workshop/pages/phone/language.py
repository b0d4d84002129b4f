"""The language of a phone: its own choice, in a cookie and nowhere else. Everything else here is Dutch."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.types import ASGIApp, Receive, Scope, Send

from workshop import cookies, languages
from workshop.languages import DUTCH, LANGUAGES, Sentence, speaking
from workshop.pages.forms import first, posted
from workshop.pages.phone.page import LANGUAGE
from workshop.pages.reply import back, blocks, page, wants_blocks
from workshop.services import Services
from workshop.settings import Settings

COOKIE_SECONDS = 24 * 3600
PHONES = ("/j/", "/doe-mee", "/deelnemen", "/hulp", "/terugblik/", "/taal", "/vertrek")
"""How the addresses of phones begin."""
NOT_PAGES = ("/taal", "/vertrek")
UNKNOWN = Sentence("Deze taal is er niet. Kies een taal uit de lijst.")


def is_of_phones(path: str) -> bool:
    return path == "/" or path.startswith(PHONES)


class PhoneLanguage:
    """Middleware around the app that answers a phone in its own language, and everybody else in Dutch."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        mine = scope["type"] in ("http", "websocket") and is_of_phones(str(scope["path"]))
        with speaking(of(scope, self.settings) if mine else DUTCH):
            await self.app(scope, receive, send)


def of(scope: Any, settings: Settings) -> str:
    """Returns the code of the language that this browser chose, or else is set to."""
    headers = dict(scope["headers"])
    accepted = headers.get(b"accept-language", b"").decode("latin-1")
    return languages.chosen(cookies.of(scope, settings).get(LANGUAGE), accepted)


@post("/taal", status_code=303)
async def choose(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    """Takes the form `taal`, a code; goes back to where the phone was. Its place and what it typed are not of
    this page. 422 for a language that does not exist."""
    code = first(await posted(request), "taal")
    if code not in LANGUAGES:
        return page(services, "error.html", 422, code=422, sentence=UNKNOWN)
    # With scripts the page reloads itself, so that the choice leaves no step of the session in the history.
    answer = (
        blocks(status=204) if wants_blocks(request) else back(_path_of(request.headers.get("referer", "")))
    )
    # No secret, so scripts may see it: Snel weg deletes it itself, also without a connection.
    cookies.put(answer, LANGUAGE, code, services.settings, seconds=COOKIE_SECONDS, for_scripts=True)
    return answer


def _path_of(referer: str) -> str:
    """Returns the page of a phone where the choice was made, as a path of ours."""
    path = urlsplit(referer).path
    if path.startswith("/deelnemen"):
        return "/deelnemen"  # the answer to a plain post is at an address that only takes posts
    return path if is_of_phones(path) and path not in NOT_PAGES else "/"


routes = [choose]
