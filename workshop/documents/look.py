"""How documents look: the colours of static/css/tokens.css and the fonts beside the Typst template."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from string import Template

from markupsafe import Markup

from workshop.colours import tint
from workshop.settings import ROOT

FOLDER = ROOT / "templates" / "export"
FONTS = FOLDER / "fonts"
FAMILY = "Atkinson Hyperlegible Next"
_TOKEN = re.compile(r"--kl-(?:brand|common)-([\w-]+): (#[0-9a-f]{3,6});")
_TEXT = re.compile(r">[^<>]*</text>")
_START = re.compile(r"<svg ")


_accent: ContextVar[str] = ContextVar("accent", default="")


@contextmanager
def accented(colour: str) -> Generator[None]:
    """Gives what is made inside the colour of an organisation, `#rrggbb`; ours when it is empty."""
    before = _accent.set(colour)
    try:
        yield
    finally:
        _accent.reset(before)


def colours() -> dict[str, str]:
    """Returns the name of a token without its prefix (`primary`, `zorg-soft`) -> `#rrggbb`. The first of a
    name is for paper. Inside `accented`, the colour of the organisation stands for ours."""
    accent = _accent.get()
    return _tokens() | {"primary": accent, "primary-soft": tint(accent)} if accent else _tokens()


@cache
def _tokens() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, colour in _TOKEN.findall((ROOT / "static" / "css" / "tokens.css").read_text()):
        found.setdefault(name, _long(colour))
    return found


def on_paper(drawing: Markup, width: int, height: int) -> str:
    """Returns a drawing of our pages as a whole SVG, with the style that its classes have there."""
    size = f'xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
    started = _START.sub(f"<svg {size}", _TEXT.sub(_with_zeros, str(drawing)), count=1)
    return started.replace(">", f"><style>{_style(_accent.get())}</style>", 1)


@lru_cache(maxsize=20)
def _style(accent: str) -> str:
    with accented(accent):
        known = {name.replace("-", "_"): colour for name, colour in colours().items()}
    return Template((FOLDER / "chart.css").read_text()).substitute(known, family=FAMILY)


def _with_zeros(text: re.Match[str]) -> str:
    """Names the font of each 0: on paper a text has one font, and any other for what that one lacks."""
    return text[0].replace("0", '<tspan class="t-zero">0</tspan>')


def _long(colour: str) -> str:
    """Writes `#fff` as `#ffffff`."""
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def font_files() -> list[Path]:
    return sorted(FONTS.glob("*.ttf"))
