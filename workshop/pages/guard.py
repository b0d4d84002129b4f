"""The outermost middleware: which host and origin may speak, and the headers that every answer carries.

It is around everything, WebSockets and 404s included, because framework middleware skips some of those.
"""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from workshop import cookies
from workshop.pages import visitor
from workshop.pages.account import mail
from workshop.pages.api import rules
from workshop.pages.errors import PROBLEM, for_machines, problem
from workshop.pages.phone import page
from workshop.pages.policy import content_security_policy
from workshop.settings import Settings
from workshop.turns import Turns

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


HEADERS = {
    b"x-content-type-options": b"nosniff",
    # Not no-referrer: then a browser's own form posts carry `Origin: null`, and we could not tell them
    # from a stranger's.
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
NO_DOCUMENTS = (b"text/css", b"text/javascript", b"font/")
FOR_ANY = (b"x-content-type-options", b"cross-origin-resource-policy")
"""Headers of a style, a script or a font too. The rest is about pages, and would be half a kilobyte on each
file of a phone's first visit."""


class Guard:
    def __init__(self, app: ASGIApp, settings: Settings, turns: Turns) -> None:
        self.app = app
        self.settings = settings
        self.turns = turns
        self.warned = False
        self.headers = HEADERS | {b"content-security-policy": content_security_policy(settings).encode()}
        if settings.secure:
            self.headers |= {b"strict-transport-security": b"max-age=31536000"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, send = _as_get(scope), _without_body(send)
        if refusal is None:
            if scope["type"] == "http":
                kept = cookies.of(scope, self.settings)
                await self.turns.take(kept.get(page.COOKIE, ""), kept.get(visitor.COOKIE, ""))
            await self.app(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": ""})
        else:
            await _refuse(self._with_headers(scope, send), *refusal, machine=for_machines(scope))

    def _refusal(self, scope: Any) -> tuple[int, str] | None:
        """Returns status and sentence for a request that is refused; None for one that may pass."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if host.lower() not in self.settings.hosts and not _asks_whether_it_lives(scope):
            self._warn()
            return 400, "Dit adres hoort niet bij deze Kompas Live."
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return 400, "Dit adres klopt niet. Kijk het na en probeer het nog eens."  # no text may hold a NUL
        if for_machines(scope) and scope["path"].endswith("/"):
            return 404, rules.NO_SLASH
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return None
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin in self.settings.origins or _has_own_key(scope, headers) or _stops_mail(scope):
            return None
        return (
            403,
            "Dit verzoek komt van een andere website. Open Kompas Live opnieuw en probeer het nog eens.",
        )

    def _warn(self) -> None:
        """Warns once: an installation that nobody can reach must say why, and no stranger may fill the
        log."""
        if not self.warned:
            self.warned = True
            log.warning(
                "requests come in for another address than %s: WORKSHOP_BASE_URL", self.settings.origin
            )

    def _with_headers(self, scope: Any, send: Send) -> Send:
        own = rules.headers(scope["path"]) if for_machines(scope) else {}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                names = {name.lower(): value for name, value in given}
                is_page = not names.get(b"content-type", b"").startswith(NO_DOCUMENTS)
                ours = self.headers.items() if is_page else [(name, self.headers[name]) for name in FOR_ANY]
                extra = [(name, value) for name, value in (*ours, *own.items()) if name not in names]
                if b"cache-control" not in names:
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*given, *extra]
            await send(message)

        return sending


def _as_get(scope: Any) -> Any:
    return {**scope, "method": "GET"}


def _without_body(send: Send) -> Send:
    """Drops the body, for HEAD: everything that GET would say about a page, and not the page. Monitors and
    previews of links ask so, and read any other answer as a site that is down."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending


def _asks_whether_it_lives(scope: Any) -> bool:
    """Says whether this is a platform's health check, which asks by the number of a machine."""
    return scope["type"] == "http" and scope["path"] in ("/healthz", "/readyz")


def _has_own_key(scope: Any, headers: dict[bytes, bytes]) -> bool:
    """Says whether a machine sends a token itself: a browser never adds that for a stranger."""
    return for_machines(scope) and b"authorization" in headers


def _stops_mail(scope: Any) -> bool:
    """Says whether a mail program stops letters for its reader (RFC 8058): it has no origin and no cookies,
    and only the secret in the address counts."""
    return scope["path"].startswith(f"{mail.ADDRESS}/")


async def _refuse(send: Send, status: int, sentence: str, *, machine: bool) -> None:
    body = msgspec.json.encode(problem(status, sentence)) if machine else sentence.encode()
    media_type = PROBLEM if machine else "text/plain; charset=utf-8"
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
