"""What a first page tells: what was asked, who spoke, what the room chose, marks, agreements,
and when people look back. Of a whole dossier, of a bouwsteen or of one session.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

import msgspec

from workshop.content.worksheets import Bouwsteen, Field, Worksheet
from workshop.days import day_of
from workshop.items import Item
from workshop.models import UNFINISHED, Action, Session, ThemeMarks
from workshop.record import marks, moments
from workshop.record.actions import is_late
from workshop.record.marks import ThemeTrend
from workshop.record.moments import AgreedMoment
from workshop.record.sessions import Brought
from workshop.record.whole import Whole
from workshop.session_groups import named
from workshop.settings import Settings

MOST_CHOSEN = MOST_AGREED = MOST_TURNS = 5
MOST_MARKS = 6


Told = tuple[str, Item, "Reference | None"]
"""A question, something that was said to it, and where that stands."""


class Speakers(msgspec.Struct, frozen=True):
    """Who spoke: never who said what, nor how many there were of a group."""

    sessions: int
    """How many were held; those below count the phones and papers of these only."""
    first: dt.date | None
    last: dt.date | None
    fewest: int
    """Phones in the session with the fewest, and below in the one with the most."""
    most: int
    papers: int
    """People who answered on paper, of all sessions together."""
    groups: tuple[str, ...]
    """Names of the groups that the dossier shows figures of already (promise 6 of safety.md), no others."""


class Reference(msgspec.Struct, frozen=True):
    """Where a text stands in the dossier: what the page of its chain asks for."""

    item: str
    field: str
    about: str = ""


class ChosenCard(msgspec.Struct, frozen=True):
    """Something that the room chose (decision 60), in the words of the card or of the name of its group."""

    text: str
    field: str
    """Label of the question that it answers; empty where nobody said."""
    dots: int | None
    """None where it was chosen without dots."""
    cards: int
    """How many cards said it; 0 for what was there before."""
    tied: bool
    """Whether something else got as many dots."""
    quotes: tuple[str, ...]
    """Cards in its group, as they were written."""
    reference: Reference | None
    """None where it is not in the dossier yet."""


class AgreedAction(msgspec.Struct, frozen=True):
    """An open action. `owner` is empty and `due` None where nothing was agreed about it."""

    text: str
    owner: str
    due: dt.date | None
    late: bool
    reference: Reference


class NextTurn(msgspec.Struct, frozen=True):
    """A day on which people look back. `rhythm` is how often: `elk half jaar`, or `één keer`."""

    on: dt.date
    text: str
    """What they look at: the agreement in their own words, or the title of the worksheet."""
    rhythm: str
    owner: str


class Summary(msgspec.Struct, frozen=True):
    """What one page tells. Lists have their most important first; `more_…` says how many are left out."""

    asked: tuple[str, ...]
    """Of a dossier titles of bouwstenen, of a bouwsteen titles of worksheets, else questions."""
    speakers: Speakers
    chosen: tuple[ChosenCard, ...]
    """At most five: by dots, what the room chose in another way last. What was chosen twice stands once."""
    more_chosen: int
    marks: tuple[ThemeTrend, ...]
    """At most six: the themes of the newest session that gave marks, in their order. The last moment of each
    is that session; `ThemeTrend.change` is None when there is nothing to compare."""
    more_marks: int
    agreed: tuple[AgreedAction, ...]
    """At most five open actions, the earliest day first; of those that say the same, one."""
    more_agreed: int
    done: int
    """How many actions are done."""
    turns: tuple[NextTurn, ...]
    """At most five, the earliest day first; only agreements with a day."""

    @property
    def is_empty(self) -> bool:
        """Says whether there is nothing to tell yet."""
        return not (self.chosen or self.marks or self.agreed or self.done or self.turns)


def of_dossier(
    whole: Whole, settings: Settings, today: dt.date, bouwstenen: Sequence[Bouwsteen] = ()
) -> Summary:
    """Sums up everything, or these bouwstenen."""
    some = bouwstenen or whole.library.bouwstenen
    sheets = {own.number: whole.library.bouwsteen_worksheets(own.number) for own in some}
    begun = [own.title for own in some if any(whole.count(s.fields).answered for s in sheets[own.number])]
    every = [sheet for own in sheets.values() for sheet in own]
    return _of_sheets(whole, every, begun, settings, today)


def of_bouwsteen(whole: Whole, own: Bouwsteen, settings: Settings, today: dt.date) -> Summary:
    """Sums up one bouwsteen: its worksheets, and the sessions about them."""
    sheets = whole.library.bouwsteen_worksheets(own.number)
    begun = [sheet.title for sheet in sheets if whole.count(sheet.fields).answered]
    return _of_sheets(whole, sheets, begun, settings, today)


def of_worksheet(whole: Whole, own: Worksheet, settings: Settings, today: dt.date) -> Summary:
    """Sums up one worksheet, and the sessions about it."""
    asked = [field.question for field in own.fields if whole.count([field]).answered]
    return _of_sheets(whole, [own], asked, settings, today)


def of_session(
    whole: Whole, session: Session, brought: Brought, settings: Settings, today: dt.date
) -> Summary:
    """Sums up what a saved session put into the dossier. Marks have their trend up to that session."""
    fields = [f for sheet in whole.library.worksheets for f in sheet.fields if f.id in brought.fields]
    pairs = [
        (field.label, item, Reference(item.id, field.id, session.about))
        for field in fields
        for item in brought.items.get(field.id, ())
    ]
    actions = [action for field in fields for action in brought.actions.get(field.id, ())]
    rows = _until(whole.marks, [row for own in brought.marks.values() for row in own])
    return _summary(
        whole,
        asked=[field.question for field in fields],
        held=[session],
        pairs=pairs,
        rows=rows,
        actions=actions,
        turns=_turns(whole, [whole.library.worksheet(session.worksheet)]),
        settings=settings,
        today=today,
    )


def of_unsaved(
    whole: Whole,
    session: Session,
    asked: Iterable[tuple[str, Sequence[Item]]],
    settings: Settings,
    today: dt.date,
) -> Summary:
    """Sums up a session that is not in the dossier yet: the questions of its steps, with what the big screen
    shows of each. It has no marks, actions or days: those come with the review."""
    steps = list(asked)
    return _summary(
        whole,
        asked=[question for question, _ in steps],
        held=[session],
        pairs=[(question, item, None) for question, items in steps for item in items],
        rows=[],
        actions=[],
        turns=[],
        settings=settings,
        today=today,
    )


def _of_sheets(
    whole: Whole, sheets: Sequence[Worksheet], asked: Sequence[str], settings: Settings, today: dt.date
) -> Summary:
    fields = {field.id: field for sheet in sheets for field in sheet.fields}
    ids = {sheet.id for sheet in sheets}
    rows = [row for row in whole.marks if row.field in fields]
    return _summary(
        whole,
        asked=asked,
        held=[s for s in whole.sessions.values() if s.worksheet in ids],
        pairs=_written(whole, fields.values()),
        rows=rows,
        actions=[action for action in whole.actions if action.field in fields],
        turns=_turns(whole, sheets),
        settings=settings,
        today=today,
    )


def _summary(
    whole: Whole,
    *,
    asked: Sequence[str],
    held: Sequence[Session],
    pairs: Sequence[Told],
    rows: Sequence[ThemeMarks],
    actions: Sequence[Action],
    turns: Sequence[NextTurn],
    settings: Settings,
    today: dt.date,
) -> Summary:
    chosen = _chosen(pairs)
    through = marks.through_time(rows, settings.marks_minimum)
    newest = [one for one in through if one.field == rows[-1].field and _is_of(one, rows[-1].session_id)]
    shown = [one for one in newest if one.moments[-1].mean is not None]
    unfinished = sorted(
        (action for action in actions if action.status in UNFINISHED),
        key=lambda action: (action.due is None, action.due or dt.date.max),
    )
    every = [
        AgreedAction(
            one.text, one.owner, one.due, is_late(one, today), Reference(one.id.hex, one.field, one.about)
        )
        for one in unfinished
    ]
    agreed = [*{_same(one): one for one in every}.values()][:MOST_AGREED]
    told = {_same(one) for one in agreed}
    return Summary(
        asked=tuple(dict.fromkeys(asked)),
        speakers=_speakers(held, [item for _, item, _ in pairs], rows, settings),
        chosen=tuple(chosen[:MOST_CHOSEN]),
        more_chosen=len(chosen[MOST_CHOSEN:]),
        marks=tuple(shown[:MOST_MARKS]),
        more_marks=len(through) - len(shown[:MOST_MARKS]),
        agreed=tuple(agreed),
        more_agreed=sum(_same(one) not in told for one in every),
        done=sum(action.status == "done" for action in actions),
        turns=tuple(turns[:MOST_TURNS]),
    )


def _same(one: AgreedAction) -> tuple[str, str, dt.date | None]:
    """Returns what two actions have in common that are one to whoever reads them."""
    return one.text.casefold(), one.owner.casefold(), one.due


def _is_of(theme: ThemeTrend, session_id: uuid.UUID) -> bool:
    return theme.moments[-1].session == session_id


def _written(whole: Whole, fields: Iterable[Field]) -> list[Told]:
    return [
        (field.label, item, Reference(item.id, field.id, answer.about))
        for field in fields
        for answer in whole.answers.get(field.id, ())
        for item in whole.items(field, answer.about)
    ]


def _chosen(pairs: Iterable[Told]) -> list[ChosenCard]:
    """Returns what the room chose, by dots. Equal words are one: what goes on to a next worksheet keeps its
    dots, and is no second choice."""
    found: dict[str, ChosenCard] = {}
    for label, item, reference in pairs:
        dots = None if item.by_phones else item.votes
        card = ChosenCard(item.text, label, dots, item.cards, item.tied, item.quotes, reference)
        known = found.get(item.text.casefold())
        if item.chosen and (known is None or (known.dots or 0) < (dots or 0)):
            found[item.text.casefold()] = card
    return sorted(found.values(), key=lambda card: (-(card.dots or 0), -card.cards))


def _speakers(
    held: Iterable[Session], items: Iterable[Item], rows: Sequence[ThemeMarks], settings: Settings
) -> Speakers:
    sessions = [session for session in held if session.opened_at or session.ended_at]
    days = [day_of(session.created_at) for session in sessions]
    phones = [session.phones for session in sessions if session.phones]
    shown = {group for item in items for group in (*item.cards_by, *item.votes_by)}
    for id in {row.session_id for row in rows}:
        own = [row for row in rows if row.session_id == id]
        shown |= {*marks.groups_in(marks.contrasts(own, settings.group_minimum, settings.breakdown_minimum))}
    return Speakers(
        sessions=len(sessions),
        first=min(days, default=None),
        last=max(days, default=None),
        fewest=min(phones, default=0),
        most=max(phones, default=0),
        papers=sum(session.papers for session in sessions),
        groups=tuple(named(shown - {""}).values()),
    )


def _until(every: Sequence[ThemeMarks], own: Sequence[ThemeMarks]) -> list[ThemeMarks]:
    """Returns the marks of a session after those that the same themes had before it, oldest first."""
    themes = {(row.field, row.theme): row for row in own}
    before = [
        row
        for row in every
        if (now := themes.get((row.field, row.theme))) and row.at < now.at and row.id != now.id
    ]
    return [*before, *own]


def _turns(whole: Whole, sheets: Sequence[Worksheet]) -> list[NextTurn]:
    titles = {sheet.id: sheet.title for sheet in sheets}
    return [
        NextTurn(
            one.next_on,
            one.text if isinstance(one, AgreedMoment) else titles[one.worksheet],
            moments.rhythm_of(one),
            one.owner if isinstance(one, AgreedMoment) else "",
        )
        for one in whole.upcoming
        if one.worksheet in titles and one.next_on
    ]
