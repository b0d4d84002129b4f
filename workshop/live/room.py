"""The live room: join, contribute, withdraw. Commit, then tell.

Every change of a session goes through `Room.change`: one transaction in which the revision rises,
then one message on the bus. Nothing is announced that is not in the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import codes, groups, kinds
from workshop.db import Database
from workshop.kinds import Form, Inputs, Kind, KindError
from workshop.languages import Sentence
from workshop.live import bus
from workshop.live.bus import Bus, Change
from workshop.live.picture import Painter
from workshop.models import Acknowledged, Activity, Contribution, Participant, Session, Signal
from workshop.safety import tombstones, warning
from workshop.safety.screening import Finding

T = TypeVar("T")

MOST_PHONES = 1000
REWRITTEN = "rewritten"
"""Note on a row whose text the facilitator overwrote."""
CLOSED_DOOR = Sentence("Deze sessie laat nu niemand meer binnen. Vraag het aan de begeleider.")
WRONG_QR = Sentence("Deze QR-code klopt niet meer. Scan hem opnieuw vanaf het grote scherm.")


class RoomError(Exception):
    """What somebody wants does not fit the room as it is now. `str(error)` is for that person."""


class Closed(RoomError):
    """The step is locked, or the session has ended."""


class Gone(RoomError):
    """It is not there, or not for this visitor."""


class NotTakingPart(RoomError):
    """This phone has no place in a session, or no longer."""


class Warned(RoomError):
    """Nothing is stored yet: the sender chooses first what happens with a text that looks like this."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(Sentence("Nog niet verstuurd. Kijk nog eens naar je tekst."))
        self.findings = findings


@dataclass(frozen=True)
class Receipt:
    """What the sender hears; the same for a contribution that was sent before."""

    id: uuid.UUID
    repeated: bool
    said: str
    """For the sender to read."""


