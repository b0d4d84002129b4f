"""Templates: one environment, and single blocks of a template for first load, live update and catch-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from workshop import charts, days, languages
from workshop.codes import new_id, new_token, spoken_code
from workshop.dutch import clock, hours, iso_day, mean_of, moment
from workshop.items import counted
from workshop.languages import DUTCH, LANGUAGES, scripts, spoken
from workshop.languages.writing import beginning, date, day, decimal, inside, short_date
from workshop.session_groups import OfferedGroup
from workshop.settings import ROOT
from workshop.text import plural, took_part

MACROS = ("_parts.html", "_forms.html", "_contributions.html", "_moderation.html", "_charts.html")


ALONE = "\f"
"""White space in HTML, before and after what is packed by itself (pages/packing.py)."""


class Unindented(Extension):
    """Removes the layout of a template before it is compiled: it is for whoever reads the template, and every
    phone would load it. Indentation is nothing, and a line break in a sentence or a tag is a space."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return re.sub(r"\n[ \t]+", "\n", source)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                token = Token(token.lineno, "data", re.sub(r"(?<!>)\n|\n(?!<|\Z)", " ", token.value))
            yield token


class Plain(Context):
    """Calls what a template calls. Jinja's own context asks first whether the function wants the context, and
    then copies it: no function of ours does."""

    def call(
        self,
        called: Callable[..., Any],
        /,
        *values: Any,
        _loop_vars: Any = None,
        _block_vars: Any = None,
        **named: Any,
    ) -> Any:
        return called(*values, **named)


class Renderer:
    def __init__(self, folder: Path = ROOT / "templates", **shared: Any) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(folder),
            cache_size=-1,
            auto_reload=False,  # else every block asks the disk first
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            extensions=[Unindented],
            finalize=languages.said,
        )
        self.environment.context_class = Plain
        self._globals: dict[str, dict[str, Any]] = {}
        self._drawn: dict[tuple[str, str], tuple[Any, Markup]] = {}
        self.environment.filters.update(
            {
                "date": date,
                "short_date": short_date,
                "day": day,
                "decimal": decimal,
                "code": spoken_code,
                "clock": clock,
                "hours": hours,
                "iso_day": iso_day,
                "moment": moment,
            }
        )
        self.known = cast("dict[str, Any]", self.environment.globals)
        self.known.update(
            _=text,
            ngettext=counted_text,
            alone=Markup(ALONE),
            of_kind=self.of_kind,
            choices=self.choices,
            shared=self.shared,
            charts=charts,
            languages=LANGUAGES,
            unchecked=unchecked,
            dutch_of=dutch_of,
            group_name=group_name,
            my=my,
            drawn_once=self.drawn_once,
            new_id=new_id,
            once=once,
            beginning=beginning,
            comma=languages.comma,
            counted=counted,
            day_limits=Markup(' min="{}" max="{}"').format(days.FIRST, days.LAST),
            first_day=days.FIRST,
            inside=inside,
            spoken=spoken,
            told=told,
            word=word,
            mean_of=mean_of,
            plural=plural,
            took_part=took_part,
            **shared,
        )
        for file in MACROS:
            self.known.update(self._macros(file))
        self.known["icon"] = cache(self.known["icon"])

    def page(self, template: str, **context: Any) -> str:
        """Draws a whole page in the current language; only pages of phones are in another one than Dutch."""
        language = LANGUAGES[spoken()]
        if language.code != DUTCH:
            context |= {"lang": language.code, "script_words": scripts.words(language.code)}
            context |= {"dir": "rtl"} if language.rtl else {}
        return self.environment.get_template(template).render(context)

    def block(self, template: str, block: str, **context: Any) -> Markup:
        """Draws one `{% block %}` of a template. What the template imports or sets outside the block does not
        exist there: the macros of `MACROS` are known everywhere instead."""
        found = self.environment.get_template(template)
        return self._rendered(found, found.blocks[block], context)

    def of_kind(self, scene: Any, part: str, **context: Any) -> Markup:
        """Draws what the kind of a scene shows: its template `kinds/<kind>/<part>.html`."""
        found = self.environment.get_template(f"kinds/{scene.name}/{part}.html")
        return self._rendered(found, found.root_render_func, context | {"scene": scene})

    def choices(
        self, scene: Any, name: str, macro: Macro, options: Sequence[Any], chosen: Mapping[str, int]
    ) -> Markup:
        """Draws `macro(option, how often it is chosen)` for every option, one after the other. Each is drawn
        once for as long as the scene's inputs are the same: a list may have hundreds, and every phone sees
        it."""
        key = name, spoken()
        if key not in scene.fragments:
            free = [macro(option, 0) for option in options]
            scene.fragments[key] = free, {option.id: index for index, option in enumerate(options)}, {}
        free, places, taken = scene.fragments[key]
        drawn = list(free)
        for index, times in ((places[id], times) for id, times in chosen.items() if id in places):
            if (index, times) not in taken:
                taken[index, times] = macro(options[index], times)
            drawn[index] = taken[index, times]
        return Markup("".join(drawn))

    def shared(self, scene: Any, macro: Macro, *values: Hashable) -> Markup:
        """Draws a macro with these values, once for as long as the scene's inputs are the same: not for
        values that somebody typed, or those would stay."""
        key = macro.name, spoken(), values
        drawn = scene.fragments.get(key)
        if drawn is None:
            drawn = scene.fragments[key] = Markup(macro(*values))
        return drawn

    def drawn_once(self, macro: Macro, given: Any) -> Markup:
        """Draws `macro(given)` once in each language for as long as `given` is the same object."""
        key = macro.name, spoken()
        known, drawn = self._drawn.get(key, (None, Markup()))
        if known is not given:
            known, drawn = self._drawn[key] = given, Markup(macro(given))
        return drawn

    def macro(self, name: str, *values: Any) -> Markup:
        """Draws one of the macros that are known everywhere."""
        return self.known[name](*values)

    def macro_of(self, template: str, name: str, *values: Any) -> Markup:
        """Draws a macro of one template."""
        return getattr(self.environment.get_template(template).module, name)(*values)

    def _rendered(
        self, template: Template, draw: Callable[[Context], Iterator[str]], context: dict[str, Any]
    ) -> Markup:
        name = template.name or ""
        if name not in self._globals:
            self._globals[name] = dict(template.globals)  # Jinja's own chain of them is slow to copy
        return Markup("".join(draw(template.new_context(self._globals[name] | context, shared=True))))

    def _macros(self, file: str) -> dict[str, Macro]:
        module = self.environment.get_template(file).module
        return {name: value for name, value in vars(module).items() if isinstance(value, Macro)}


