"""The cookie of what a browser began and must finish within minutes."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from workshop import cookies
from workshop.accounts import attempts
from workshop.settings import Settings

COOKIE = "kompas-stap"


def halfway(request: Request[Any, Any, Any], settings: Settings) -> str:
    """Returns the token; empty when this browser began nothing."""
    return cookies.of(request, settings).get(COOKIE, "")


def started(answer: Response[Any], token: str, settings: Settings) -> Response[Any]:
    """Adds the cookie, and returns the same answer. It comes along when an identity provider sends people
    back."""
    cookies.put(answer, COOKIE, token, settings, seconds=60 * attempts.MINUTES)
    return answer


def no_longer(answer: Response[Any], settings: Settings) -> Response[Any]:
    cookies.drop(answer, COOKIE, settings)
    return answer
