"""The letter about a dossier to somebody who was not there: the council, or a class.

Each line says on what it rests, and where that can be seen; a line that rests on nothing is in our own words.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec

from workshop.dutch import date, decimal, series
from workshop.languages.writing import inside
from workshop.record.marks import ThemeTrend
from workshop.record.summary import AgreedAction, ChosenCard, NextTurn, Reference, Speakers, Summary
from workshop.session_groups import FIXED, PLURALS
from workshop.text import plural, quoted


class LetterLine(msgspec.Struct, frozen=True):
    """One line: `rests_on` is empty for our own words, `address` (in the dossier) where nothing shows it."""

    text: str
    rests_on: str = ""
    address: str = ""
    is_point: bool = False
    """Whether it is one of a list."""


class DossierLetter(msgspec.Struct, frozen=True):
    """Parts of a heading (empty for the first) and its lines."""

    title: str
    parts: tuple[tuple[str, tuple[LetterLine, ...]], ...]


class Addressee(msgspec.Struct, frozen=True):
    """To whom a letter goes, in which words, and how much they want to know."""

    title: str
    greeting: str
    why: str
    met: str
    chosen: str
    marked: str
    agreed: str
    turns: str
    absent: str
    closing: str
    most: int
    """How many lines a list has at most."""


ADDRESSEES = {
    "raad": Addressee(
        title="Brief aan de raad",
        greeting="Beste raadsleden,",
        why="Wij werken samen aan een omgeving waarin jongeren veilig opgroeien, zonder seksueel "
        "grensoverschrijdend gedrag. In deze brief lees je wat dat opleverde.",
        met="Met wie spraken we?",
        chosen="Wat vonden de mensen het belangrijkst?",
        marked="Hoe gaat de samenwerking?",
        agreed="Wat is afgesproken?",
        turns="Wanneer kijken we terug?",
        absent="Wie misten we aan tafel?",
        closing="Wil je meer weten? We vertellen er graag over.",
        most=5,
    ),
    "klas": Addressee(
        title="Brief aan de klas",
        greeting="Hoi allemaal,",
        why="Iedereen wil zich veilig voelen: op school, op straat en online. Daar praatten we over. "
        "Dit kwam eruit.",
        met="Wie deden er mee?",
        chosen="Wat werd het vaakst gekozen?",
        marked="Welk cijfer kregen de volwassenen voor hun samenwerking?",
        agreed="Wat gaan ze doen?",
        turns="Wanneer horen jullie meer?",
        absent="Wie deden er niet mee?",
        closing="Zijn jullie het ergens niet mee eens, of missen jullie iets? Zeg het tegen je mentor.",
        most=3,
    ),
}
"""Id of an addressee, as it stands in an address."""


def written(summary: Summary, to: Addressee) -> DossierLetter:
    """Writes a letter. A part about which nothing is known is left out."""
    parts = (
        ("", (LetterLine(to.greeting), LetterLine(to.why))),
        (to.met, tuple(_met(summary.speakers))),
        (to.chosen, tuple(map(_chosen, summary.chosen[: to.most]))),
        (to.marked, tuple(map(_marked, summary.marks[: to.most]))),
        (to.agreed, tuple(map(_agreed, summary.agreed[: to.most]))),
        (to.turns, tuple(map(_turn, summary.turns[: to.most]))),
        (to.absent, tuple(_absent(summary.speakers))),
        ("", (LetterLine(to.closing),)),
    )
    return DossierLetter(to.title, tuple(part for part in parts if part[1]))


def _met(speakers: Speakers) -> Iterable[LetterLine]:
    if not speakers.sessions or not speakers.first or not speakers.last:
        return
    held = plural(speakers.sessions, "bijeenkomst", "bijeenkomsten")
    if speakers.first == speakers.last:
        when = f"op {date(speakers.first)}"
    else:
        when = f"tussen {date(speakers.first)} en {date(speakers.last)}"
    yield LetterLine(f"Er {_was(speakers.sessions)} {held} {when}.", held, "/sessies")
    if speakers.most:
        phones = _phones(speakers)
        yield LetterLine(f"{phones} mee.", "wie zich aanmeldde", "/sessies")
    if speakers.papers:
        papers = plural(speakers.papers, "mens", "mensen")
        yield LetterLine(f"Op papier deden nog {papers} mee.", "antwoorden op papier", "/sessies")
    if speakers.groups:
        yield LetterLine(
            f"Deze groepen deden mee: {series([_inside(group) for group in speakers.groups])}.",
            "groepen die groot genoeg zijn om te noemen",
        )


def _was(count: int) -> str:
    return "was" if count == 1 else "waren"


def _phones(speakers: Speakers) -> str:
    if speakers.fewest == speakers.most:
        each = "" if speakers.sessions == 1 else " elke keer"
        return f"Er deden{each} {plural(speakers.most, 'telefoon', 'telefoons')}"
    return f"Per keer deden {speakers.fewest} tot {speakers.most} telefoons"


def _chosen(card: ChosenCard) -> LetterLine:
    grounds = [
        *([plural(card.dots, "stip", "stippen")] if card.dots else []),
        *([plural(card.cards, "kaart", "kaarten")] if card.cards else []),
    ]
    tie = " Iets anders kreeg evenveel stippen." if card.tied else ""
    return LetterLine(
        f"{_in_their_words(card.text)}{tie}",
        series(grounds) or "een keuze van de groep",
        _chain(card.reference),
        True,
    )


def _marked(trend: ThemeTrend) -> LetterLine:
    last = trend.moments[-1]
    if trend.change is None:
        than = ""
    elif trend.change:
        than = f" Dat is {decimal(abs(trend.change))} {'hoger' if trend.change > 0 else 'lager'} dan ervoor."
    else:
        than = " Dat is hetzelfde als ervoor."
    text = f"{trend.label}: een {decimal(last.mean or 0)}.{than}"
    return LetterLine(text, plural(last.marks, "cijfer", "cijfers"), f"/cijfers/{trend.key}", True)


def _agreed(action: AgreedAction) -> LetterLine:
    who = f" {action.owner} doet dit." if action.owner else " Nog niemand doet dit."
    ready = "had klaar moeten zijn" if action.late else "is klaar"
    by = f" Het {ready} op {date(action.due)}." if action.due else ""
    return LetterLine(f"{_in_their_words(action.text)}{who}{by}", "1 actie", _chain(action.reference), True)


def _turn(turn: NextTurn) -> LetterLine:
    return LetterLine(
        f"Op {date(turn.on)}: {_in_their_words(turn.text)}", "een afspraak", "/terugkijken", is_point=True
    )


def _absent(speakers: Speakers) -> Iterable[LetterLine]:
    """Says which groups cannot be shown. Not whether somebody of them was there: that would tell of a group
    that is too small to be shown."""
    absent = [PLURALS[group] for group in FIXED if PLURALS[group] not in speakers.groups]
    if speakers.sessions and absent:
        yield LetterLine(
            f"Van deze groepen hoorden we niemand, of te weinig mensen om te noemen: "
            f"{series([_inside(name) for name in absent])}.",
            plural(speakers.sessions, "bijeenkomst", "bijeenkomsten"),
            "/sessies",
        )


def _in_their_words(text: str) -> str:
    return f"{quoted([text.rstrip('.')])}."


def _inside(name: str) -> str:
    """Writes the name of a fixed group as it stands inside a sentence; own names stay as they are."""
    return inside(name) if name in PLURALS.values() else name


def _chain(reference: Reference | None) -> str:
    if reference is None:
        return ""
    asked = urlencode({"veld": reference.field} | ({"over": reference.about} if reference.about else {}))
    return f"/herkomst/{reference.item}?{asked}"
