"""Templates: one environment, and single blocks of a template for first load, live update and catch-up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workshop.codes import spoken_code
from workshop.settings import ROOT
from workshop.text import plural

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()


class Renderer:
    def __init__(self, folder: Path = ROOT / "templates", **shared: Any) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters.update(
            {"date": date, "short_date": short_date, "decimal": decimal, "code": spoken_code}
        )
        self.environment.globals.update(plural=plural, **shared)

    def page(self, template: str, **context: Any) -> str:
        return self.environment.get_template(template).render(context)

    def block(self, template: str, block: str, **context: Any) -> Markup:
        """One `{% block %}` of a template, with what its template imports and sets at the top."""
        found = self.environment.get_template(template)
        return Markup("".join(found.blocks[block](found.new_context(context))))  # noqa: S704 - rendered, so escaped

    def macro(self, template: str, macro: str, *values: Any, **named: Any) -> Markup:
        return getattr(self.environment.get_template(template).module, macro)(*values, **named)


def date(day: dt.date | dt.datetime) -> str:
    """`12 november 2026`."""
    return f"{short_date(day)} {day.year}"


def short_date(day: dt.date | dt.datetime) -> str:
    """`12 november`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def decimal(number: float) -> str:
    """`7,4`: one digit behind the comma, as on a Dutch school report."""
    return f"{number:.1f}".replace(".", ",")