class Room:
    def __init__(self, db: Database, painter: Painter, bus: Bus) -> None:
        self.db = db
        self.painter = painter
        self.bus = bus

    async def change(
        self,
        session_id: uuid.UUID,
        parts: frozenset[str],
        work: Callable[[AsyncSession, Session], Awaitable[T]],
        own: Callable[[T], frozenset[str]] = lambda _: frozenset(),
    ) -> T:
        """Does `work` on a session in one transaction, then tells everybody who sees `parts`.

        `own` gives the phones that must ask for their own part again (`bus.mine`, `bus.OURS`) from the
        result of `work`. Raises `Gone` for a session that is not there, and what `work` raises.
        """

        async def job(db: AsyncSession) -> tuple[T, int]:
            session = await db.get(Session, session_id, with_for_update=True)
            if session is None:
                raise Gone(Sentence("Deze sessie bestaat niet meer."))
            result = await work(db, session)
            session.revision += 1
            return result, session.revision

        result, revision = await self.db.write(job)
        await self.bus.tell(Change(session_id, parts | own(result), revision))
        return result

    async def join(self, join_token: str, group: str | None) -> tuple[uuid.UUID, str]:
        """Admits a phone: (session id, the token for its cookie).

        Raises `Gone` for an unknown address, `Closed` when the room does not admit, `ValueError` for a
        group that is not there.
        """
        chosen = groups.checked(group)
        session_id = await self.session_of(join_token)
        token = codes.new_token()

        async def admit(db: AsyncSession, session: Session) -> None:
            if session.ended_at or not session.admits:
                raise Closed(CLOSED_DOOR)
            present = await db.scalar(
                select(func.count()).select_from(Participant).where(Participant.session_id == session.id)
            )
            if (present or 0) >= MOST_PHONES:
                raise Closed(Sentence("Deze sessie is vol. Vraag het aan de begeleider."))
            db.add(Participant(session_id=session.id, token_hash=codes.token_hash(token), group=chosen))

        await self.change(session_id, bus.INPUT, admit)
        return session_id, token

    async def session_of(self, join_token: str) -> uuid.UUID:
        """The session behind a QR's address. Raises `Gone`."""
        async with self.db.read() as db:
            session_id = await db.scalar(select(Session.id).where(Session.join_token == join_token))
        if session_id is None:
            raise Gone(WRONG_QR)
        return session_id

    async def choose_group(self, participant: Participant, group: str | None) -> None:
        """Raises `Closed` once this phone has sent something: what it sent would change colour together, and
        the room would see what is of one phone."""
        chosen = groups.checked(group)

        async def choose(db: AsyncSession, session: Session) -> None:
            sent = await db.scalar(
                select(Contribution.id).where(Contribution.participant_id == participant.id).limit(1)
            )
            if sent:
                raise Closed(Sentence("Je hebt al iets gestuurd. Daarom blijft je groep zoals hij is."))
            row = await db.get(Participant, participant.id)
            if row:
                row.group = chosen

        await self.change(participant.session_id, bus.INPUT, choose)

    async def leave(self, participant: Participant) -> None:
        """Ends this phone's token; what it sent stays, without a sender."""

        async def end(db: AsyncSession, session: Session) -> None:
            row = await db.get(Participant, participant.id)
            if row:
                await db.delete(row)

        await self.change(participant.session_id, bus.INPUT, end)

    async def contribute(
        self,
        session_id: uuid.UUID,
        participant_id: uuid.UUID | None,
        activity_id: uuid.UUID,
        contribution_id: uuid.UUID,
        form: Form,
    ) -> Receipt:
        """Stores one contribution; the same id again gives the same receipt and no second row.

        `participant_id` is None for what the facilitator enters at the desk: that is not screened. Raises
        `NotTakingPart` for a phone that left or is of another session, `Closed` when the step is not open,
        `KindError` for an answer that does not fit, `Warned` for a text that its sender must look at first.
        """
        chosen = warning.FACILITATOR in form.get(warning.TO, ())

        async def store(db: AsyncSession, session: Session) -> tuple[Receipt, frozenset[str]]:
            news: frozenset[str] = frozenset()
            if await db.get(Acknowledged, contribution_id):
                return Receipt(contribution_id, repeated=True, said=Sentence("Dit was al bewaard.")), news
            if participant_id:
                await _check_takes_part(db, session, participant_id)
            activity = _open_activity(session, activity_id)
            inputs = await self.painter.inputs(db, session, activity)
            kind = kinds.get(activity.kind)
            if activity.shown:
                news |= bus.STATE  # results that phones see may have to fall silent
            settings = kinds.settings(kind, activity.settings)
            warned: tuple[Finding, ...] = ()
            for place, answer in enumerate(_answers(kind, form, settings, inputs)):
                # A fresh id for each next one: an id made from the first would tell, after the cut, which
                # marks are of the same phone.
                row_id = contribution_id if place == 0 else codes.new_id()
                row = await _row(db, activity, participant_id, row_id, kind.slot(answer))
                if participant_id and row.order is None:
                    await _check_most(db, activity, participant_id, kind.most(settings))
                body, texts, before = msgspec.to_builtins(answer), kind.texts(answer), _texts(kind, row)
                if not participant_id:
                    row.state, row.signals = "shown", []
                elif texts != before:
                    findings = warning.found_in(texts)
                    warned += () if chosen else findings
                    _place(session, row, texts, findings, chosen)
                if before and before != texts:
                    await _let_go(db, row)
                if row.body != body:
                    row.version_id = codes.new_id() if row.body else None
                row.body = body
                news |= _news(kind, answer, row.state)
                row.order = row.order or await _next_order(db, activity)
                db.add(row)
                await db.flush()
                await _raise_signal(db, session, row)
            if warned:
                raise Warned(tuple(dict.fromkeys(warned)))
            db.add(Acknowledged(id=contribution_id, session_id=session.id))
            return Receipt(contribution_id, repeated=False, said=kind.labels.saved), news

        receipt, _ = await self.change(session_id, bus.INPUT, store, lambda stored: stored[1])
        return receipt

    async def withdraw(self, participant: Participant, contribution_id: uuid.UUID) -> None:
        """Takes back an own contribution, from every screen. Raises `Gone` for somebody else's."""

        async def remove(db: AsyncSession, session: Session) -> frozenset[str]:
            row = await db.get(Contribution, contribution_id)
            if row is None or row.participant_id != participant.id:
                raise Gone(Sentence("Deze kaart is er niet meer."))
            await tombstones.put(db, tombstones.CARD, tombstones.words_of(row))
            await db.delete(row)
            kind = kinds.get(next(a.kind for a in session.activities if a.id == row.activity_id))
            return _news(kind, kinds.stored(kind, row.body), row.state)

        # Phones too: what they see of results may hold it.
        await self.change(participant.session_id, bus.STATE, remove, lambda news: news)


