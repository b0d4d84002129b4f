"""Sends the letters that are due, in the background: one process at a time, and never in a request.

What was begun is stored before a letter goes, and what became of it after. When the process dies in between,
that letter is not sent again: somebody may miss one, and nobody gets one twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncGenerator

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import tasks
from workshop.mail import letters, stopping
from workshop.mail.letters import DueLetter
from workshop.mail.sending import SECONDS, Letter, Outcome, send
from workshop.models import SentLetter, now
from workshop.settings import Settings
from workshop.storage import locks
from workshop.storage.database import Database

START_SECONDS = 120
ROUND_SECONDS = 600
MOST_IN_A_ROUND = 100
"""More wait for the next round: no mail server takes thousands at once for spam."""
KEPT = dt.timedelta(days=92)
"""How long it stays known that a letter was sent."""


@contextlib.asynccontextmanager
async def rounds(database: Database, settings: Settings) -> AsyncGenerator[None, None]:
    """Makes a round two minutes after the start and then every ten minutes; none without a mail server."""
    if not settings.smtp_host:
        yield
        return

    async def work() -> None:
        await tasks.to_its_end(deliver(database, settings))

    async with tasks.rounds("mail", ROUND_SECONDS, work, first_after=START_SECONDS):
        yield


async def deliver(database: Database, settings: Settings, *, seconds: float = SECONDS) -> list[Outcome]:
    """Makes one round; returns what became of each letter. It ends at the first letter that shows that the
    server takes none now. Sends nothing when another process is making a round."""
    async with database.read() as db:  # held until the round is over
        if not settings.smtp_host or not await locks.is_mine(db, "mail"):
            return []
        await database.write(_tidy)
        found = await letters.due(db, settings.origin, now())
        outcomes = []
        for letter in found[:MOST_IN_A_ROUND]:
            outcomes.append(await _deliver(database, settings, letter, seconds))
            if outcomes[-1] not in (Outcome.SENT, Outcome.REFUSED, Outcome.LATER):
                break
        return outcomes


async def troubles(db: AsyncSession) -> list[SentLetter]:
    """Reads the letters that were not sent, the newest first, for the beheerder."""
    query = select(SentLetter).where(SentLetter.outcome.not_in(("", Outcome.SENT)))
    return list(await db.scalars(query.order_by(SentLetter.began_at.desc()).limit(50)))


async def _deliver(database: Database, settings: Settings, due: DueLetter, seconds: float) -> Outcome:
    own = SentLetter.account_id == due.account.id, SentLetter.key == due.key

    async def begin(db: AsyncSession) -> None:
        tried = await db.scalar(select(SentLetter).where(*own))
        if tried is None:
            db.add(SentLetter(account_id=due.account.id, key=due.key, outcome="", began_at=now()))
        else:
            tried.outcome = ""

    await database.write(begin)
    stop = f"{settings.origin}/geen-mail/{await stopping.token(database, due.account.id)}"
    key = f"{due.key.replace('/', '.')}.{due.account.id.hex}"
    letter = Letter(due.account.email, due.subject, "\n".join(due.lines), stop, key)
    outcome = await send(settings, letter, seconds=seconds)
    noted = update(SentLetter).where(*own).values(outcome=str(outcome))
    await database.write(lambda db: db.execute(noted))
    return outcome


async def _tidy(db: AsyncSession) -> None:
    """Deletes what need not be known any more."""
    await db.execute(delete(SentLetter).where(SentLetter.began_at < now() - KEPT))
