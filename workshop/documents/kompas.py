"""The kompas as a chart: how far each bouwsteen is, and with which one people are busy."""

from __future__ import annotations

from workshop.documents import look
from workshop.documents.answers import Reader
from workshop.documents.document import Chart
from workshop.record import progress, wheel

SIZE = 432
"""Pixels of its view box."""
TITLE = "Zo ver zijn we"
KEY = "Hoe voller een bouwsteen, hoe meer vragen een antwoord hebben."


def chart(reader: Reader) -> Chart:
    """Draws the kompas as the home of the dossier does, with its figures in the alternative text."""
    whole = reader.whole
    steps = progress.per_bouwsteen(whole.library, whole.answered)
    held = [session.worksheet for session in whole.sessions.values()]
    now = progress.now_at(whole.library, whole.answered, held)
    drawn = wheel.draw([step.count.share for step in steps], now)
    drawing = reader.render.macro_of("record/_charts.html", "compass", drawn)
    said = "; ".join(
        f"bouwsteen {each.bouwsteen.number}, {each.bouwsteen.title}: {each.count.words}" for each in steps
    )
    return Chart(
        title=TITLE,
        words=f"{KEY} De wijzer staat bij bouwsteen {now}.",
        svg=look.on_paper(drawing, SIZE, SIZE),
        alt=f"Het kompas: {said}.",
        width=SIZE,
        height=SIZE,
    )
