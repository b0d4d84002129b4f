"""Table: tick what belongs in a cell, or add it. It shows rows and columns with what the room put in them."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from workshop import text
from workshop.codes import id_of_words
from workshop.kinds import Entry, Form, Inputs, Key, Labels, Needs, Option, Result, ResultItem, Text
from workshop.languages import N_, Sentence
from workshop.phrases import for_table

name = "Tabel"
icon = "table"
about = "Deelnemers vullen samen een tabel in."
labels = Labels(
    sent="vulden de tabel in",
    saved=Sentence("Je keuze is verstuurd."),
)
wrong = Sentence("Dit past niet in de tabel. Kies opnieuw.")
hides = False
shares = False
outcome = False
says_ready = True
writes = ("text",)
votes = ("keer gekozen", "keer gekozen")
translated = ("rows.label", "rows.hint", "columns.label", "ready", "asks", "entry")

CellId = Annotated[str, Meta(max_length=170)]
"""`row.column`"""
MOST_COLUMNS = 8
MOST_ADDED = 30
_ENTRY_ID = re.compile("[0-9a-f]{16}")


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Key
    label: Annotated[str, Meta(max_length=80)]
    hint: Annotated[str, Meta(max_length=200)] = ""


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Key
    label: Annotated[str, Meta(max_length=80)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: Annotated[
        tuple[Row, ...],
        Meta(
            min_length=1,
            max_length=10,
            title="Rijen",
            description="Elke rij op een eigen regel. Zet een uitleg achter een streep: Weten | Wat leer je?",
            extra={"line": ("label", "hint")},
        ),
    ]
    columns: Annotated[
        tuple[Column, ...],
        Meta(
            max_length=MOST_COLUMNS,
            title="Kolommen",
            description="Elke kolom op een eigen regel.",
            extra={"line": ("label",)},
        ),
    ] = ()
    columns_from: Annotated[tuple[Key, ...], Meta(max_length=4)] = ()
    """Fields of the record: the items of the first one that has any are the columns."""
    ready: dict[CellId, tuple[str, ...]] = {}
    """`row.column` -> what can be ticked there from the start."""
    adds: Annotated[bool, Meta(title="Telefoons mogen iets toevoegen")] = True
    flag: Annotated[bool, Meta(title="Telefoons mogen zeggen dat er iets mist")] = False
    """Whether a phone may say that something is missing in a cell."""
    asks: Annotated[str, Meta(max_length=80, title="Vraag bij elk vak")] = N_("Wat hoort hier?")
    entry: Annotated[str, Meta(max_length=40)] = N_("Naam")
    entries: Annotated[str, Meta(max_length=40)] = "Namen"
    max_length: Annotated[
        int,
        Meta(ge=10, le=140, title="Hoe lang mag iets zijn?", description="Het aantal tekens."),
    ] = 80

    def __post_init__(self) -> None:
        if bool(self.columns) == bool(self.columns_from):
            raise ValueError("Geef precies één van columns of columns_from")
        if any("." in part.id for part in (*self.rows, *self.columns)):
            raise ValueError("Zet geen punt in de id van een rij of kolom")
        rows, columns = {row.id for row in self.rows}, {column.id for column in self.columns}
        for cell in self.ready:
            row, _, column = cell.partition(".")
            if row not in rows or (columns and column not in columns):
                raise ValueError(
                    f"Er is een lijst (ready) voor het vak '{cell}', maar dat staat niet in de tabel"
                )
        if not (self.ready or self.adds or self.flag):
            raise ValueError("Er valt niets te kiezen: laat telefoons iets toevoegen (adds), of geef ready")


class Answer(msgspec.Struct, frozen=True):
    """Something new in a cell (`cell` and `text`), or everything that this phone ticked and flagged."""

    cell: CellId = ""
    text: Text = ""
    ticks: Annotated[tuple[Key, ...], Meta(max_length=200)] = ()
    flags: Annotated[tuple[CellId, ...], Meta(max_length=80)] = ()


class Addition(msgspec.Struct, frozen=True):
    """What one phone added, as the desk sees it."""

    id: str
    text: str
    cell: str
    place: str
    """`Veiligheid, Basisondersteuning`"""


class Thing(msgspec.Struct, frozen=True):
    """One thing in one cell. Adding what is there already is a vote for it."""

    id: str
    text: str
    votes: int
    ready: bool
    double: bool
    """Whether it stands in another cell too."""
    added: tuple[Addition, ...]


class Cell(msgspec.Struct, frozen=True):
    id: str
    row: Row
    column: Column
    choices: tuple[Thing, ...]
    """What can be ticked: what was there from the start, then what phones added."""
    flags: int

    @property
    def things(self) -> tuple[Thing, ...]:
        """What the room put in, most votes first."""
        chosen = (thing for thing in self.choices if thing.votes)
        return tuple(sorted(chosen, key=lambda thing: (-thing.votes, thing.text.casefold(), thing.id)))

    @property
    def place(self) -> str:
        return f"{self.row.label}, {self.column.label}"


class Line(msgspec.Struct, frozen=True):
    row: Row
    cells: tuple[Cell, ...]


class Double(msgspec.Struct, frozen=True):
    text: str
    places: tuple[str, ...]


class Tally(msgspec.Struct, frozen=True):
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    doubles: tuple[Double, ...]
    held: tuple[Addition, ...]
    hidden: tuple[Addition, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for line in self.lines for cell in line.cells)

    @property
    def things(self) -> int:
        return sum(len(cell.things) for cell in self.cells)

    @property
    def filled(self) -> int:
        return sum(bool(cell.things) for cell in self.cells)


def needs(settings: Settings) -> Needs:
    return Needs(fields=settings.columns_from)


def outputs(settings: Settings) -> tuple[str, ...]:
    return ("cells", "gaps") if settings.flag else ("cells",)


def fits_in(output: str) -> tuple[str, ...]:
    return ("list",) if output == "gaps" else ("matrix", "partners-table")


def typed(lines: Sequence[str]) -> dict[str, Any]:
    return {"columns": [{"id": str(n), "label": line} for n, line in enumerate(lines, 1)]}


def split(form: Form, settings: Settings) -> list[Form]:
    """Splits a form: the ticks and flags of a phone are one answer, each `text.<cell>` that is filled in one
    more. A form with a `cell` or a `text` adds one thing and leaves ticks alone."""
    if "cell" in form or "text" in form:
        return [{"cell": form.get("cell", []), "text": form.get("text", [])}]
    ticked = {"ticks": form.get("ticks", []), "flags": form.get("flags", [])}
    added = [
        {"cell": [field.removeprefix("text.")], "text": values}
        for field, values in form.items()
        if field.startswith("text.") and values and text.tidy(values[-1])
    ]
    return [ticked, *added]


def slot(answer: Answer) -> str | None:
    return f"add-{id_of_words(answer.cell, answer.text)}" if answer.text else "ticks"


def most(settings: Settings) -> int:
    return 1 + MOST_ADDED


def once(answers: Sequence[Answer], own: Sequence[Answer]) -> list[Answer]:
    """Returns the answers with one vote of the phone for each thing: it does not tick what it added, nor
    add what it ticked."""
    added = {id_of_words(one.cell, one.text) for one in own if one.text}
    given = [
        msgspec.structs.replace(one, ticks=tuple(tick for tick in one.ticks if tick not in added))
        for one in answers
    ]
    ticked = {tick for one in [one for one in (*own, *given) if not one.text][-1:] for tick in one.ticks}
    return [one for one in given if not one.text or id_of_words(one.cell, one.text) not in ticked]


def columns(settings: Settings, inputs: Inputs) -> tuple[Column, ...]:
    if settings.columns:
        return settings.columns
    first = [option for option in inputs.options if option.field == inputs.options[0].field]
    return tuple(Column(option.id, option.text) for option in first[:MOST_COLUMNS])


def check(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if answer.cell or answer.text:
        return _checked_addition(answer, settings, inputs)
    ready = {id_of_words(cell, words) for cell, all_words in settings.ready.items() for words in all_words}
    ticks = tuple(dict.fromkeys(answer.ticks))
    if any(tick not in ready and not (settings.adds and _ENTRY_ID.fullmatch(tick)) for tick in ticks):
        raise ValueError(Sentence("Een van je vinkjes staat niet meer in de lijst. Kies opnieuw."))
    flags = tuple(dict.fromkeys(answer.flags)) if settings.flag else ()
    for cell in flags:
        _check_cell(cell, settings, inputs)
    return Answer(ticks=ticks, flags=flags)


def tally(entries: Sequence[Entry], settings: Settings, inputs: Inputs) -> Tally:
    found = columns(settings, inputs)
    places = {
        f"{row.id}.{column.id}": f"{row.label}, {column.label}" for row in settings.rows for column in found
    }
    additions = {
        state: [_addition(e, places) for e in _added(entries, state) if e.answer.cell in places]
        for state in ("shown", "held", "hidden")
    }
    ticks = Counter(tick for entry in entries for tick in entry.answer.ticks)
    flags = Counter(cell for entry in entries for cell in entry.answer.flags)
    things = {cell: _things(cell, settings, additions["shown"], ticks) for cell in places}
    doubles = _doubles(things, places)
    twice = {double.text.casefold() for double in doubles}
    return Tally(
        lines=tuple(
            Line(row, tuple(_cell(row, column, things, flags, twice) for column in found))
            for row in settings.rows
        ),
        columns=found,
        doubles=doubles,
        held=tuple(additions["held"]),
        hidden=tuple(additions["hidden"]),
    )


def offers(tally: Tally) -> tuple[Option, ...]:
    return tuple(Option(thing.id, thing.text) for cell in tally.cells for thing in cell.things)


def summary(tally: Tally, settings: Settings) -> tuple[Result, ...]:
    items = tuple(
        ResultItem(
            id=thing.id,
            text=thing.text,
            votes=thing.votes,
            by_phones=True,
            labels=(cell.row.label, cell.column.label),
            cell=cell.id,
        )
        for cell in tally.cells
        for thing in cell.things
    )
    results = [Result("cells", settings.entries, items)]
    if settings.flag:
        results.append(Result("gaps", "Hier mist iets", tuple(map(_gap, flagged(tally)))))
    return tuple(results)


def simulate(rng: random.Random, settings: Settings, inputs: Inputs) -> list[dict[str, Any]]:
    cells = [f"{row.id}.{column.id}" for row in settings.rows for column in columns(settings, inputs)]
    if not cells:
        return []
    ready = [id_of_words(cell, words) for cell in cells for words in settings.ready.get(cell, ())]
    ticked: dict[str, Any] = {"ticks": [id for id in ready if rng.random() < _liking(id)]}
    if settings.flag and rng.random() < 0.4:
        ticked["flags"] = [rng.choice([cell for cell in cells if not settings.ready.get(cell)] or cells)]
    forms = [ticked]
    if settings.adds and rng.random() < 0.6:
        words = rng.choice(for_table(settings.entry))[: settings.max_length]
        forms.append({"cell": rng.choice(cells), "text": words})
    return forms


def flagged(tally: Tally) -> tuple[Cell, ...]:
    """Returns the cells where phones say that something is missing, those with most of them first."""
    return tuple(sorted((cell for cell in tally.cells if cell.flags), key=lambda cell: -cell.flags))


def _checked_addition(answer: Answer, settings: Settings, inputs: Inputs) -> Answer:
    if not settings.adds:
        raise ValueError(Sentence("Hier kun je niets toevoegen. Kies uit de lijst."))
    _check_cell(answer.cell, settings, inputs)
    return Answer(cell=answer.cell, text=text.clean(answer.text, settings.max_length))


def _check_cell(cell: str, settings: Settings, inputs: Inputs) -> None:
    if not cell:
        raise ValueError(Sentence("Kies eerst een vak in de tabel."))
    row, _, column = cell.partition(".")
    known = {found.id for found in columns(settings, inputs)}
    if column not in known or row not in {found.id for found in settings.rows}:
        raise ValueError(Sentence("Dit vak staat niet in de tabel. Kies een ander vak."))


def _added(entries: Sequence[Entry], state: str) -> Iterator[Entry]:
    """Yields the additions in the order of their random ids; those that wait in the order in
    which they came in."""
    by_arrival = state == "held"
    return iter(
        sorted(
            (entry for entry in entries if entry.answer.text and entry.state == state),
            key=lambda entry: (entry.order if by_arrival else 0, entry.id),
        )
    )


def _addition(entry: Entry, places: dict[str, str]) -> Addition:
    return Addition(entry.id, entry.answer.text, entry.answer.cell, places[entry.answer.cell])


def _things(cell: str, settings: Settings, additions: Sequence[Addition], ticks: Counter[str]) -> list[Thing]:
    """Returns everything in one cell; the same words from several phones are one thing."""
    added: dict[str, list[Addition]] = defaultdict(list)
    for addition in additions:
        if addition.cell == cell:
            added[id_of_words(cell, addition.text)].append(addition)
    ready = {id_of_words(cell, words): words for words in settings.ready.get(cell, ())}
    new = {id: given[0].text for id, given in added.items() if id not in ready}
    ordered = ready | dict(sorted(new.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
    return [
        Thing(id, words, ticks[id] + len(added[id]), id in ready, False, tuple(added[id]))
        for id, words in ordered.items()
    ]


def _doubles(things: dict[str, list[Thing]], places: dict[str, str]) -> tuple[Double, ...]:
    cells: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for cell, inside in things.items():
        for thing in inside:
            if thing.votes:
                cells[thing.text.casefold()].append((thing.text, places[cell]))
    return tuple(
        Double(found[0][0], tuple(place for _, place in found)) for found in cells.values() if len(found) > 1
    )


def _cell(
    row: Row, column: Column, things: dict[str, list[Thing]], flags: Counter[str], twice: set[str]
) -> Cell:
    id = f"{row.id}.{column.id}"
    choices = (
        msgspec.structs.replace(thing, double=bool(thing.votes) and thing.text.casefold() in twice)
        for thing in things[id]
    )
    return Cell(id, row, column, tuple(choices), flags[id])


def _gap(cell: Cell) -> ResultItem:
    return ResultItem(
        id=cell.id,
        text=cell.place,
        votes=cell.flags,
        by_phones=True,
        labels=(cell.row.label, cell.column.label),
        cell=cell.id,
    )


def _liking(id: str) -> float:
    """Returns the share of the simulated phones that tick this: a room does not like everything equally."""
    return int(id[:2], 16) / 400
