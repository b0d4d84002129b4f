"""After the review: what was saved and where, what comes next, and what goes when: `/sessies/{id}/klaar`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.accounts.roles import RUN, require
from workshop.content.library import Library
from workshop.content.worksheets import Field, Worksheet
from workshop.live.errors import Gone
from workshop.models import Membership, now
from workshop.pages.dossier.page import record_page
from workshop.pages.reply import back
from workshop.record import lookbacks, rounds, sessions
from workshop.record.sessions import Brought
from workshop.record.sheet import subject_of
from workshop.services import Services


@get("/sessies/{session_id:uuid}/klaar")
async def saved(
    session_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    require(member, RUN)
    async with services.db.read() as db:
        session = await sessions.one(db, member.partnership_id, session_id)
        if session is None:
            raise Gone("Deze sessie bestaat niet meer.")
        if session.saved_at is None or session.ended_at is None:
            return back(sessions.address(session))
        brought = await sessions.brought(db, session)
        plan = await sessions.order(db, session)
        lookback = await lookbacks.of_session(db, session.id)
        subject = await subject_of(db, services.library, session)
    library = services.library
    fields = sessions.in_order(library, brought.fields, plan)
    return record_page(
        services,
        member,
        "saved.html",
        "sessies",
        session=session,
        worksheet_of=library.worksheet_of,
        about=session.about if subject else "",
        places=[(field, _count(brought, field)) for field in fields],
        following=_following(library, library.worksheet(session.worksheet)),
        lookback_state=lookbacks.state(lookback, now()),
        cards_until=session.ended_at + dt.timedelta(days=services.settings.unconfirmed_days),
    )


def _count(brought: Brought, field: Field) -> int:
    kept = (brought.items, brought.marks, brought.actions)
    return sum(len(each.get(field.id, ())) for each in kept)


def _following(library: Library, worksheet: Worksheet) -> Worksheet | None:
    """Returns the next worksheet that takes over answers of this one, before those that look back; None when
    none does."""
    takes_over = {
        library.worksheet_of(edge.field).id
        for field in worksheet.fields
        for edge in library.feeds_into(field.id)
    }
    later = library.worksheets[library.worksheets.index(worksheet) + 1 :]
    return next(
        (sheet for sheet in sorted(later, key=_looks_back) if sheet.id in takes_over),
        None,
    )


def _looks_back(worksheet: Worksheet) -> bool:
    return bool(rounds.fields_of(worksheet))


routes = [saved]
