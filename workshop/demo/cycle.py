"""A whole cycle of the workbook, played by simulated phones through the same functions as a real one.

`workshop demo --cycle` plays every worksheet in workbook order, saves what was ticked, and says what it
brought. It keeps its database in a folder that is removed afterwards.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select

from workshop import accounts, codes, kinds, phrases
from workshop.accounts import dossiers, sign_in
from workshop.app import make_services, running
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.demo import story
from workshop.handover import proposal, saving
from workshop.handover.proposal import ProposedLine
from workshop.items import Item
from workshop.live import audience
from workshop.live.conduct import Conduct
from workshop.live.picture import ShownStep
from workshop.live.plan import make_session, planned
from workshop.models import Activity, Participant, Session, SignIn
from workshop.record import ambitions, answers
from workshop.record.sheet import SUBJECTS, subjects_of
from workshop.services import Services
from workshop.settings import Settings

ROOM = ("jongere", "jongere", "jongere", "ouder", "uitvoering", "uitvoering", "beleid", None)
"""The group of each phone."""
LINES_BY_HAND = 2


@dataclass(frozen=True)
class Played:
    """One worksheet that was played and saved."""

    worksheet: Worksheet
    about: str
    session_id: uuid.UUID
    sent: Mapping[str, int]
    """Key of a step -> how many contributions it got."""
    lines: tuple[ProposedLine, ...]
    """What was ticked in the review, so what was saved."""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.field for line in self.lines))

    @property
    def silent(self) -> tuple[str, ...]:
        """Steps in which no phone had anything to choose from or to say."""
        return tuple(key for key, count in self.sent.items() if not count)


@dataclass(frozen=True)
class CycleStage:
    """A session that is being played."""

    services: Services
    conduct: Conduct
    phones: Sequence[Participant]
    chance: random.Random

    def asked(self, activity: Activity) -> list[uuid.UUID]:
        """Returns the phones that this step asks."""
        return [phone.id for phone in self.phones if audience.asks(activity, phone.group)]

    async def scene(self, activity: Activity) -> ShownStep:
        async with self.services.db.read() as db:
            session = await db.get_one(Session, self.conduct.session_id)
            return await self.services.room.reader.scene(db, session, activity)

    async def send(self, activity: Activity, forms: Iterable[tuple[uuid.UUID, Mapping[str, Any]]]) -> int:
        """Sends what each phone filled in, all at once. Returns how many forms that were."""
        contribute, session_id = self.services.room.contribute, self.conduct.session_id
        sending = [
            contribute(session_id, phone, activity.id, codes.new_id(), kinds.posted(form))
            for phone, form in forms
        ]
        return len(await asyncio.gather(*sending))


async def play(
    services: Services,
    sign_in: SignIn,
    partnership_id: uuid.UUID,
    worksheet: Worksheet,
    about: str = "",
    room: Sequence[str | None] = ROOM,
) -> Played:
    """Plays every step of the worksheet's script, ends the session and saves every line that is ticked."""
    session_id = await make_session(services.db, partnership_id, worksheet, sign_in, about=about)
    sent = await run(services, sign_in, session_id, room)
    return Played(worksheet, about, session_id, sent, await _save(services, sign_in, session_id))


async def run(
    services: Services, sign_in: SignIn, session_id: uuid.UUID, room: Sequence[str | None] = ROOM
) -> dict[str, int]:
    """Opens a session that is made, plays every step of its plan and ends it. Returns how many contributions
    each step got, by its key."""
    session = await planned(services.db, session_id)
    conduct = Conduct(services.room, session_id, sign_in)
    await conduct.open()
    stage = CycleStage(
        services, conduct, await _join(services, session, room), random.Random(session.worksheet)
    )
    sent = {activity.key: await _step(stage, activity) for activity in session.activities}
    await conduct.end()
    return sent


async def cycle(
    services: Services,
    sign_in: SignIn,
    partnership_id: uuid.UUID,
    room: Sequence[str | None] = ROOM,
) -> AsyncGenerator[Played, None]:
    """Plays every worksheet in workbook order and yields each: those for an ambition for the first active
    one, those for an activity for the first. What no session fills in is written by hand before."""
    for worksheet in services.library.worksheets:
        about = await _first_subject(services, partnership_id, worksheet)
        for field in by_hand(services.library, worksheet):
            await _write(services, sign_in, partnership_id, field, about)
        yield await play(services, sign_in, partnership_id, worksheet, about, room)
        if ambitions.FIELD in (field.id for field in worksheet.fields):
            await _choose_ambitions(services, sign_in, partnership_id)


async def start(services: Services) -> tuple[SignIn, uuid.UUID]:
    """Makes an account that is signed in, and the partnership that goes through the cycle; returns both."""
    account = await accounts.create(services.db, story.EMAIL, story.NAME, codes.new_token())
    partnership_id = await dossiers.create(services.db, account, story.DOSSIER, story.PLACE)
    days = services.settings.sign_in_days
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=days))
    async with services.db.read() as db:
        found = await db.scalars(select(SignIn).where(SignIn.token_hash == codes.token_hash(token)))
        return found.one(), partnership_id


