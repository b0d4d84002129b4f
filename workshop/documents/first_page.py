"""The first page of a document: what was said and agreed, to read aloud in two minutes."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.documents.document import Block, Heading, Lines, Paragraph, Table, TableCell, TextLine, cell
from workshop.dutch import date, decimal, series
from workshop.items import DOTS
from workshop.record.marks import ThemeTrend, spread_words
from workshop.record.summary import AgreedAction, ChosenCard, NextTurn, Speakers, Summary
from workshop.text import plural

LONGEST = 110
"""Characters of a text here; further on it stands there whole."""
MOST_ASKED = 4
NOTHING_YET = "Er is nog niets gekozen of afgesproken."


def first_page(told: Summary) -> tuple[Block, ...]:
    """Returns the blocks of the page; what there is nothing to say about is left out."""
    parts = [
        ("Wat we vroegen", _asked(told.asked)),
        ("Wie er spraken", _spoke(told.speakers)),
        ("Wat we kozen", _chosen(told)),
        ("Welke cijfers we gaven", _marks(told.marks, told.more_marks)),
        ("Wat we afspraken", _agreed(told)),
        ("Wanneer we terugkijken", _turns(told.turns)),
    ]
    blocks = [block for name, part in parts if part for block in (Heading(name, 1), *part)]
    return (*blocks, *([Paragraph(NOTHING_YET, "quiet")] if told.is_empty else []))


def shortened(words: str) -> str:
    """Returns a text with an ellipsis behind the last whole word that fits, and on one line."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rpartition(' ')[0] or line[:LONGEST]} …"


def _asked(questions: Sequence[str]) -> list[Block]:
    if not questions:
        return []
    more = len(questions) - MOST_ASKED
    said = [shortened(question) for question in questions[:MOST_ASKED]]
    return [Lines((*map(TextLine, said), *([TextLine(f"En nog {more}.")] if more > 0 else [])))]


def _spoke(who: Speakers) -> list[Block]:
    if not who.sessions or who.first is None or who.last is None:
        return []
    days = f"op {date(who.first)}"
    if who.first != who.last:
        days = f"van {date(who.first)} tot en met {date(who.last)}"
    said = [f"{plural(who.sessions, 'sessie', 'sessies')}, {days}."]
    if who.most:
        each = str(who.most) if who.fewest == who.most else f"{who.fewest} tot {who.most}"
        said.append(f"{'Steeds' if who.sessions > 1 else 'Er'} deden {each} telefoons mee.")
    if who.papers:
        said.append(f"Op papier: {plural(who.papers, 'mens', 'mensen')}.")
    if who.groups:
        said.append(f"Daarbij waren: {series([group.lower() for group in who.groups])}.")
    return [Paragraph(" ".join(said))]


def _chosen(told: Summary) -> list[Block]:
    if not told.chosen:
        return []
    more = told.more_chosen
    beside = [Paragraph(f"En nog {more} gekozen: die staan verderop.", "quiet")] if more else []
    return [Lines(tuple(map(_card, told.chosen)), numbered=True), *beside]


def _card(card: ChosenCard) -> TextLine:
    dots = () if card.dots is None else (plural(card.dots, *DOTS),)
    return TextLine(shortened(card.text), (*dots, *(["gedeelde plaats"] * card.tied)))


def _marks(themes: Sequence[ThemeTrend], more: int) -> list[Block]:
    if not themes:
        return []
    rows = tuple((cell(shortened(theme.label)), *map(cell, _figures(theme))) for theme in themes)
    title = f"Cijfers van {date(themes[0].moments[-1].at)}"
    table = Table(
        title, ("Thema", "Gemiddeld", "Hoe ver uit elkaar", "Sinds de vorige keer"), rows, (6, 3, 5, 5)
    )
    other = f"En nog {plural(more, 'ander thema', 'andere thema’s')}: verderop."
    return [table, *([Paragraph(other, "quiet")] if more else [])]


def _figures(theme: ThemeTrend) -> tuple[str, str, str]:
    now = theme.moments[-1]
    spread = f"{now.low} tot {now.high}, {spread_words(now.spread)}"
    if theme.change is None:
        return decimal(now.mean or 0), spread, "eerste keer"
    if not theme.change:
        return decimal(now.mean or 0), spread, "gelijk gebleven"
    way = "omhoog" if theme.change > 0 else "omlaag"
    return decimal(now.mean or 0), spread, f"{decimal(abs(theme.change))} {way}"


def _agreed(told: Summary) -> list[Block]:
    closed = [f"{plural(told.done, 'actie is', 'acties zijn')} klaar."] * bool(told.done)
    more = [f"En nog {plural(told.more_agreed, 'open actie', 'open acties')}."] * bool(told.more_agreed)
    said = " ".join([*more, *closed])
    table = Table(
        "Wat we afspraken", ("Actie", "Wie", "Klaar op"), tuple(map(_action, told.agreed)), (8, 4, 4)
    )
    return [*([table] if told.agreed else []), *([Paragraph(said, "quiet")] if said else [])]


def _action(action: AgreedAction) -> tuple[TableCell, ...]:
    day = date(action.due) if action.due else "Geen datum"
    owner = shortened(action.owner) or "Nog niemand"
    return cell(shortened(action.text)), cell(owner), cell(f"{day}, te laat" if action.late else day)


def _turns(turns: Sequence[NextTurn]) -> list[Block]:
    return [Lines(tuple(map(_turn, turns)))] if turns else []


def _turn(turn: NextTurn) -> TextLine:
    owner = f", {shortened(turn.owner)}" if turn.owner else ""
    return TextLine(f"{date(turn.on)}: {shortened(turn.text)} ({turn.rhythm}{owner})")