def _texts(kind: Kind, row: Contribution) -> tuple[str, ...]:
    """What stood there already, as the facilitator left it: sent again it is not a new text."""
    return kind.texts(kinds.stored(kind, row.body)) if row.body else ()


def _place(
    session: Session, row: Contribution, texts: tuple[str, ...], findings: tuple[Finding, ...], chosen: bool
) -> None:
    """Who reads this row first. One without words stays where the facilitator left it."""
    verdict = warning.verdict(
        findings,
        holds_back=session.holds_back,
        chosen=chosen,
        moderated=row.state == "hidden" or bool(row.notes and row.notes.get(REWRITTEN)),
    )
    if texts:
        row.state = verdict.state
    row.signals = list(verdict.sorts)


async def _raise_signal(db: AsyncSession, session: Session, row: Contribution) -> None:
    """One signal for each card that looks like a disclosure, however often it is changed until it is taken
    up. It has the day of the session: a time would be the sender's."""
    sort = warning.disclosure(row.signals)
    if not sort or await db.scalar(
        select(Signal.id).where(Signal.contribution_id == row.id, Signal.handled_at.is_(None)).limit(1)
    ):
        return
    db.add(
        Signal(
            partnership_id=session.partnership_id,
            session_id=session.id,
            contribution_id=row.id,
            sort=sort,
            raised_on=session.created_at.date(),
        )
    )


def _news(kind: Kind, answer: Any, state: str) -> frozenset[str]:
    """Whom it concerns that this answer came or went: every phone, when phones react to such words."""
    return bus.OURS if kind.shares and state == "shown" and kind.texts(answer) else frozenset()


def _answers(kind: Kind, form: Form, settings: Any, inputs: Inputs) -> list[Any]:
    try:
        return [kinds.answer(kind, single, settings, inputs) for single in kind.split(form, settings)]
    except KindError:
        raise
    except ValueError as error:
        raise KindError(str(error)) from None


async def _check_takes_part(db: AsyncSession, session: Session, participant_id: uuid.UUID) -> None:
    participant = await db.get(Participant, participant_id)
    if participant is None or participant.session_id != session.id:
        raise NotTakingPart(
            Sentence("Je doet niet meer mee op deze telefoon. Scan de QR-code op het grote scherm.")
        )


def _open_activity(session: Session, activity_id: uuid.UUID) -> Activity:
    if session.ended_at:
        raise Closed(Sentence("De sessie is afgelopen. Je kunt niets meer sturen."))
    activity = next((a for a in session.activities if a.id == activity_id), None)
    if activity is None or activity.id != session.activity_id:
        raise Closed(Sentence("De begeleider is al verder. Je kunt hier niets meer sturen."))
    if not activity.open:
        raise Closed(Sentence("De begeleider heeft deze stap gesloten. Je tekst staat er nog."))
    return activity


async def _row(
    db: AsyncSession,
    activity: Activity,
    participant_id: uuid.UUID | None,
    contribution_id: uuid.UUID,
    slot: str | None,
) -> Contribution:
    """The row to fill: this phone's earlier answer in the same slot, or a new one."""
    if slot is not None and participant_id:
        earlier = await db.scalar(
            select(Contribution)
            .where(
                Contribution.activity_id == activity.id,
                Contribution.participant_id == participant_id,
                Contribution.slot == slot,
            )
            .with_for_update()
        )
        if earlier:
            return earlier
    return Contribution(
        id=contribution_id,
        activity_id=activity.id,
        participant_id=participant_id,
        slot=slot if slot is not None else str(contribution_id),
    )


async def _let_go(db: AsyncSession, row: Contribution) -> None:
    """Whoever writes something else takes back the words that stood there."""
    await tombstones.put(db, tombstones.CARD, tombstones.words_of(row))
    row.words_id = codes.new_id()


async def _check_most(db: AsyncSession, activity: Activity, participant_id: uuid.UUID, most: int) -> None:
    count = await db.scalar(
        select(func.count())
        .select_from(Contribution)
        .where(Contribution.activity_id == activity.id, Contribution.participant_id == participant_id)
    )
    if (count or 0) >= most:
        raise KindError(Sentence("Je hebt er al %(count)s gestuurd. Haal er eerst een weg.", count=count))


async def _next_order(db: AsyncSession, activity: Activity) -> int:
    last = await db.scalar(
        select(func.max(Contribution.order)).where(Contribution.activity_id == activity.id)
    )
    return (last or 0) + 1
