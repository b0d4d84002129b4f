"""Marks as blocks of a document: a drawing for each theme, the same as a table, and the groups that may be
shown."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workshop import charts
from workshop.documents import look
from workshop.documents.document import Block, Chart, Charts, Paragraph, Table, TableCell, TextLine, cell
from workshop.dutch import date, decimal
from workshop.means import mean
from workshop.models import ThemeMarks
from workshop.record import chart, marks
from workshop.record.chart import MarksChart
from workshop.record.marks import Contrast, ThemeMoment, ThemeTrend
from workshop.render import Renderer
from workshop.settings import Settings
from workshop.text import plural

WIDTH, HEIGHT, BESIDE = 228, 188, 26
"""Size in pixels of a theme through time, as its template draws it, and the room beside its newest point."""
BARS, BELOW = 130, 34
"""Height in pixels of the bars of a histogram, and of the numbers below it."""


def themes(rows: Sequence[ThemeMarks], render: Renderer, settings: Settings) -> list[Block]:
    """Draws every theme through time; returns nothing without marks."""
    if not rows:
        return []
    found = marks.through_time(rows, settings.marks_minimum)
    drawn = tuple(_multiple(theme, render) for theme in found if theme.shown)
    newest = [row for row in rows if row.session_id == rows[-1].session_id]
    return [
        *([Charts(drawn), Paragraph(_KEY, "quiet")] if drawn else []),
        _table(found, settings.marks_minimum),
        *_groups(newest, settings),
    ]


def through_time(theme: ThemeTrend, render: Renderer) -> Chart:
    """Draws the newest moments of one theme as wide as its own page does, with what the drawing means."""
    drawn = chart.draw_wide(theme.moments)
    found = _trend(theme, render, drawn, int(drawn.right) + BESIDE)
    spread = marks.spread_words(theme.shown[-1].spread)
    return msgspec.structs.replace(found, words=f"{found.words}. De cijfers liggen {spread}. {_KEY}")


def session(rows: Sequence[ThemeMarks], render: Renderer, settings: Settings) -> list[Block]:
    """Draws the marks of one session: how often each was given, or that there were too few."""
    minimum = settings.marks_minimum
    enough = [row for row in rows if mean(row.counts, minimum) is not None]
    few = [row for row in rows if row not in enough]
    drawn = tuple(_histogram(row, render) for row in enough)
    return [
        *([Charts(drawn, across=2), Paragraph(_DOTS, "quiet")] if drawn else []),
        *(Paragraph(f"{row.label}: minder dan {minimum} cijfers. Die laten we niet zien.") for row in few),
        *_groups(rows, settings),
    ]


def _multiple(theme: ThemeTrend, render: Renderer) -> Chart:
    return _trend(theme, render, chart.draw(theme.moments), WIDTH)


def _trend(theme: ThemeTrend, render: Renderer, drawn: MarksChart, width: int) -> Chart:
    drawing = render.macro_of("record/_charts.html", "multiple", theme, drawn)
    said = "; ".join(_spoken(moment) for moment in theme.moments)
    return Chart(
        title=theme.label,
        words=f"{decimal(theme.shown[-1].mean or 0)}{_change(theme.change)}",
        svg=look.on_paper(drawing, width, HEIGHT),
        alt=f"{theme.label}, gemiddeld cijfer per sessie. {said}.",
        width=width,
        height=HEIGHT,
    )


def _histogram(row: ThemeMarks, render: Renderer) -> Chart:
    average = mean(row.counts, 1) or 0.0
    given = [mark for mark, count in enumerate(row.counts, 1) if count]
    drawn = charts.histogram(row.counts, average, given[0], given[-1], BARS)
    unknown = f", {row.unknown} keer ‘weet ik niet’" if row.unknown else ""
    return Chart(
        title=row.label,
        words=f"Gemiddeld {decimal(average)}. {plural(sum(row.counts), 'cijfer', 'cijfers')}{unknown}",
        svg=look.on_paper(render.macro("draw_numbered", drawn, BARS + BELOW), charts.AXIS, BARS + BELOW),
        alt=f"{row.label}. {drawn.label}.",
        width=int(charts.AXIS),
        height=BARS + BELOW,
    )


def _table(found: Sequence[ThemeTrend], minimum: int) -> Table:
    rows = tuple(
        (cell(theme.label if first else ""), cell(date(moment.at)), *_figures(moment, minimum))
        for theme in found
        for first, moment in _with_first(theme.moments)
    )
    head = ("Thema", "Sessie", "Cijfers", "Gemiddeld", "Laagste tot hoogste")
    return Table("Alle cijfers", head, rows, (6, 5, 3, 3, 4))


def _figures(moment: ThemeMoment, minimum: int) -> tuple[TableCell, ...]:
    if moment.mean is None:
        few = TableCell((TextLine(f"minder dan {minimum}"),), "few")
        return cell(str(moment.marks), kind="number"), few, cell("", kind="few")
    shown = (str(moment.marks), decimal(moment.mean), f"{moment.low} tot {moment.high}")
    return tuple(cell(text, kind="number") for text in shown)


def _groups(rows: Sequence[ThemeMarks], settings: Settings) -> list[Block]:
    """Makes the table of the groups of one session, by promise 6: all of them, or none."""
    contrasts = marks.contrasts(rows, settings.group_minimum, settings.breakdown_minimum)
    names = marks.groups_in(contrasts)
    if not names:
        return []
    head = ("Thema", *names.values(), "Verschil")
    body = tuple((cell(contrast.label), *_means(contrast, names)) for contrast in contrasts)
    title = f"Verschil tussen groepen, {date(rows[-1].at)}"
    widths = (5, *(3 for _ in names), 2)
    return [Paragraph(title, "question"), Table(title, head, body, widths)]


def _means(contrast: Contrast, names: dict[str, str]) -> tuple[TableCell, ...]:
    means = (contrast.means.get(group) for group in names)
    return tuple(
        cell("te weinig", kind="few") if figure is None else cell(decimal(figure), kind="number")
        for figure in (*means, contrast.gap)
    )


def _with_first(moments: Sequence[ThemeMoment]) -> list[tuple[bool, ThemeMoment]]:
    """Lists moments newest first, each with whether it is the first of its theme."""
    return [(number == 0, moment) for number, moment in enumerate(reversed(moments))]


def _spoken(moment: ThemeMoment) -> str:
    return f"{date(moment.at)}: {'te weinig cijfers' if moment.mean is None else decimal(moment.mean)}"


def _change(change: float | None) -> str:
    if not change:
        return "" if change is None else ", gelijk gebleven"
    return f", {'omhoog' if change > 0 else 'omlaag'} met {decimal(abs(change))}"


_KEY = "De lijn is het gemiddelde per sessie. Het vlak loopt van het laagste tot het hoogste cijfer."
_DOTS = "Elke stip is 1 telefoon. Bij veel cijfers: hoe hoger, hoe meer. Het driehoekje is het gemiddelde."
