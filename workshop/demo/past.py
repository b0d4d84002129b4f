"""Lets a session of the story happen through the same functions as a real one, and then moves it to its
day."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import uuid
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, repeat
from statistics import NormalDist
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, kinds
from workshop.demo.story import Actions, Cards, Dots, Lights, Past, StoryMarks
from workshop.handover import proposal, saving
from workshop.live.conduct import Conduct
from workshop.live.plan import make_session, planned, skip_step
from workshop.models import (
    Action,
    ActionChange,
    Activity,
    Answer,
    AnswerVersion,
    Deed,
    Membership,
    Participant,
    Partnership,
    Session,
    SignIn,
    ThemeMarks,
)
from workshop.services import Services
from workshop.storage.database import Database

LASTS, REVIEW_TAKES, STEP_TAKES = dt.timedelta(minutes=80), dt.timedelta(minutes=25), dt.timedelta(minutes=10)
UNKNOWN, DO_NOT_KNOW = "weet-niet", 0.03
SPREAD = 1.3


@dataclass(frozen=True)
class PastStage:
    """A session that is being held."""

    services: Services
    conduct: Conduct
    phones: Sequence[uuid.UUID]
    today: dt.date
    chance: random.Random

    @property
    def session_id(self) -> uuid.UUID:
        return self.conduct.session_id

    async def send(self, activity: Activity, phone: uuid.UUID, **form: Any) -> uuid.UUID:
        fields = kinds.posted(form)
        contribution_id = codes.new_id()
        await self.services.room.contribute(self.session_id, phone, activity.id, contribution_id, fields)
        return contribution_id


async def hold(
    services: Services, sign_in: SignIn, partnership_id: uuid.UUID, past: Past, today: dt.date
) -> uuid.UUID:
    """Opens, plays, ends and saves one session, as if it was held on its day. Returns its id. Raises
    `KeyError` for a step that the worksheet does not have."""
    sheet = services.library.worksheet(past.worksheet)
    session_id = await make_session(
        services.db, partnership_id, sheet, sign_in, title=past.title, holds_back=False
    )
    session = await planned(services.db, session_id)
    if unknown := past.steps.keys() - {activity.key for activity in session.activities}:
        raise KeyError(f"no step {', '.join(unknown)} in {past.worksheet}")
    conduct = Conduct(services.room, session_id, sign_in)
    await conduct.open()
    phones = await _join(services, session, past.groups)
    stage = PastStage(services, conduct, phones, today, random.Random(past.title))
    for activity in session.activities:
        happened = past.steps.get(activity.key)
        if happened is None:
            await skip_step(services.room, session_id, activity.id, True)
            continue
        await conduct.go_to(activity.id)
        await PLAYERS[type(happened)](stage, activity, happened)
    await conduct.end()
    await _save(services, sign_in, session_id, past)
    await back_date(services.db, partnership_id, session_id, day(today, past.days_ago))
    return session_id


async def back_date(
    database: Database, partnership_id: uuid.UUID, session_id: uuid.UUID | None, start: dt.datetime
) -> None:
    """Moves what a session left, or what was written by hand (`session_id` None), to its day. The only place
    where the demonstration pretends."""
    end = start + LASTS
    saved = end + REVIEW_TAKES
    fields = select(Answer.id).where(Answer.partnership_id == partnership_id)
    actions = select(Action.id).where(Action.partnership_id == partnership_id)

    async def move(db: AsyncSession) -> None:
        for table, where, values in (
            (AnswerVersion, AnswerVersion.answer_id.in_(fields), {"at": saved}),
            (ActionChange, ActionChange.action_id.in_(actions), {"at": saved}),
            (Action, Action.partnership_id == partnership_id, {"created_at": saved}),
            (ThemeMarks, ThemeMarks.partnership_id == partnership_id, {"at": end}),
            (Deed, Deed.partnership_id == partnership_id, {"at": end}),
        ):
            await db.execute(update(table).where(where, table.session_id == session_id).values(values))
        if session_id:
            await _move_session(db, session_id, start, end, saved)
        else:
            await _move_dossier(db, partnership_id, start)

    await database.write(move)


def day(today: dt.date, days_ago: int) -> dt.datetime:
    """Returns 12:30 UTC that many days ago; on Friday when that is in a weekend."""
    found = today - dt.timedelta(days=days_ago)
    found -= dt.timedelta(days=max(0, found.weekday() - 4))
    return dt.datetime.combine(found, dt.time(12, 30), dt.UTC)


# --- the steps ------------------------------------------------------------------------------------


async def _cards(stage: PastStage, activity: Activity, happened: Cards) -> None:
    sent = await asyncio.gather(
        *(
            stage.send(activity, phone, text=card, column=column, place=place)
            for phone, (column, card, place) in zip(cycle(stage.phones), happened.cards, strict=False)
        )
    )
    for name, numbers in happened.clusters.items():
        column = happened.cards[numbers[0]][0]
        await stage.conduct.gather(activity.id, name, column, [sent[number] for number in numbers], None)


async def _dots(stage: PastStage, activity: Activity, happened: Dots) -> None:
    async with stage.services.db.read() as db:
        session = await db.get_one(Session, stage.session_id)
        scene = await stage.services.room.reader.scene(db, session, activity)
    options = scene.kind.listed(scene.settings, scene.inputs)
    weights = {option.id: _liking(option.text, happened.liked) for option in options}
    sending = []
    for phone in stage.phones:
        liking = {option: weight * stage.chance.random() for option, weight in weights.items()}
        chosen = sorted(liking, key=lambda option: -liking[option])[: scene.settings.dots]
        sending.append(stage.send(activity, phone, options=chosen))
    await asyncio.gather(*sending)
    await stage.conduct.set_shown(activity.id, True)


async def _lights(stage: PastStage, activity: Activity, happened: Lights) -> None:
    sending = []
    for phone, reason in zip(stage.phones, chain(happened.reasons, repeat("")), strict=False):
        form: dict[str, Any] = {}
        for statement, counts in happened.answers.items():
            form[f"light.{statement}"] = stage.chance.choices(list(counts), list(counts.values()))[0]
            form[f"reason.{statement}"] = reason
        sending.append(stage.send(activity, phone, **form))
    await asyncio.gather(*sending)
    await stage.conduct.set_shown(activity.id, True)


async def _marks(stage: PastStage, activity: Activity, happened: StoryMarks) -> None:
    ideas = {theme: list(given) for theme, given in happened.ideas.items()}
    marks = {
        theme: _marks_around(mean, len(stage.phones), stage.chance) for theme, mean in happened.means.items()
    }
    sending = []
    for phone in stage.phones:
        form: dict[str, Any] = {}
        for theme in happened.means:
            form[f"mark.{theme}"] = marks[theme].pop()
            if ideas.get(theme) and form[f"mark.{theme}"] not in ("10", UNKNOWN):
                form[f"higher.{theme}"] = ideas[theme].pop(0)
        sending.append(stage.send(activity, phone, **form))
    await asyncio.gather(*sending)
    await stage.conduct.set_shown(activity.id, True)


async def _actions(stage: PastStage, activity: Activity, happened: Actions) -> None:
    for phone, agreement in zip(stage.phones, happened.new, strict=False):
        proposal = await stage.send(activity, phone, text=agreement.text)
        due = agreement.due
        if isinstance(due, int):
            due = (stage.today + dt.timedelta(days=due)).isoformat()
        await stage.conduct.annotate_card(proposal, {"owner": agreement.owner, "due": due})
        helpers = [other for other in stage.phones if other != phone][: agreement.helpers]
        await asyncio.gather(*(stage.send(activity, helper, helps=str(proposal)) for helper in helpers))


PLAYERS: dict[type, Callable[[PastStage, Activity, Any], Coroutine[Any, Any, None]]] = {
    Cards: _cards,
    Dots: _dots,
    Lights: _lights,
    StoryMarks: _marks,
    Actions: _actions,
}


def _liking(text: str, liked: Sequence[str]) -> float:
    return 1 / (1 + liked.index(text)) if text in liked else 0.15


def _marks_around(mean: float, count: int, chance: random.Random) -> list[str]:
    """Returns the marks of `count` people, spread as in a room; now and then somebody does not know."""
    curve = NormalDist(mean, SPREAD)
    marks = [str(max(1, min(10, round(curve.inv_cdf((number + 0.5) / count))))) for number in range(count)]
    chance.shuffle(marks)
    return [UNKNOWN if chance.random() < DO_NOT_KNOW else mark for mark in marks]


# --- around them ----------------------------------------------------------------------------------


async def _join(services: Services, session: Session, groups: Mapping[str, int]) -> list[uuid.UUID]:
    chosen = [group for group, count in groups.items() for _ in range(count)]
    joined = await asyncio.gather(*(services.room.join(session.join_token, group) for group in chosen))
    async with services.db.read() as db:
        rows = await db.scalars(select(Participant).where(Participant.session_id == session.id))
        by_hash = {row.token_hash: row.id for row in rows}
    return [by_hash[codes.token_hash(token)] for _, token in joined]


async def _save(services: Services, sign_in: SignIn, session_id: uuid.UUID, past: Past) -> None:
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
        lines = await proposal.proposed(db, services.room.reader, session)
    statuses = _statuses(past)
    first = _first_of_each(lines)
    form = {"kept": [line.id for line in lines if line.kept and line.id in first]}
    form |= {f"status.{line.id}": [statuses[line.text]] for line in lines if line.text in statuses}
    await saving.save(services.db, services.room.reader, session_id, form, sign_in)


def _statuses(past: Past) -> dict[str, str]:
    """Returns the text of each earlier action -> its status after this session."""
    found: dict[str, str] = {}
    for step in past.steps.values():
        if isinstance(step, Actions):
            found |= step.earlier
    return found


def _first_of_each(lines: Iterable[proposal.ProposedLine]) -> set[str]:
    """Returns one line of each action: two steps with actions both list the earlier ones, and they are agreed
    once."""
    by_action = {line.item.action or line.id: line.id for line in reversed(list(lines))}
    return set(by_action.values())


async def _move_session(
    db: AsyncSession, session_id: uuid.UUID, start: dt.datetime, end: dt.datetime, saved: dt.datetime
) -> None:
    times = {"created_at": start, "opened_at": start, "ended_at": end, "cut_at": saved, "saved_at": saved}
    await db.execute(update(Session).where(Session.id == session_id).values(times))
    started = select(Activity).where(Activity.session_id == session_id, Activity.started_at.is_not(None))
    for number, activity in enumerate(await db.scalars(started.order_by(Activity.position))):
        activity.started_at = start + number * STEP_TAKES


async def _move_dossier(db: AsyncSession, partnership_id: uuid.UUID, start: dt.datetime) -> None:
    await db.execute(
        update(Partnership).where(Partnership.id == partnership_id).values({"created_at": start})
    )
    members = update(Membership).where(Membership.partnership_id == partnership_id)
    await db.execute(members.values({"created_at": start}))
