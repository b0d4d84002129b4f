"""Reads sessions and their steps from the database, for the room in memory, the review and documents."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from itertools import takewhile
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import kinds
from workshop.content.library import Library
from workshop.kinds import Option
from workshop.live import agreeing, idle, lists, papers, parking, rounds, takes
from workshop.live.picture import ShownStep, entry
from workshop.live.state import Beside, FromDossier, Phone, Sent, State, StepState, is_outcome
from workshop.models import (
    Account,
    Activity,
    Alert,
    Cluster,
    Contribution,
    Participant,
    Session,
    SignIn,
    now,
)
from workshop.record import for_live
from workshop.record.for_live import Neighbour
from workshop.settings import Settings

CONTRIBUTIONS = select(*Contribution.__table__.columns, Participant.group.label("group_of_phone")).outerjoin(
    Participant, Contribution.participant_id == Participant.id
)

PHONE = tuple(
    getattr(Participant, name)
    for name in (
        *("token_hash", "id", "session_id", "group", "people", "ready_for"),
        *("subgroup", "subgroup_step"),
    )
)


class SessionReader:
    """Reads with the worksheets and the limits of this installation."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    async def state(self, db: AsyncSession, session_id: uuid.UUID) -> State | None:
        """Reads a session with its phones and the steps that its pictures need; None when it is not there."""
        session = await db.get(Session, session_id, populate_existing=True)
        if session is None:
            return None
        steps = await self._steps(db, session, _seen(session))
        came = await _came(db, session_id)
        return State(
            session,
            self.library.worksheet(session.worksheet),
            self.settings,
            steps=steps,
            phones={row.token_hash: phone for row, phone in came if row.token_hash},
            left=[phone for row, phone in came if not row.token_hash],
            silent=[phone.id for row, phone in came if not row.sent],
            ready={row.id: row.ready_for for row, _ in came if row.ready_for},
            alerts=await open_alerts(db, session_id),
            beside=await self._beside(db, session, steps),
        )

    async def refresh(self, db: AsyncSession, state: State) -> None:
        """Reads again what a session takes from the dossier: that changes without the session."""
        session, steps = state.session, list(state.steps.values())
        dossiers = {step.activity.id: await self._from_dossier(db, session, step) for step in steps}
        state.set_beside(dossiers, await self._beside(db, session, steps))

    async def scene(self, db: AsyncSession, session: Session, activity: Activity) -> ShownStep:
        """Reads one step with everything that was contributed to it, whatever the current step is."""
        return (await self.state_of(db, session, activity)).scene_of(activity)

    async def state_of(self, db: AsyncSession, session: Session, activity: Activity) -> State:
        """Reads one step, and those that it builds on: without phones, and without other steps."""
        steps = await self._steps(db, session, [activity])
        return State(session, self.library.worksheet(session.worksheet), self.settings, steps=steps)

    async def own(self, db: AsyncSession, activity: Activity, owners: Collection[uuid.UUID]) -> list[Sent]:
        """Reads what these phones, and sheets from paper, sent to a step."""
        kind = kinds.get(activity.kind)
        mine = CONTRIBUTIONS.where(
            Contribution.activity_id == activity.id,
            or_(Contribution.participant_id.in_(list(owners)), papers.on(owners)),
        )
        return [_sent(kind, row) for row in await db.execute(mine)]

    async def _steps(
        self, db: AsyncSession, session: Session, activities: Sequence[Activity]
    ) -> list[StepState]:
        """Reads these steps, and those that they choose from."""
        steps = _with_sources(session, activities)
        for step in steps.values():
            step.dossier = await self._from_dossier(db, session, step)
        ids = list(steps)
        clusters = select(Cluster).where(Cluster.activity_id.in_(ids))
        for cluster in await db.scalars(clusters.order_by(Cluster.position, Cluster.name)):
            one = kinds.Cluster(str(cluster.id), cluster.name, cluster.column)
            steps[cluster.activity_id].clusters += (one,)
        for row in await db.execute(CONTRIBUTIONS.where(Contribution.activity_id.in_(ids))):
            step = steps[row.activity_id]
            step.put(_sent(step.kind, row))
        return list(steps.values())

    async def _from_dossier(self, db: AsyncSession, session: Session, step: StepState) -> FromDossier:
        needs, saves = step.kind.needs(step.settings), step.activity.saves
        written = await self._written(db, session, needs.fields)
        return FromDossier(
            options=tuple(
                Option(
                    item.id,
                    item.text,
                    item.tone,
                    item.cards,
                    field,
                    column=self.library.field(field).label if len(needs.fields) > 1 else "",
                )
                for field in needs.fields
                for item in written.get(field, ())
            ),
            earlier=await for_live.earlier_marks(db, session, saves.get(needs.earlier_marks, ""))
            if needs.earlier_marks
            else (),
            actions=await for_live.open_actions(db, session) if needs.open_actions else (),
            done=await for_live.done_actions(db, self.library, session, saves.values())
            if needs.done_actions
            else (),
        )

    async def _beside(self, db: AsyncSession, session: Session, steps: Sequence[StepState]) -> Beside:
        about = await for_live.subject(db, self.library, session)
        if session.ended_at:
            return Beside(about, lookback=await for_live.lookback_token(db, session.id))
        current = next((step for step in steps if step.activity.id == session.current_id), None)
        earlier = await self._earlier(db, session, current)
        empty = await lists.empty(db, self.library, session) if session.is_prepared else {}
        unfilled = tuple(activity.title for activity in session.activities if activity.id in empty)
        return Beside(about, earlier, unfilled=unfilled, driver=await _driver(db, session))

    async def _earlier(
        self, db: AsyncSession, session: Session, step: StepState | None
    ) -> tuple[Neighbour, ...]:
        """Reads what the answers of this step build on (in the lobby: those of the whole worksheet), without
        what the step offers to choose from and without what nobody answered."""
        worksheet = self.library.worksheet(session.worksheet)
        saved = set(step.activity.saves.values()) if step else {field.id for field in worksheet.fields}
        offered = step.kind.needs(step.settings).fields if step else ()
        edges = {
            edge.field: edge
            for field in worksheet.fields
            if field.id in saved
            for edge in field.carries_from
            if edge.field not in offered
        }
        written = await self._written(db, session, edges)
        found = for_live.neighbours(self.library, edges.values(), written)
        return tuple(neighbour for neighbour in found if neighbour.items)

    async def _written(self, db: AsyncSession, session: Session, fields: Collection[str]) -> for_live.Items:
        return await for_live.written(db, self.library, session, fields) if fields else {}


