"""Errors as sentences: what went wrong and what to do now, in the shape the visitor asked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions.http_exceptions import NotAuthorizedException

from workshop.documents.document import CannotMake
from workshop.documents.formats import Busy
from workshop.kinds import KindError
from workshop.languages import Sentence, speaking
from workshop.live.errors import Closed, Gone, NotTakingPart, TooBusy, TooFast
from workshop.pages.account import signed_out
from workshop.pages.phone import language
from workshop.pages.reply import blocks, message, page, wants_blocks
from workshop.storage.database import AWAY
from workshop.traces import trace_of

log = logging.getLogger(__name__)

OUTBOX = "/deelnemen/bijdragen"
"""Where phones send what they keep until there is an answer (static/js/outbox.js)."""
OWN_WORDS: dict[str, Any] = {"words": "own"}
"""`extra` of an exception whose `detail` is a Dutch sentence for whoever asked."""

SENTENCES = {
    400: Sentence("Dit lukte niet. Ga terug en probeer het nog eens."),
    401: Sentence("Log eerst in."),
    403: Sentence("Dit mag met jouw rol niet. Vraag het aan de coördinator van het dossier."),
    404: Sentence("Deze pagina bestaat niet, of je mag hem niet bekijken."),
    405: Sentence("Dit kan hier niet."),
    413: Sentence("Dit is te groot. Maak je tekst korter."),
    429: Sentence("Het is nu erg druk. Probeer het over een minuut nog eens."),
    500: Sentence("Er ging iets mis bij ons. Probeer het zo nog eens."),
    503: Sentence("We kunnen nu even niet bij de gegevens. Probeer het zo nog eens."),
}
NOT_KEPT = Sentence("Nog niet bewaard. Probeer het zo nog eens.")
SENT_AGAIN = Sentence("Nog niet bewaard. We proberen het zo nog eens.")
"""For a phone, which sends the same again by itself."""
AGAIN_SECONDS = 5


PROBLEM = "application/problem+json"


class Problem(msgspec.Struct, frozen=True):
    """The body of an error for a machine (RFC 9457); `detail` is a Dutch sentence."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"


def for_machines(scope: Any) -> bool:
    """Says whether a request is for the API."""
    return scope["path"].startswith("/api/")


def problem(status: int, sentence: str) -> Problem:
    return Problem(status, HTTPStatus(status).phrase, sentence)


def answer(
    request: Request[Any, Any, Any], status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> Response[Any]:
    """Answers with one sentence: as `application/problem+json` under /api, as the block `#melding` for htmx,
    else as a page."""
    made = _made(request, status, sentence)
    made.headers.update(headers or {})
    return made


def _made(request: Request[Any, Any, Any], status: int, sentence: str) -> Response[Any]:
    services = request.app.state.services
    if for_machines(request.scope):
        return Response(problem(status, sentence), status_code=status, media_type=PROBLEM)
    if wants_blocks(request):
        return blocks(message(services, sentence, "error"), status=status)
    with speaking(language.of(request.scope, services.settings)):
        return page(services, "error.html", status=status, code=status, sentence=sentence)


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    status = error.status_code
    own = error.detail if error.extra == OWN_WORDS else None
    sentence = own or SENTENCES.get(status) or SENTENCES[500 if status >= 500 else 400]
    return answer(request, status, sentence, error.headers)


def not_signed_in(request: Request[Any, Any, Any], error: NotAuthorizedException) -> Response[Any]:
    """Answers 401 to a machine; sends a person to sign in and come back."""
    if for_machines(request.scope):
        return http_error(request, error)
    return signed_out.answer(request, request.app.state.services)


def not_taking_part(request: Request[Any, Any, Any], error: NotTakingPart) -> Response[Any]:
    """Answers 401 with the block `#stap` that takes the place of the phone's scene, so that its page stops
    asking."""
    render = request.app.state.services.render
    what = {"sentence": str(error), "gone": error}
    if wants_blocks(request):
        return blocks(render.block("phone/gone.html", "step", **what), status=401)
    return page(request.app.state.services, "phone/gone.html", status=401, **what)


def sentence_error(status: int) -> Any:
    """Returns a handler that answers this status with the text of the error."""

    def handler(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return answer(request, status, str(error))

    return handler


def unavailable(request: Request[Any, Any, Any]) -> Response[Any]:
    """Answers 503, with `Retry-After` in seconds: the database is away, locked by somebody else, or full."""
    sentence = SENTENCES[503] if request.method == "GET" else NOT_KEPT
    if request.url.path == OUTBOX and wants_blocks(request):
        sentence = SENT_AGAIN
    return answer(request, 503, sentence, {"Retry-After": str(AGAIN_SECONDS)})


def database_away(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error("the database is away: %s", trace_of(error))
    return unavailable(request)


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Logs where it went wrong, never with what: an error's text can hold a card."""
    log.error("%s", trace_of(error))
    return answer(request, 500, SENTENCES[500])


HANDLERS: Any = {
    NotAuthorizedException: not_signed_in,
    HTTPException: http_error,
    KindError: sentence_error(422),
    NotTakingPart: not_taking_part,
    Closed: sentence_error(409),
    Gone: sentence_error(404),
    CannotMake: sentence_error(422),
    Busy: sentence_error(503),
    TooBusy: sentence_error(503),
    TooFast: sentence_error(429),
    **dict.fromkeys(AWAY, database_away),
    Exception: unexpected,
}
