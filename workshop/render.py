"""Templates: one environment, and single blocks of a template for first load, live update and catch-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from workshop.codes import spoken_code
from workshop.groups import GROUPS
from workshop.settings import ROOT
from workshop.text import plural

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
MACROS = ("_parts.html", "_contributions.html", "_moderation.html", "_charts.html")


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
            {"date": date, "short_date": short_date, "day": day, "decimal": decimal, "code": spoken_code}
        )
        self.environment.globals.update(
            block=self.block, plural=plural, mean_of=mean_of, group_names=GROUPS, **shared
        )
        for file in MACROS:
            self.environment.globals.update(self._macros(file))

    def page(self, template: str, **context: Any) -> str:
        return self.environment.get_template(template).render(context)

    def block(self, template: str, block: str, **context: Any) -> Markup:
        """One `{% block %}` of a template. What the template imports or sets outside the block is not there:
        macros of `MACROS` are known everywhere instead."""
        found = self.environment.get_template(template)
        return Markup("".join(found.blocks[block](found.new_context(context))))

    def _macros(self, file: str) -> dict[str, Macro]:
        module = self.environment.get_template(file).module
        return {name: value for name, value in vars(module).items() if isinstance(value, Macro)}


def date(day: dt.date | dt.datetime) -> str:
    """`12 november 2026`."""
    return f"{short_date(day)} {day.year}"


def short_date(day: dt.date | dt.datetime) -> str:
    """`12 november`."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day(text: str) -> str:
    """An ISO date as people write it; other text, such as a rhythm, stays as it is."""
    try:
        return date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def mean_of(counts: Sequence[int]) -> float:
    """The mean mark of ten counts that were allowed to be shown; 0 for none."""
    return sum(mark * count for mark, count in enumerate(counts, 1)) / (sum(counts) or 1)


def decimal(number: float) -> str:
    """`7,4`: one digit behind the comma, as on a Dutch school report."""
    return f"{number:.1f}".replace(".", ",")
