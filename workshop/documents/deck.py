"""The slides of a dossier, a bouwsteen, a worksheet or a session: what they say, not how they look. Pure."""

from __future__ import annotations

import msgspec


class BarChart(msgspec.Struct, frozen=True, tag_field="chart", tag="bars"):
    """Counts beside their names, the largest first."""

    unit: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    alt: str


class LineChart(msgspec.Struct, frozen=True, tag_field="chart", tag="lines"):
    """Means through time: a line for each name of `lines`, with None where too few gave a mark."""

    moments: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float | None, ...]], ...]
    alt: str


class Slide(msgspec.Struct, frozen=True):
    """One slide. `notes` is what the speaker reads; it holds in full what `lines` may shorten."""

    title: str
    lines: tuple[str, ...] = ()
    chart: BarChart | LineChart | None = None
    notes: str = ""


class Deck(msgspec.Struct, frozen=True):
    slides: tuple[Slide, ...] = ()
