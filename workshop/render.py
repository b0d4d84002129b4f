"""Templates: one environment, and single blocks of a template for first load, live update and catch-up."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from workshop import charts
from workshop.codes import spoken_code
from workshop.dutch import date, day, decimal, mean_of, short_date
from workshop.groups import GROUPS
from workshop.settings import ROOT
from workshop.text import plural

MACROS = ("_parts.html", "_contributions.html", "_moderation.html", "_charts.html")


class Renderer:
    def __init__(self, folder: Path = ROOT / "templates", **shared: Any) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.filters.update(
            {"date": date, "short_date": short_date, "day": day, "decimal": decimal, "code": spoken_code}
        )
        # `_("…")` marks what phones read; values are named: _("Nog %(count)s kaarten", count=3).
        self.environment.install_null_translations(newstyle=True)  # ty: ignore[missing-attribute]
        self.known = cast("dict[str, Any]", self.environment.globals)
        self.known.update(
            block=self.block,
            charts=charts,
            group_names=GROUPS,
            mean_of=mean_of,
            plural=plural,
            **shared,
        )
        for file in MACROS:
            self.known.update(self._macros(file))

    def page(self, template: str, **context: Any) -> str:
        return self.environment.get_template(template).render(context)

    def block(self, template: str, block: str, **context: Any) -> Markup:
        """One `{% block %}` of a template. What the template imports or sets outside the block is not there:
        macros of `MACROS` are known everywhere instead."""
        found = self.environment.get_template(template)
        return Markup("".join(found.blocks[block](found.new_context(context))))

    def macro(self, name: str, *values: Any) -> Markup:
        """What one of the macros that are known everywhere gives."""
        return self.known[name](*values)

    def macro_of(self, template: str, name: str, *values: Any) -> Markup:
        """What a macro of one template gives."""
        return getattr(self.environment.get_template(template).module, name)(*values)

    def _macros(self, file: str) -> dict[str, Macro]:
        module = self.environment.get_template(file).module
        return {name: value for name, value in vars(module).items() if isinstance(value, Macro)}
