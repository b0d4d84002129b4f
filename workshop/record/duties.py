"""What the people of a dossier can do now, the most urgent first: the list "Nu te doen" on its home."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence, Set
from operator import itemgetter

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.content.library import Library
from workshop.content.worksheets import Worksheet
from workshop.dutch import date, moment
from workshop.models import Action, Reminder, Session
from workshop.record import actions, lookbacks, progress, sessions
from workshop.record.lookbacks import Hint
from workshop.record.moments import AgreedMoment
from workshop.record.progress import Suggestion
from workshop.text import plural, quoted

MOST_SESSIONS = 5
"""How many unfinished sessions are named; the page of sessions has them all."""

MOST_INPUTS = 3


class Duty(msgspec.Struct, frozen=True):
    """Something to do: `label` is the text of the link to `address`, where it is done.

    `about` is a text that people wrote, such as the title of a session; empty where `title` says it all.
    """

    icon: str
    title: str
    why: str
    label: str
    address: str
    about: str = ""
    is_late: bool = False


class AtHand(msgspec.Struct, frozen=True):
    """What the dossier holds that asks for something."""

    sessions: Sequence[Session]
    """Those that are not saved yet."""
    late: Sequence[Action]
    turns: Mapping[str, dt.date]
    """Id of a worksheet -> the first day that was agreed for it."""
    lookbacks: Sequence[Hint]
    suggestion: Suggestion | None
    evaluated: Worksheet | None
    """The worksheet with the marks when people gave them before."""


async def read(
    db: AsyncSession,
    library: Library,
    partnership_id: uuid.UUID,
    answered: Set[str],
    agreed: Sequence[Reminder | AgreedMoment],
    unfinished: Sequence[Action],
) -> list[Duty]:
    """Reads what a facilitator of this dossier can do now. `answered` has the ids of the fields that hold
    something, `agreed` the days that come back, the earliest first, `unfinished` its open actions."""
    evaluation = progress.evaluation(library)
    found = AtHand(
        sessions=await sessions.unfinished(db, partnership_id, MOST_SESSIONS),
        late=[action for action in unfinished if actions.is_late(action, days.today())],
        turns={each.worksheet: each.next_on for each in reversed(agreed) if each.next_on},
        lookbacks=await lookbacks.hints(db, partnership_id),
        suggestion=progress.suggestion(library, answered),
        evaluated=evaluation[0] if evaluation and _has_marks(evaluation[0], answered) else None,
    )
    return listed(found, library, partnership_id, days.today())


def listed(found: AtHand, library: Library, partnership_id: uuid.UUID, today: dt.date) -> list[Duty]:
    """Returns what there is to do on a day, the most urgent first. A worksheet that a session is made for
    is not asked for once more."""
    home = f"/dossiers/{partnership_id}"
    taken = {session.worksheet for session in found.sessions}
    due = {id: day for id, day in found.turns.items() if day < today and id not in taken}
    return [
        *(_session(session, today) for session in found.sessions),
        *_late(found.late, home),
        *(_turn(library.worksheet(id), day, home) for id, day in sorted(due.items(), key=itemgetter(1))),
        *_lookbacks(found.lookbacks),
        *_rhythm(found, home),
        *_worksheet(found.suggestion, taken | due.keys(), home, library),
    ]


def _session(session: Session, today: dt.date) -> Duty:
    words = {
        sessions.RUNNING: ("play", "Ga verder met", "Deze sessie is bezig.", "Ga naar de regie"),
        sessions.REVIEW: ("check", "Kijk na en bewaar", _ended(session), "Kijk de sessie na"),
        sessions.PREPARED: ("cal", "Bereid voor", _planned(session, today), "Ga naar de sessie"),
    }
    icon, title, why, label = words[sessions.state(session)]
    return Duty(icon, title, why, label, sessions.address(session), about=session.title)


def _ended(session: Session) -> str:
    ended = f"De sessie stopte op {date(session.ended_at)}. " if session.ended_at else ""
    return f"{ended}Kies wat jullie bewaren."


def _planned(session: Session, today: dt.date) -> str:
    if session.starts_at is None:
        return "Deze sessie heeft nog geen dag. Kies er een, of open de sessie als jullie beginnen."
    if days.day_of(session.starts_at) < today:
        return f"De dag was {moment(session.starts_at)}. Kies een nieuwe dag, of open de sessie alsnog."
    return f"De sessie is {moment(session.starts_at)}."


def _late(late: Sequence[Action], home: str) -> Iterable[Duty]:
    if not late:
        return
    oldest = min(late, key=lambda action: action.due or dt.date.max)
    since = date(oldest.due or dt.date.max)
    if len(late) == 1:
        title, why, label = "Werk deze actie bij:", f"De dag was {since}.", "Bekijk de actie"
        yield Duty("clock", title, why, label, f"{home}/acties/{oldest.id}", oldest.text, is_late=True)
    else:
        title, why = f"Werk {len(late)} acties bij", f"De oudste moest klaar zijn op {since}."
        address = f"{home}/acties?toon=te-laat"
        yield Duty("clock", title, why, "Bekijk de acties", address, is_late=True)


def _turn(sheet: Worksheet, day: dt.date, home: str) -> Duty:
    return Duty(
        "cal",
        f"Plan een moment voor werkblad {sheet.id}: {sheet.short_title.general}",
        f"De afgesproken dag was {date(day)}.",
        "Plan een moment",
        f"{home}/sessies/nieuw?werkblad={sheet.id}",
        is_late=True,
    )


def _lookbacks(hints: Sequence[Hint]) -> Iterable[Duty]:
    """Yields each look-back in which something changed, and of those that nobody wrote yet the newest: the
    next one comes when that is done."""
    for hint in hints:
        if hint.changed:
            yield _lookback(
                hint,
                f"{plural(hint.changed, 'actie is', 'acties zijn')} veranderd sinds je laatste bericht.",
                "Vertel het",
            )
    unwritten = [hint for hint in hints if not hint.changed]
    if unwritten:
        why = f"De deelnemers van {date(unwritten[0].session.created_at)} hebben nog geen terugblik."
        if others := len(unwritten) - 1:
            why += f" Ook {plural(others, 'andere sessie wacht', 'andere sessies wachten')} daarop."
        yield _lookback(unwritten[0], why, "Maak de terugblik")


def _lookback(hint: Hint, why: str, label: str) -> Duty:
    address = f"/sessies/{hint.session.id}/terugblik"
    return Duty("send", "Laat horen wat jullie doen met", why, label, address, about=hint.session.title)


def _rhythm(found: AtHand, home: str) -> Iterable[Duty]:
    sheet = found.evaluated
    if sheet and sheet.id not in found.turns:
        yield Duty(
            "cal",
            "Spreek af wanneer jullie weer terugkijken",
            "Jullie gaven de samenwerking cijfers. Er is nog geen dag voor de volgende keer.",
            "Kies een terugkijkdag",
            f"{home}/terugkijken",
        )


def _worksheet(suggestion: Suggestion | None, taken: Set[str], home: str, library: Library) -> Iterable[Duty]:
    if suggestion is None or suggestion.worksheet.id in taken:
        return
    sheet = suggestion.worksheet
    if suggestion.missing:
        field = suggestion.missing[0]
        first = library.worksheet_of(field.id)
        yield Duty(
            "pencil",
            f"Vul ‘{field.label}’ in bij werkblad {first.id}",
            f"Daarna kunnen jullie verder met werkblad {sheet.id}: {sheet.short_title.general}.",
            f"Ga naar werkblad {first.id}",
            f"{home}/bouwstenen/{first.slug}?stap={first.step_key(field.id)}",
        )
    else:
        yield Duty(
            "next",
            f"Begin aan werkblad {sheet.id}: {sheet.short_title.general}",
            f"{_reason(suggestion)} Jongeren doen mee bij {sheet.youth_steps} van de "
            f"{len(sheet.script)} stappen.",
            f"Maak een sessie met werkblad {sheet.id}",
            f"{home}/sessies/nieuw?werkblad={sheet.id}",
        )


def _reason(suggestion: Suggestion) -> str:
    if not suggestion.inputs:
        return suggestion.worksheet.why
    labels = quoted(field.label for field in suggestion.inputs[:MOST_INPUTS])
    return f"Ga verder met wat er staat bij {labels}."


def _has_marks(sheet: Worksheet, answered: Set[str]) -> bool:
    return any(field.kind == "marks" and field.id in answered for field in sheet.fields)
