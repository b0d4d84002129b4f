"""Slides as a PowerPoint file: real titles, native charts that can be edited, and notes for the speaker."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from workshop.documents import look
from workshop.documents.book import Book
from workshop.documents.csv_table import as_text
from workshop.documents.deck import BarChart, LineChart, Slide
from workshop.documents.document import Document, each_text, logo_alt, plain
from workshop.dutch import date

LANGUAGE = "nl-NL"
WIDTH, HEIGHT = 13.333, 7.5
"""Inches of a slide of 16 by 9."""
OPENING, CONTENT = 0, 5
"""Layouts of the template of python-pptx: a title with a subtitle, and a title only."""
LEFT, TOP, LINE = 0.75, 1.75, 11.8
"""Inches: where the content of a slide begins, and how wide it is."""
LOGO_WIDTH, LOGO_HEIGHT = 3.0, 0.9
"""Inches of the room for a logo."""
LONGEST = 160
"""Characters of a line on a slide; the notes have all of it."""
SIZES = ((260, 26), (520, 22), (900, 18))
"""Pairs of the most characters of a slide and the size in points in which they fit."""
SMALLEST = 15
LINES = ("primary", "zorg", "accent", "kans", "ink", "subtle", "edge")
"""Colours of the lines of a chart. Their ends are named too: a colour alone says nothing to some."""


def write(book: Book) -> bytes:
    with look.accented(book.front.branding.colour):
        return _written(book)


def _written(book: Book) -> bytes:
    file = io.BytesIO()
    made = Presentation()
    _widen(made)
    front = book.front
    core = made.core_properties
    core.title, core.author = f"{front.title}, {front.partnership}"[:255], "Kompas Live"
    core.subject, core.language, core.comments = front.kind[:255], LANGUAGE, front.source[:255]
    _opening(made, front)
    for slide in each_text(book.deck, plain).slides:
        _slide(made, slide, front)
    made.save(file)
    return file.getvalue()


def _widen(made: Any) -> None:
    """Makes slides 16 by 9, on our colour of paper: the template of python-pptx is 4 by 3 and white."""
    share = Inches(WIDTH) / made.slide_width
    made.slide_width, made.slide_height = Inches(WIDTH), Inches(HEIGHT)
    made.slide_master.background.fill.solid()
    made.slide_master.background.fill.fore_color.rgb = _colour("paper")
    for page in (made.slide_master, *made.slide_layouts):
        for shape in page.placeholders:
            if shape._element.spPr.find(".//{*}off") is not None:
                shape.left, shape.width = int(shape.left * share), int(shape.width * share)


def _opening(made: Any, front: Document) -> None:
    slide = made.slides.add_slide(made.slide_layouts[OPENING])
    title, under = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = map(Inches, (LEFT, 1.4, LINE, 1.9))
    under.left, under.top, under.width, under.height = map(Inches, (LEFT, 3.5, LINE, 3.2))
    _title(title, front.title, 40)
    if front.branding.logo:
        _logo(slide, front)
    body = under.text_frame
    told = [front.partnership, f"{front.kind}, {date(front.date)}"]
    told += [f"{name}: {value}" for name, value in front.facts]
    _fill(body, told, 20, "subtle", bullets=False)
    slide.notes_slide.notes_text_frame.text = f"{front.source} Gemaakt met Kompas Live."


def _logo(slide: Any, front: Document) -> None:
    """Adds the logo above the title, as large as its room lets it be."""
    logo = slide.shapes.add_picture(io.BytesIO(front.branding.logo), Inches(LEFT), Inches(0.5))
    share = min(Inches(LOGO_WIDTH) / logo.width, Inches(LOGO_HEIGHT) / logo.height)
    logo.width, logo.height = int(logo.width * share), int(logo.height * share)
    logo._element.nvPicPr.cNvPr.set("descr", logo_alt(front))


def _slide(made: Any, told: Slide, front: Document) -> None:
    slide = made.slides.add_slide(made.slide_layouts[CONTENT])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = map(Inches, (LEFT, 0.55, LINE, 0.95))
    _title(title, told.title, 32)
    room = HEIGHT - TOP - 0.75
    if told.chart:
        beside = 0 if not told.lines else 0.35
        _chart(slide, told.chart, told.title, room * (1 - beside))
        room *= beside
    if told.lines:
        box = slide.shapes.add_textbox(
            Inches(LEFT), Inches(HEIGHT - 0.75 - room), Inches(LINE), Inches(room)
        ).text_frame
        box.word_wrap = True
        lines = [_short(line) for line in told.lines]
        _fill(box, lines, _size(lines), "ink", bullets=True)
    foot = slide.shapes.add_textbox(Inches(LEFT), Inches(HEIGHT - 0.6), Inches(LINE), Inches(0.4)).text_frame
    foot.word_wrap = True
    _fill(foot, [f"{front.partnership}, {date(front.date)}"], 12, "subtle", bullets=False)
    slide.notes_slide.notes_text_frame.text = told.notes


def _title(shape: Any, words: str, size: int) -> None:
    _fill(shape.text_frame, [_short(words)], size, "primary", bullets=False)
    shape.text_frame.word_wrap = True
    for run in shape.text_frame.paragraphs[0].runs:
        run.font.bold = True


def _fill(frame: Any, lines: list[str], size: int, colour: str, *, bullets: bool) -> None:
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.color.rgb = Pt(size), _colour(colour)
        run._r.get_or_add_rPr().set("lang", LANGUAGE)
        paragraph.space_after = Pt(size / 2.5)
        rtl = _is_rtl(line)
        paragraph.alignment = PP_ALIGN.RIGHT if rtl else PP_ALIGN.LEFT
        layout = paragraph._p.get_or_add_pPr()
        layout.set("rtl", "1" if rtl else "0")
        if bullets:
            _bullet(layout, size)


def _bullet(layout: Any, size: int) -> None:
    """Hangs the lines of a paragraph beside a bullet."""
    hang = Pt(size)
    layout.set("marL", str(hang))
    layout.set("indent", str(-hang))
    layout.append(layout.makeelement(qn("a:buChar"), {"char": "•"}))


def _chart(slide: Any, told: BarChart | LineChart, title: str, height: float) -> None:
    """Adds a chart with its data in it, so that it can be edited, and words for who does not see it."""
    kind, data, dress = DRAWN[type(told)]
    frame = slide.shapes.add_chart(kind, Inches(LEFT), Inches(TOP), Inches(LINE), Inches(height), data(told))
    named = frame._element.nvGraphicFramePr.cNvPr
    named.set("descr", told.alt)
    named.set("title", title)
    chart = frame.chart
    chart.has_title = False
    chart.font.size, chart.font.color.rgb = Pt(14), _colour("ink")
    dress(chart)


def _counts(told: BarChart) -> CategoryChartData:
    """Returns the data upside down, as a bar chart draws its first name at the bottom."""
    data = CategoryChartData(number_format="0")
    data.categories = [as_text(_short(name)) for name in reversed(told.names)]
    data.add_series(told.unit, list(reversed(told.counts)))
    return data


def _as_bars(chart: Any) -> None:
    chart.has_legend = False
    [plot] = chart.plots
    plot.gap_width, plot.has_data_labels = 45, True
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    plot.data_labels.font.size = Pt(16)
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = _colour("primary")


def _means(told: LineChart) -> CategoryChartData:
    data = CategoryChartData(number_format="0.0")
    data.categories = list(told.moments)
    for name, means in told.lines:
        data.add_series(as_text(_short(name)), means)
    return data


def _as_lines(chart: Any) -> None:
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.RIGHT, False
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 1, 10
    chart.value_axis.major_unit = 3
    chart.value_axis.major_gridlines.format.line.color.rgb = _colour("line")
    for number, series in enumerate(chart.plots[0].series):
        colour = _colour(LINES[number % len(LINES)])
        series.smooth = False
        series.format.line.width, series.format.line.color.rgb = Pt(3), colour
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = series.marker.format.line.color.rgb = colour


DRAWN: dict[type, tuple[XL_CHART_TYPE, Callable[[Any], CategoryChartData], Callable[[Any], None]]] = {
    BarChart: (XL_CHART_TYPE.BAR_CLUSTERED, _counts, _as_bars),
    LineChart: (XL_CHART_TYPE.LINE_MARKERS, _means, _as_lines),
}


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _size(lines: list[str]) -> int:
    """Returns the size in points in which these lines fit."""
    long = sum(max(len(line), 60) for line in lines)
    return next((size for most, size in SIZES if long <= most), SMALLEST)


def _is_rtl(line: str) -> bool:
    """Says whether a line begins on the right: by its first letter that has a direction."""
    ways = (unicodedata.bidirectional(sign) for sign in line)
    return next((way in ("R", "AL") for way in ways if way in ("L", "R", "AL")), False)


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(look.colours()[name][1:].upper())
