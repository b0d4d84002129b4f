"""How pages answer: a whole page, blocks for htmx, or a redirect for a plain form."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect
from markupsafe import Markup

from workshop.kinds import KindError
from workshop.services import Services

HTML = "text/html"  # Litestar adds the charset of every text


def wants_blocks(request: Request[Any, Any, Any]) -> bool:
    """Says whether htmx asks; without scripts the same form is a plain post."""
    return request.headers.get("hx-request") == "true"


def page(services: Services, template: str, status: int = 200, **context: Any) -> Response[str]:
    body = services.render.page(template, **context)
    return Response(body, status_code=status, media_type=HTML)


def blocks(*parts: str, status: int = 200) -> Response[str]:
    """Answers with blocks that htmx swaps by their id."""
    return Response("".join(parts), status_code=status, media_type=HTML)


def back(url: str) -> Response[Any]:
    """Redirects after a plain post (303), so that a reload posts nothing twice."""
    return Redirect(url, status_code=303)


def go(request: Request[Any, Any, Any], url: str) -> Response[Any]:
    """Sends the visitor to another page, for htmx and for plain forms."""
    if wants_blocks(request):
        return Response("", status_code=200, headers={"HX-Redirect": url}, media_type=HTML)
    return back(url)


def message(services: Services, text: str, kind: str = "info") -> Markup:
    """Draws the block `#melding`: one sentence, for eyes and screen readers. `kind` is info, ok or error."""
    return services.render.macro("message", text, kind)


def misfit(error: ValueError, by_itself: bool) -> Response[Any]:
    """Answers what does not fit to a form that saves itself: 422 with `{"sentence": "…", "row": "",
    "name": ""}`. For any other form it raises `KindError` with the sentence."""
    if by_itself:
        return Response({"sentence": str(error), "row": "", "name": ""}, status_code=422)
    raise KindError(str(error)) from None
