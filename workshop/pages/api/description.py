"""The description of the API in OpenAPI: at `openapi.json` below the base path, for anybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from workshop.pages.api.rules import BASE, VERSION
from workshop.settings import Settings

TELLS_VERSION = {"API-Version": {"description": "The version of this API", "schema": {"type": "string"}}}


class Description(JsonRenderPlugin):
    """Adds what the app learns only when it runs: the address of this installation, and whom to ask."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        settings = request.app.state.services.settings
        paths = {path.removeprefix(BASE): told for path, told in openapi_schema["paths"].items()}
        for answer in _answers(paths):
            answer["headers"] = TELLS_VERSION
        found = {
            **openapi_schema,
            "info": {**openapi_schema["info"], "contact": contact(settings)},
            "servers": [{"url": settings.origin + BASE}],
            "paths": paths,
        }
        return self.render_json(request, found)


DESCRIPTION = OpenAPIConfig(
    "Kompas Live",
    VERSION,
    description="Reads one dossier. Every question needs a key that a coordinator made; nothing changes it.",
    path=BASE,
    use_handler_docstrings=True,
    render_plugins=[Description(path="/openapi.json")],
    components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
)


def _answers(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in paths.values():
        for operation in path.values():
            yield from operation["responses"].values()


def contact(settings: Settings) -> dict[str, str]:
    """Returns whom to ask; without an address where nobody set one (`WORKSHOP_ACCESSIBILITY_CONTACT`)."""
    told = settings.accessibility_contact
    email = {"email": told} if "@" in told else {}
    return {"name": "Beheer van deze Kompas Live", "url": f"{settings.origin}/toegankelijkheid", **email}
