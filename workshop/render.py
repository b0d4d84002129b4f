"""Templates: one environment, and single blocks of a template for first load, live update and catch-up."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from workshop import charts, languages
from workshop.codes import spoken_code
from workshop.dutch import mean_of
from workshop.groups import GROUPS
from workshop.languages import DUTCH, LANGUAGES, scripts, spoken
from workshop.languages.writing import beginning, date, day, decimal, inside, short_date
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
            finalize=languages.said,
        )
        self.environment.filters.update(
            {"date": date, "short_date": short_date, "day": day, "decimal": decimal, "code": spoken_code}
        )
        # `_("…")` marks what phones read; values are named: _("Nog %(count)s kaarten", count=3).
        install = cast("Any", self.environment).install_gettext_callables
        install(languages.text, languages.counted_text, newstyle=True)
        self.known = cast("dict[str, Any]", self.environment.globals)
        self.known.update(
            block=self.block,
            charts=charts,
            group_names=GROUPS,
            languages=LANGUAGES,
            unchecked=unchecked,
            dutch_of=dutch_of,
            my=my,
            beginning=beginning,
            comma=languages.comma,
            inside=inside,
            spoken=spoken,
            told=told,
            word=word,
            mean_of=mean_of,
            plural=plural,
            **shared,
        )
        for file in MACROS:
            self.known.update(self._macros(file))

    def page(self, template: str, **context: Any) -> str:
        """In the language that is spoken now; only pages of phones are in another one than Dutch."""
        language = LANGUAGES[spoken()]
        if language.code != DUTCH:
            context |= {"lang": language.code, "script_words": scripts.words(language.code)}
            context |= {"dir": "rtl"} if language.rtl else {}
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


def told(dutch: str) -> Markup:
    """What a script or a list says, in the language that is spoken now. What is not translated, such as a
    question that a facilitator changed, stands there as Dutch, so that a voice reads it so too."""
    translated = languages.told(dutch)
    if translated is None:
        return Markup('<span lang="nl" dir="ltr">{}</span>').format(dutch)
    return escape(translated)


def word(dutch: str) -> str:
    """The same as plain text, for an attribute or a filter."""
    return languages.told(dutch) or dutch


def dutch_of(dutch: str) -> Markup:
    """Attributes for an element with this text as plain text: Dutch, where it is not translated."""
    return Markup("") if languages.told(dutch) else Markup(' lang="nl" dir="ltr"')


def my(dutch: str) -> str:
    """`Mijn zorg`. What 'my' looks like depends on the word in most languages: there it is the word alone."""
    return f"Mijn {dutch.lower()}" if spoken() == DUTCH else word(dutch)


def unchecked() -> bool:
    """Whether texts of the language that is spoken now come from a computer and nobody looked at them yet."""
    return spoken() != DUTCH and languages.catalogues()[spoken()].unchecked > 0