def once() -> Markup:
    """Returns the hidden input with the number of a form that makes something, so that a second press makes
    nothing (pages/forms.py)."""
    return Markup('<input type="hidden" name="eenmalig" value="{}">').format(new_token())


def text(dutch: str, /, **values: Any) -> Markup:
    """Translates `_("…")` of a template, for what phones read; values are named:
    `_("Nog %(count)s kaarten", count=3)`. A `%` is written as `%%`. (Jinja's own copies the context of the
    template for every text.)"""
    return Markup(languages.text(dutch)) % values if values else _plain(dutch, spoken())


def counted_text(one: str, more: str, num: int, /, **values: Any) -> Markup:
    """Translates `ngettext("…", "…", n)`: chooses the form for this number, with `%(num)s`."""
    return Markup(languages.counted_text(one, more, num)) % {"num": num, **values}


def told(dutch: str, meaning: str = "") -> Markup:
    """Translates what a script or a list says into the current language. What has no translation, such as a
    question that a facilitator changed, is marked as Dutch, so that a voice reads it in Dutch."""
    translated = languages.told(dutch, meaning)
    if translated is None:
        return Markup('<span lang="nl" dir="ltr">{}</span>').format(dutch)
    return escape(translated)


def word(dutch: str, meaning: str = "") -> str:
    """Translates the same as plain text, for an attribute or a filter."""
    return languages.told(dutch, meaning) or dutch


def dutch_of(dutch: str) -> Markup:
    """Returns the attributes for an element whose text is `word(dutch)`: those of Dutch where it is not
    translated."""
    return Markup("") if languages.told(dutch) else Markup(' lang="nl" dir="ltr"')


def group_name(group: OfferedGroup, write: Callable[[str], str] = str) -> Markup:
    """Draws the name of a group: translated and written as `write` does, or an own one as it was typed, which
    is in Dutch for all we know."""
    if group.own:
        return Markup('<bdi lang="nl">{}</bdi>').format(group.label)
    return escape(write(word(group.label)))


def my(dutch: str) -> str:
    """Returns `Mijn kaart: zorg`. In most languages 'my' depends on the noun: there it is the noun alone."""
    if spoken() != DUTCH:
        return word(dutch)
    return "Mijn kaart" if dutch == "Kaart" else f"Mijn kaart: {dutch.lower()}"


def unchecked() -> bool:
    """Says whether some texts in the current language come from a computer and nobody checked them."""
    return spoken() != DUTCH and languages.catalogues()[spoken()].unchecked > 0


@lru_cache(maxsize=4000)
def _plain(dutch: str, language: str) -> Markup:
    return Markup(languages.text(dutch)) % {}
