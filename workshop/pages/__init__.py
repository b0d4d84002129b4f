"""HTTP: a package per audience, in it one module per page with its `routes`. The modules beside them serve
every page: the guard around the app, forms, replies, errors, assets."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from litestar import Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from workshop.pages.desk.page import provide_conduct
from workshop.pages.visitor import member_provider, provide_sign_in

DEPENDENCIES = {
    "sign_in": Provide(provide_sign_in),
    "member": Provide(member_provider),
    "conduct": Provide(provide_conduct),
}


LARGEST_POST = 1024 * 1024
FOR_MEMBERS = ("/dossiers", "/sessies")
"""How addresses begin that need an account; their forms hold what a whole room wrote."""


def routes() -> list[Any]:
    """Lists every handler in `routes` of every module here, in the packages too. Those for members may take
    posts of `LARGEST_POST` bytes."""
    names = (module.name for module in pkgutil.walk_packages(__path__, f"{__name__}."))
    modules = (importlib.import_module(name) for name in names)
    found = [handler for module in modules for handler in getattr(module, "routes", ())]
    inside = [handler for handler in found if _is_for_members(handler)]
    members = Router("/", route_handlers=inside, request_max_body_size=LARGEST_POST)
    return [members, *(handler for handler in found if handler not in inside)]


def _is_for_members(handler: Any) -> bool:
    return isinstance(handler, HTTPRouteHandler) and all(
        path.startswith(FOR_MEMBERS) for path in handler.paths
    )
