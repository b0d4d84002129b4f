"""The cookie of what a browser began and must finish within minutes."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from workshop.accounts import attempts
from workshop.settings import Settings

COOKIE = "kompas-stap"


def halfway(request: Request[Any, Any, Any]) -> str:
    """The token; empty when this browser began nothing."""
    return request.cookies.get(COOKIE, "")


def started(answer: Response[Any], token: str, settings: Settings) -> Response[Any]:
    """The same answer, with the cookie. Lax: it comes along when an identity provider sends people back."""
    answer.set_cookie(
        Cookie(
            COOKIE,
            path="/",
            value=token,
            max_age=60 * attempts.MINUTES,
            httponly=True,
            secure=settings.secure,
            samesite="lax",
        )
    )
    return answer


def no_longer(answer: Response[Any]) -> Response[Any]:
    answer.delete_cookie(COOKIE, path="/")
    return answer