def by_hand(library: Library, worksheet: Worksheet) -> list[Field]:
    """Lists the questions of this worksheet that no step of a live session fills in."""
    live = {field for sheet in library.worksheets for step in sheet.script for field in step.saves.values()}
    return [field for field in worksheet.fields if field.id not in live]


def main(installation: Settings) -> int:
    """Plays the cycle in a database of its own and prints what each worksheet brought."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/cyclus.sqlite"
        asyncio.run(_tell(msgspec.structs.replace(installation, database_url=url, redis_url="")))
    return 0


async def _tell(chosen: Settings) -> None:
    services = make_services(chosen)
    played: list[Played] = []
    async with running(services):
        signed_in, partnership_id = await start(services)
        async for one in cycle(services, signed_in, partnership_id):
            print(_line(one), flush=True)
            played.append(one)
    print(_summary(played, services.library))


def _line(played: Played) -> str:
    told = (
        f"{played.worksheet.id:<10} {len(played.sent):>2} stappen, {sum(played.sent.values()):>3} bijdragen, "
        f"{len(played.fields):>2} velden gevuld"
    )
    return told + (f". Niets te kiezen bij: {', '.join(played.silent)}" if played.silent else "")


def _summary(played: Sequence[Played], library: Library) -> str:
    steps = sum(len(one.sent) for one in played)
    contributions = sum(sum(one.sent.values()) for one in played)
    live = {field for one in played for field in one.fields}
    written = sum(len(by_hand(library, one.worksheet)) for one in played)
    return (
        f"\nDe hele cyclus is gespeeld: {len(played)} werkbladen, {steps} stappen en "
        f"{contributions} bijdragen. "
        f"In sessies zijn {len(live)} velden gevuld, met de hand {written}. "
        f"Samen zijn er {len(library.field_ids)} velden."
    )


# --- one session ----------------------------------------------------------------------------------


async def _join(services: Services, session: Session, room: Sequence[str | None]) -> list[Participant]:
    for group in room:
        await services.room.join(session.join_token, group)
    async with services.db.read() as db:
        own = select(Participant).where(Participant.session_id == session.id)
        return list(await db.scalars(own.order_by(Participant.id)))


async def _step(stage: CycleStage, activity: Activity) -> int:
    """Plays one step; returns how many contributions it got."""
    await stage.conduct.go_to(activity.id)
    asked = await stage.scene(activity)
    forms = [
        (phone, form)
        for phone in stage.asked(activity)
        for form in asked.kind.simulate(stage.chance, asked.settings, asked.inputs)
    ]
    sent = await stage.send(activity, forms)
    await stage.conduct.show_all(activity.id)
    sent += await stage.send(activity, await _replies(stage, activity))
    if asked.kind.hides:
        await stage.conduct.set_shown(activity.id, True)
    return sent


async def _replies(stage: CycleStage, activity: Activity) -> list[tuple[uuid.UUID, dict[str, Any]]]:
    """Lists what phones say about what others sent, for kinds in which they do."""
    scene = await stage.scene(activity)
    if not scene.kind.shares:
        return []
    seen = scene.kind.offers(scene.tally)
    return [
        (phone, form)
        for phone in stage.asked(activity)
        for form in scene.kind.reply(stage.chance, scene.settings, seen)
    ]


async def _save(services: Services, sign_in: SignIn, session_id: uuid.UUID) -> tuple[ProposedLine, ...]:
    async with services.db.read() as db:
        session = await db.get_one(Session, session_id)
        lines = await proposal.proposed(db, services.room.reader, session)
    kept = tuple(line for line in lines if line.kept)
    form = {"kept": [line.id for line in kept]}
    await saving.save(services.db, services.room.reader, session_id, form, sign_in)
    return kept


# --- between sessions -----------------------------------------------------------------------------


async def _first_subject(services: Services, partnership_id: uuid.UUID, worksheet: Worksheet) -> str:
    """Returns the id of the ambition or activity that this worksheet is played for; empty for the
    partnership."""
    if worksheet.scope not in SUBJECTS:
        return ""
    async with services.db.read() as db:
        found = await subjects_of(db, services.library, partnership_id, worksheet)
    return (ambitions.active(found) if worksheet.scope == "ambition" else found)[0].id


async def _choose_ambitions(services: Services, sign_in: SignIn, partnership_id: uuid.UUID) -> None:
    """Says of every ambition whether people work on it now: at most three are."""
    async with services.db.read() as db:
        written = await answers.current(db, partnership_id, [ambitions.FIELD])
    items = ambitions.all_flagged(answers.items_of(written[ambitions.FIELD]))
    await services.db.write(
        lambda db: answers.write(db, partnership_id, ambitions.FIELD, items, account_id=sign_in.account_id)
    )


async def _write(
    services: Services, sign_in: SignIn, partnership_id: uuid.UUID, field: Field, about: str
) -> None:
    texts = phrases.for_card(field.question, "")[:LINES_BY_HAND]
    column = next(iter(field.columns), "")
    items = [Item(codes.new_id().hex, text, column=column, by=sign_in.account.name) for text in texts]
    await services.db.write(
        lambda db: answers.write(
            db, partnership_id, field.id, items, account_id=sign_in.account_id, about=about
        )
    )
