"""What a browser may load for our pages, and who may show them in a frame."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Response

from workshop.settings import Settings


def content_security_policy(settings: Settings, frame_ancestors: str = "'none'") -> str:
    """Returns the policy: only our own files, nothing inline. Only what a desk shows beside it may be framed,
    by ourselves (`framed`).

    Forms may end at the neutral site of Snel weg, which is a post that redirects there.
    """
    way_out = urlsplit(settings.exit_url)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; "
        f"form-action 'self' {way_out.scheme}://{way_out.netloc}; "
        f"frame-ancestors {frame_ancestors}"
    )


def framed(answer: Response[Any], settings: Settings) -> Response[Any]:
    """Lets a desk show this page in a frame; returns the same answer."""
    answer.headers["Content-Security-Policy"] = content_security_policy(settings, "'self'")
    return answer