def phone_of(row: Any) -> Phone:
    """Returns a phone from its row, of `PHONE` or as a whole."""
    return Phone(row.id, row.session_id, row.group, row.people, row.subgroup, row.subgroup_step)


async def _driver(db: AsyncSession, session: Session) -> str:
    named = select(Account.name).join(SignIn).where(SignIn.id == session.driver_id)
    return await db.scalar(named) or ""


async def open_alerts(db: AsyncSession, session_id: uuid.UUID) -> tuple[Alert, ...]:
    """Reads what looked like a disclosure and nobody took up yet, in the order of random ids."""
    rows = await db.scalars(
        select(Alert).where(Alert.session_id == session_id, Alert.handled_at.is_(None)).order_by(Alert.id)
    )
    return tuple(rows)


def _seen(session: Session) -> list[Activity]:
    """Returns the steps that a picture shows or that still take a card.

    Those are the current step, for a moment the one before, and beside them what the next button may pass,
    what is parked, and where actions go that the desk makes of its ideas; after the end, the steps that the
    room chose with.
    """
    if session.ended_at is None:
        moment = now()
        return [
            *(one for one in session.activities if takes.takes(session, one, moment)),
            *_passable(session),
            *filter(None, [parking.of(session.activities)]),
            *_gathering(session),
        ]
    return list(filter(is_outcome, session.activities))


def _gathering(session: Session) -> Iterator[Activity]:
    """Yields the step that gathers the actions which come of the current one, where there is one."""
    for current in session.activities:
        if current.id == session.activity_id and (found := agreeing.step_of(session.activities, current)):
            yield found


def _passable(session: Session) -> Iterator[Activity]:
    """Yields the steps next to the current one that choose from a list, which may be empty."""
    plan = [one for one in session.activities if not one.skipped]
    at = next((index for index, one in enumerate(plan) if one.id == session.activity_id), -1)
    yield from takewhile(_chooses, plan[at + 1 :])
    yield from takewhile(lambda one: one.started_at is None and _chooses(one), reversed(plan[: max(0, at)]))


def _chooses(activity: Activity) -> bool:
    kind = kinds.get(activity.kind)
    return kinds.list_from(kind, kinds.settings(kind, activity.settings)) is not None


def _with_sources(session: Session, activities: Sequence[Activity]) -> dict[uuid.UUID, StepState]:
    found: dict[uuid.UUID, StepState] = {}
    waiting = list(activities)
    while waiting:
        activity = waiting.pop(0)
        kind = kinds.get(activity.kind)
        step = found[activity.id] = StepState(activity, kind, kinds.settings(kind, activity.settings))
        before = {rounds.first_key(activity), *_keys_of(step.source)} - {""}
        waiting += [one for one in session.activities if one.key in before and one.id not in found]
    return found


def _keys_of(source: str) -> tuple[str, ...]:
    """Returns the keys of a step that others choose from, and of its second round."""
    return (source, rounds.second_key(source)) if source else ()


def _sent(kind: kinds.Kind, row: Any) -> Sent:
    return Sent(
        entry(kind, row, row.group_of_phone),
        row.participant_id,
        row.slot,
        row.words_id,
        row.version_id,
        sheet=papers.sheet_of(row.notes),
    )


async def _came(db: AsyncSession, session_id: uuid.UUID) -> list[tuple[Any, Phone]]:
    """Reads every phone that came in, beside its row: `token_hash`, None once it left, and
    whether it `sent`."""
    rows = await db.execute(
        select(*PHONE, idle.SENT.label("sent")).where(Participant.session_id == session_id)
    )
    return [(row, phone_of(row)) for row in rows]
