"""A picture of a session, read from the database: what every audience's scene is drawn from."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.bouwstenen import Library, Worksheet
from workshop.dutch import date
from workshop.groups import GROUPS, YOUNG, told_with
from workshop.kinds import Entry, Inputs, Kind, Option, Result
from workshop.models import (
    Action,
    Activity,
    Cluster,
    Contribution,
    Participant,
    Session,
    Signal,
    ThemeMarks,
    now,
)
from workshop.record import around, lookback
from workshop.record.around import Items, Neighbour, neighbours
from workshop.record.done import since_last_round
from workshop.record.marks import as_earlier
from workshop.safety import warning
from workshop.settings import Settings

OUTCOMES = ("dots", "actions")
VERSION = 12
"""So much of the id of a version is enough within one step."""
WORDS = ("text", "reason", "higher", "source")
"""Parts of an answer that a person wrote."""


@dataclass(frozen=True)
class Written:
    """One card as the desk moderates it, of whatever kind."""

    id: str
    parts: tuple[tuple[str, str], ...]
    """Name and words of everything that a person wrote in it."""

    @property
    def text(self) -> str:
        return self.parts[0][1]

    @property
    def more(self) -> str:
        """What else was written with it."""
        return ", ".join(words for _, words in self.parts[1:])


@dataclass(frozen=True)
class Scene:
    """One activity with everything that was contributed to it."""

    activity: Activity
    kind: Kind
    settings: Any
    inputs: Inputs
    entries: tuple[Entry, ...]
    tally: Any
    phones: int
    """How many phones contributed."""

    @property
    def name(self) -> str:
        return self.activity.kind

    @property
    def visible(self) -> bool:
        """Whether phones and screen may see results."""
        return self.activity.shown or not self.kind.hides

    @cached_property
    def looks(self) -> dict[str, tuple[str, ...]]:
        """Card id -> what it looks like, of those that look like something."""
        return {entry.id: entry.signals for entry in self.entries if entry.signals}

    def sorts_of(self, card: str) -> tuple[str, ...]:
        return self.looks.get(card, ())

    def heaviest_first(self, held: Sequence[Any]) -> list[Any]:
        """The cards that wait: what looks like a disclosure stands first, the others in their order."""
        return sorted(held, key=lambda card: not warning.disclosure(self.sorts_of(card.id)))

    def harmless(self, held: Sequence[Any]) -> list[Any]:
        """Of the cards that wait, those that may be let through together."""
        return [card for card in held if not self.sorts_of(card.id)]

    def shown_with(self, part: str) -> list[Entry]:
        """Contributions with this part that are shown, in the order of their random ids."""
        found = (e for e in self.entries if e.state == "shown" and getattr(e.answer, part))
        return sorted(found, key=lambda entry: entry.id)

    def written(self, card: str) -> Written | None:
        """What was written on a card of this step; None for one that is gone or has no words."""
        entry = next((entry for entry in self.entries if entry.id == card), None)
        return _written(entry) if entry and self.kind.texts(entry.answer) else None

    @property
    def hidden(self) -> tuple[Written, ...]:
        """What the facilitator took off every screen, in the order of random ids."""
        entries = sorted(self.entries, key=lambda entry: entry.id)
        return tuple(
            _written(entry) for entry in entries if entry.state == "hidden" and self.kind.texts(entry.answer)
        )

    def asked(self, what: str, young: bool = False) -> str:
        """`title`, `question` or `help`, in the wording for young people where there is one."""
        return (self.activity.youth.get(what) if young else "") or getattr(self.activity, what)

    @property
    def seconds(self) -> int:
        """How long this step takes, with the time that was added."""
        return self.activity.minutes * 60 + self.activity.extra_seconds

    @property
    def until(self) -> int:
        """When the clock is at zero, in seconds since 1970."""
        return int((self.activity.started_at or now()).timestamp()) + self.seconds

    @property
    def paused_left(self) -> int | None:
        """Seconds left on a clock that stands still; None while it runs."""
        paused = self.activity.paused_at
        return self.until - int(paused.timestamp()) if paused else None


@dataclass(frozen=True)
class Picture:
    session: Session
    worksheet: Worksheet
    scene: Scene | None
    """None in the lobby, and once the session has ended."""
    plan: tuple[Activity, ...]
    """The steps that are not skipped, in order."""
    joined: int
    groups: Counter[str] = field(default_factory=Counter)
    connected: int = 0
    origin: str = ""
    group_minimum: int = 5
    outcome: tuple[Result, ...] = ()
    """Once the session has ended: what the room chose and agreed, as it stood on the big screen."""
    earlier: tuple[Neighbour, ...] = ()
    """What earlier worksheets decided and this step builds on; in the lobby, the whole worksheet."""
    lookback: str = ""
    """Token of the page where the room reads what became of it; empty until it is published."""
    signals: tuple[Signal, ...] = ()
    """Of the whole session: what nobody took up yet."""

    def signal_of(self, card: str) -> Signal | None:
        """The signal of a card that waits to be taken up."""
        return next((signal for signal in self.signals if str(signal.contribution_id) == card), None)

    @property
    def elsewhere(self) -> tuple[Signal, ...]:
        """Signals whose card does not stand in this step: of another step, or deleted."""
        here = {entry.id for entry in self.scene.entries if entry.state == "held"} if self.scene else set()
        return tuple(signal for signal in self.signals if str(signal.contribution_id) not in here)

    def earlier_for(self, young: bool) -> tuple[Neighbour, ...]:
        """Of those, what young people may see: answers to questions that they may be asked."""
        return tuple(each for each in self.earlier if not young or each.field.youth != "no")

    @property
    def now(self) -> float:
        return time.time()

    @property
    def step(self) -> int:
        """Place of the current step in the plan, from 1; 0 in the lobby."""
        current = self.session.activity_id
        return next((n for n, activity in enumerate(self.plan, 1) if activity.id == current), 0)

    @property
    def next_activity(self) -> Activity | None:
        return self.plan[self.step] if self.step < len(self.plan) else None

    @property
    def previous_activity(self) -> Activity | None:
        return self.plan[self.step - 2] if self.step > 1 else None

    @property
    def ended(self) -> bool:
        return self.session.ended_at is not None

    @property
    def shows_groups(self) -> bool:
        """Whether the screen may draw cards of young people apart: enough of them and of others."""
        young = self.groups[YOUNG]
        return young >= self.group_minimum and self.joined - young >= self.group_minimum

    @property
    def audience(self) -> dict[str, str]:
        """Group -> `5 of meer` or `minder dan 5`, for the desk; never an exact number."""
        return {
            label: f"{self.group_minimum} of meer"
            if self.groups[group] >= self.group_minimum
            else f"minder dan {self.group_minimum}"
            for group, label in GROUPS.items()
            if self.groups[group]
        }

    @property
    def join_url(self) -> str:
        return f"{self.origin}/j/{self.session.join_token}"


class Painter:
    """Reads pictures; holds what does not change between them."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    async def picture(self, db: AsyncSession, session_id: uuid.UUID, connected: int = 0) -> Picture | None:
        session = await db.get(Session, session_id, populate_existing=True)
        if session is None:
            return None
        groups = await _groups(db, session_id)
        current = next((a for a in session.activities if a.id == session.activity_id), None)
        scene = await self.scene(db, session, current) if current and not session.ended_at else None
        return Picture(
            session=session,
            worksheet=self.library.worksheet(session.worksheet),
            scene=scene,
            plan=tuple(activity for activity in session.activities if not activity.skipped),
            joined=sum(groups.values()) or session.phones,
            groups=Counter({group: n for group, n in groups.items() if group}),
            connected=connected,
            origin=self.settings.origin,
            group_minimum=self.settings.group_minimum,
            outcome=await self._outcome(db, session) if session.ended_at else (),
            earlier=await self._earlier(db, session, scene) if not session.ended_at else (),
            lookback=await lookback.open_token(db, session.id) if session.ended_at else "",
            signals=await open_signals(db, session.id),
        )

    async def _outcome(self, db: AsyncSession, session: Session) -> tuple[Result, ...]:
        found = []
        for activity in session.activities:
            if activity.kind not in OUTCOMES or activity.skipped or not activity.started_at:
                continue
            scene = await self.scene(db, session, activity)
            if scene.visible:
                found += [
                    Result(result.output, activity.title, items)
                    for result in scene.kind.summary(scene.tally, scene.settings)
                    if (items := tuple(item for item in result.items if item.chosen and not item.action))
                ]
        return tuple(found)

    async def scene(self, db: AsyncSession, session: Session, activity: Activity) -> Scene:
        kind = kinds.get(activity.kind)
        settings = kinds.settings(kind, activity.settings)
        inputs = await self.inputs(db, session, activity)
        rows = (
            await db.execute(
                select(Contribution, Participant.group)
                .outerjoin(Participant, Contribution.participant_id == Participant.id)
                .where(Contribution.activity_id == activity.id)
            )
        ).all()
        entries = tuple(entry(kind, row, group) for row, group in rows)
        phones = {row.participant_id or row.id for row, _ in rows}
        tally = kind.tally(entries, settings, inputs)
        return Scene(activity, kind, settings, inputs, entries, tally, len(phones))

    async def tell(self, db: AsyncSession, session: Session, activity: Activity) -> None:
        """Notes what is counted now that the results of a step are shown."""
        if not kinds.get(activity.kind).hides:
            return
        scene = await self.scene(db, session, activity)
        before, now = activity.told or {}, kinds.versions(scene.kind, scene.entries)
        activity.told = {
            slot: told_with(before.get(slot, ()), now.get(slot, ()), self.settings.marks_minimum)
            for slot in {*before, *now}
        }

    async def inputs(self, db: AsyncSession, session: Session, activity: Activity) -> Inputs:
        """What the activity's kind needs from elsewhere."""
        kind = kinds.get(activity.kind)
        needs = kind.needs(kinds.settings(kind, activity.settings))
        clusters = await db.scalars(
            select(Cluster).where(Cluster.activity_id == activity.id).order_by(Cluster.position, Cluster.name)
        )
        return Inputs(
            options=await self._options(db, session, needs.activity, needs.fields),
            clusters=tuple(kinds.Cluster(str(c.id), c.name, c.column) for c in clusters),
            earlier=await _earlier(db, session, activity) if needs.earlier_marks else (),
            actions=await _open_actions(db, session) if needs.open_actions else (),
            done=await self._done(db, session, activity) if needs.done_actions else (),
            marks_minimum=self.settings.marks_minimum,
            group_minimum=self.settings.group_minimum,
            breakdown_minimum=self.settings.breakdown_minimum,
            told=_told(activity),
        )

    async def _options(
        self, db: AsyncSession, session: Session, key: str, fields: Sequence[str]
    ) -> tuple[Option, ...]:
        if key:
            source = next((activity for activity in session.activities if activity.key == key), None)
            if source is None:
                return ()
            scene = await self.scene(db, session, source)
            return scene.kind.offers(scene.tally)
        written = await self._written(db, session, fields) if fields else {}
        return tuple(
            Option(item.id, item.text, item.tone, item.cards, field)
            for field in fields
            for item in written.get(field, ())
        )

    async def _earlier(
        self, db: AsyncSession, session: Session, scene: Scene | None
    ) -> tuple[Neighbour, ...]:
        """What the answers of this step build on (in the lobby: those of the whole worksheet), without what
        the step offers to choose from and without what nobody answered."""
        worksheet = self.library.worksheet(session.worksheet)
        saved = set(scene.activity.saves.values()) if scene else {field.id for field in worksheet.fields}
        offered = scene.kind.needs(scene.settings).fields if scene else ()
        edges = {
            edge.field: edge
            for field in worksheet.fields
            if field.id in saved
            for edge in field.carries_from
            if edge.field not in offered
        }
        written = await self._written(db, session, edges) if edges else {}
        found = neighbours(self.library, edges.values(), written)
        return tuple(neighbour for neighbour in found if neighbour.items)

    async def _done(self, db: AsyncSession, session: Session, activity: Activity) -> tuple[Option, ...]:
        """What was done of the lists of actions that the saved questions build on."""
        found = {
            action.id: Option(str(action.id), action.text, field=action.field)
            for id in activity.saves.values()
            if self.library.has_field(id)
            for action in await since_last_round(
                db, self.library, session.partnership_id, self.library.field(id), session.about
            )
        }
        return tuple(found.values())

    async def _written(self, db: AsyncSession, session: Session, fields: Iterable[str]) -> Items:
        worksheet = self.library.worksheet(session.worksheet)
        return await around.read(db, self.library, session.partnership_id, fields, worksheet, session.about)


