"""The slides of a summary: what was asked, who spoke, the top five, marks, agreements, and when people look
back. What a slide has no room for stands in its notes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workshop.documents.deck import BarChart, Deck, LineChart, Slide
from workshop.dutch import date, decimal, series
from workshop.record import marks
from workshop.record.marks import ThemeTrend
from workshop.record.summary import AgreedAction, ChosenCard, NextTurn, Speakers, Summary
from workshop.text import plural

MOST_ASKED = 6


def of(summary: Summary) -> Deck:
    """Makes five slides, and one more where there are marks."""
    slides = (
        _asked(summary.asked),
        _spoke(summary.speakers),
        _chosen(summary.chosen, summary.more_chosen),
        _marks(summary.marks, summary.more_marks),
        _agreed(summary),
        _turns(summary.turns),
    )
    return Deck(tuple(slide for slide in slides if slide))


def _asked(asked: Sequence[str]) -> Slide:
    shown = asked[:MOST_ASKED]
    lines = (*shown, *_more(len(asked) - len(shown), "andere vraag", "andere vragen"))
    return Slide("Wat we vroegen", lines or ("Er is nog niets gevraagd.",), notes="\n".join(asked))


def _spoke(told: Speakers) -> Slide:
    title = "Wie er sprak"
    if not told.sessions or told.first is None or told.last is None:
        return Slide(title, ("Er is nog geen sessie gehouden.",))
    when = date(told.first) if told.first == told.last else f"van {date(told.first)} tot {date(told.last)}"
    phones = str(told.most) if told.fewest == told.most else f"{told.fewest} tot {told.most}"
    each = "" if told.sessions == 1 else " per sessie"
    lines = [f"{plural(told.sessions, 'sessie', 'sessies')}, {when}"]
    lines += [f"{phones} {'telefoon' if told.most == 1 else 'telefoons'}{each}"] if told.most else []
    lines += [f"{plural(told.papers, 'mens', 'mensen')} op papier"] if told.papers else []
    lines += [f"Onder anderen: {series(told.groups)}"] if told.groups else []
    notes = "We noemen een groep alleen als er genoeg mensen van waren. Wie wat zei, weet niemand."
    return Slide(title, tuple(lines), notes=notes)


def _chosen(cards: Sequence[ChosenCard], more: int) -> Slide:
    title = f"De top {len(cards)}" if len(cards) > 1 else "Wat de zaal koos"
    if not cards:
        return Slide(title, ("Er is nog niets gekozen.",))
    notes = "\n".join((*(_told(card) for card in cards), *_more(more, "andere keuze", "andere keuzes")))
    by_dots = [card for card in cards if card.dots]
    others = tuple(card.text for card in cards if card not in by_dots)
    if not by_dots:
        return Slide(title, others, notes=notes)
    said = "; ".join(f"{card.text}: {card.dots}" for card in by_dots)
    counts = tuple(card.dots or 0 for card in by_dots)
    chart = BarChart("Stippen", tuple(card.text for card in by_dots), counts, f"Stippen per keuze. {said}.")
    return Slide(title, others, chart, notes)


def _told(card: ChosenCard) -> str:
    found = [plural(card.dots, "stip", "stippen")] if card.dots else []
    found += [plural(card.cards, "kaart", "kaarten")] if card.cards else []
    found += ["gedeelde plaats"] if card.tied else []
    counted = f" ({', '.join(found)})" if found else ""
    return "\n".join((f"{card.text}{counted}", *(f"‘{quote}’" for quote in card.quotes)))


def _marks(themes: Sequence[ThemeTrend], more: int) -> Slide | None:
    if not themes:
        return None
    moments = sorted({moment.at: moment for theme in themes for moment in theme.moments}.items())
    lines = tuple((theme.label, tuple(_means(theme).get(at) for at, _ in moments)) for theme in themes)
    said = "\n".join(map(_trend, themes))
    alt = f"Gemiddeld cijfer van 1 tot 10 per sessie. {'. '.join(map(_trend, themes))}."
    chart = LineChart(tuple(date(at) for at, _ in moments), lines, alt)
    notes = "\n".join((said, *_more(more, "ander thema", "andere thema’s")))
    return Slide("Welk cijfer we gaven", (), chart, notes)


def _means(theme: ThemeTrend) -> dict[object, float | None]:
    return {moment.at: moment.mean for moment in theme.moments}


def _trend(theme: ThemeTrend) -> str:
    newest = theme.shown[-1]
    change = theme.change
    way = "omhoog" if change and change > 0 else "omlaag"
    moved = "" if change is None else f", {way} met {decimal(abs(change))}" if change else ", gelijk gebleven"
    return f"{theme.label}: {decimal(newest.mean or 0)}{moved}, {marks.spread_words(newest.spread)}"


def _agreed(told: Summary) -> Slide:
    done = f"{plural(told.done, 'actie is', 'acties zijn')} klaar" if told.done else ""
    lines = (*map(_agreement, told.agreed), *_more(told.more_agreed, "andere actie", "andere acties"))
    shown = (*lines, *([done] if done else []))
    return Slide("Wat we afspraken", shown or ("Er staan geen acties open.",), notes="\n".join(shown))


def _agreement(one: AgreedAction) -> str:
    day = date(one.due) if one.due else "geen dag"
    return f"{one.text}: {one.owner or 'nog niemand'}, {day}{' (te laat)' if one.late else ''}"


def _turns(turns: Sequence[NextTurn]) -> Slide:
    lines = tuple(map(_turn, turns))
    shown = lines or ("Er is nog geen dag gekozen. Wanneer kijken we terug?",)
    return Slide("Wanneer we terugkijken", shown, notes="\n".join(lines))


def _turn(one: NextTurn) -> str:
    return ", ".join(filter(None, (f"{date(one.on)}: {one.text}", one.rhythm, one.owner)))


def _more(count: int, one: str, more: str) -> Iterable[str]:
    return (f"En nog {plural(count, one, more)}.",) if count > 0 else ()
