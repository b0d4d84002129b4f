"""HTTP: one module per page or family of pages, each with its `routes`."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from litestar.di import Provide

from workshop.accounts.visitor import member_provider, provide_sign_in
from workshop.pages.desk import provide_conduct

DEPENDENCIES = {
    "sign_in": Provide(provide_sign_in),
    "member": Provide(member_provider),
    "conduct": Provide(provide_conduct),
}


def routes() -> list[Any]:
    """Every handler in `routes` of every module here."""
    modules = (importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return [handler for module in modules for handler in getattr(module, "routes", ())]