def entry(kind: Kind, row: Contribution, group: str | None = None) -> Entry:
    return Entry(
        id=str(row.id),
        answer=kinds.stored(kind, row.body),
        state=row.state,  # ty: ignore[invalid-argument-type]
        group=row.group or group,
        cluster=str(row.cluster_id) if row.cluster_id else None,
        order=row.order or 0,
        notes=row.notes,
        signals=tuple(row.signals),
        version=(row.version_id or row.id).hex[:VERSION],
    )


async def open_signals(db: AsyncSession, session_id: uuid.UUID) -> tuple[Signal, ...]:
    """What looked like a disclosure and nobody took up yet, in the order of random ids."""
    rows = await db.scalars(
        select(Signal).where(Signal.session_id == session_id, Signal.handled_at.is_(None)).order_by(Signal.id)
    )
    return tuple(rows)


def _written(entry: Entry) -> Written:
    parts = ((name, getattr(entry.answer, name, "")) for name in WORDS)
    return Written(entry.id, tuple((name, words) for name, words in parts if words))


def _told(activity: Activity) -> dict[str, frozenset[str]] | None:
    """What was counted the last time that results were shown."""
    if activity.told is None:
        return None
    return {slot: frozenset(history[-1]) for slot, history in activity.told.items() if history}


async def _groups(db: AsyncSession, session_id: uuid.UUID) -> dict[str, int]:
    rows = await db.execute(
        select(Participant.group, func.count())
        .where(Participant.session_id == session_id)
        .group_by(Participant.group)
    )
    return {group or "": count for group, count in rows.all()}


async def _earlier(db: AsyncSession, session: Session, activity: Activity) -> tuple[kinds.EarlierMarks, ...]:
    rows = await db.scalars(
        select(ThemeMarks)
        .where(
            ThemeMarks.partnership_id == session.partnership_id,
            ThemeMarks.field == activity.saves.get("marks", ""),
            ThemeMarks.session_id != session.id,
        )
        .order_by(ThemeMarks.at)
    )
    return tuple(as_earlier(row) for row in rows)


async def _open_actions(db: AsyncSession, session: Session) -> tuple[kinds.OpenAction, ...]:
    rows = await db.scalars(
        select(Action)
        .where(Action.partnership_id == session.partnership_id, Action.status.in_(("open", "busy")))
        .order_by(Action.due.is_(None), Action.due, Action.created_at)
    )
    return tuple(
        kinds.OpenAction(str(a.id), a.text, a.owner, date(a.due) if a.due else "", a.status) for a in rows
    )
