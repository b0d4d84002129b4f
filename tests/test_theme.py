"""The tokens of the theme: enough contrast for everybody, also where a browser cannot mix colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
DECLARATION = re.compile(r"(--kl-[\w-]+):\s*([^;]+);")
MIX = re.compile(r"color-mix\(in oklab, var\((--kl-[\w-]+)\) (\d+)%, var\((--kl-[\w-]+)\)\)")

Colour = tuple[float, float, float]

PAIRS = [
    ("common-subtle", "brand-paper", 7),
    ("common-subtle", "brand-surface", 7),
    ("common-subtle", "common-look", 4.5),
    ("common-subtle", "common-fill", 4.5),
    ("brand-ink", "brand-paper", 7),
    ("brand-zorg", "brand-surface", 7),
    ("brand-kans", "brand-surface", 7),
    ("brand-zorg", "common-zorg-soft", 4.5),
    ("brand-kans", "common-kans-soft", 4.5),
    ("brand-on-primary", "brand-primary", 4.5),
    ("brand-primary", "brand-paper", 4.5),
    ("brand-on-accent", "brand-accent", 4.5),
    ("brand-paper", "brand-ink", 4.5),
    ("common-error", "brand-surface", 4.5),
    ("common-error", "brand-paper", 4.5),
    ("common-edge", "brand-surface", 3),
    ("common-edge", "brand-paper", 3),
]
# A phone is read by somebody who may find reading hard; the dark theme is for the big screen only.
PHONE_GROUNDS = [
    "brand-paper",
    "brand-surface",
    "common-look",
    "common-fill",
    "common-zorg-soft",
    "common-kans-soft",
]


def _block(css: str, start: str) -> str:
    """The text between the braces that open after `start`."""
    rest = css[css.index(start) :]
    opening = rest.index("{")
    depth = 0
    for place, sign in enumerate(rest[opening:], opening):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return rest[opening + 1 : place]
    raise ValueError(f"unclosed block after {start}")


PLAIN = dict(DECLARATION.findall(_block(TOKENS, ":root")))
MIXED = dict(DECLARATION.findall(_block(TOKENS, "@supports")))
DARK = dict(DECLARATION.findall(_block(TOKENS, ".kl-screen")))
THEMES = {"fallback": PLAIN, "mixed": PLAIN | MIXED, "dark": PLAIN | MIXED | DARK}


def _colour(theme: dict[str, str], name: str) -> Colour:
    value = theme[name]
    if found := MIX.fullmatch(value):
        first, share, second = found.groups()
        return _mixed(_colour(theme, first), _colour(theme, second), int(share) / 100)
    digits = value.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _mixed(first: Colour, second: Colour, share: float) -> Colour:
    pairs = zip(_oklab(first), _oklab(second), strict=True)
    lightness, a, b = (share * one + (1 - share) * other for one, other in pairs)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _oklab(colour: Colour) -> Colour:
    red, green, blue = colour
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _luminance(colour: Colour) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def _contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("text", "layout", "least"), PAIRS)
def test_every_pair_of_colours_keeps_its_contrast(name: str, text: str, layout: str, least: float) -> None:
    theme = THEMES[name]
    found = _contrast(_colour(theme, f"--kl-{text}"), _colour(theme, f"--kl-{layout}"))
    assert found >= least, f"{text} on {layout} in {name}: {found:.2f}"


@pytest.mark.parametrize("name", ["fallback", "mixed"])
@pytest.mark.parametrize("layout", PHONE_GROUNDS)
def test_quiet_text_on_a_phone_is_still_easy_to_read(name: str, layout: str) -> None:
    theme = THEMES[name]
    assert _contrast(_colour(theme, "--kl-common-subtle"), _colour(theme, f"--kl-{layout}")) >= 7


@pytest.mark.parametrize("token", MIXED)
def test_an_old_phone_gets_the_same_colour_as_a_new_one(token: str) -> None:
    pairs = zip(_colour(PLAIN, token), _colour(PLAIN | MIXED, token), strict=True)
    assert all(abs(plain - mixed) < 0.01 for plain, mixed in pairs)


def test_only_the_tokens_name_colours_on_a_screen() -> None:
    files = {file for file in STATIC.glob("css/**/*.css") if file.name != "tokens.css"}
    assert files
    for file in files:
        style = file.read_text()
        while "@media print" in style:
            style = style.replace("@media print {" + _block(style, "@media print") + "}", "")
        assert not re.findall(r":[^;{}]*#(?!0000)[0-9a-f]{3,8}\b", style), file


def test_nothing_is_loaded_from_elsewhere() -> None:
    urls = re.findall(r"url\(\"?([^\")]+)", "".join(file.read_text() for file in STATIC.glob("css/**/*.css")))
    assert urls
    files = [url for url in urls if not url.startswith("data:image/svg+xml,")]
    assert all(url.startswith("/static/fonts/") and (STATIC.parent / url[1:]).exists() for url in files)
