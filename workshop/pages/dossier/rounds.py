"""New rounds of a learning sheet, and what became of the actions of earlier rounds."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.accounts import roles
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership
from workshop.pages.dossier.actions import NO_ACTION
from workshop.pages.dossier.page import home_of
from workshop.pages.dossier.worksheet import check_subject, worksheet_at
from workshop.pages.forms import first, posted
from workshop.pages.reply import back, wants_blocks
from workshop.record import actions, moments, reminders, rounds
from workshop.services import Services

NO_ROUNDS = (
    "Bij dit werkblad zijn er geen rondes. Een nieuwe ronde begin je op een werkblad Leren en verbeteren."
)


@post("/dossiers/{partnership_id:uuid}/bouwstenen/{slug:str}/rondes", status_code=303)
async def begin(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    slug: FromPath[str],
) -> Response[Any]:
    """Begins a new round, dated today. Takes the form `over`, the id of an ambition or activity."""
    roles.require(member, roles.EDIT)
    own = worksheet_at(services, slug)
    if not rounds.fields_of(own):
        raise Gone(NO_ROUNDS)
    over, today = first(await posted(request), "over"), days.today()
    await check_subject(services, member, own, over)

    async def save(db: AsyncSession) -> None:
        began = await rounds.begin(
            db, member.partnership_id, own, today, account_id=member.account_id, about=over
        )
        if began:
            writing.note(db, member, What.ROUND_BEGUN, particulars={"worksheet": own.id})
            await reminders.evaluated(db, member.partnership_id, own.id, today)
            await moments.evaluated(db, member.partnership_id, own, today, account_id=member.account_id)

    await services.db.write(save)
    step = next(step for step in own.steps if any(field.when == "periodic" for field in step.fields))
    query = f"?stap={step.key}" + (f"&over={over}" if over else "")
    return back(f"{home_of(member)}/bouwstenen/{own.slug}{query}")


@post("/dossiers/{partnership_id:uuid}/bouwstenen/{slug:str}/terugblik", status_code=303)
async def evaluate(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    slug: FromPath[str],
) -> Response[Any]:
    """Takes the form `outcome.<action>` = done, busy or open; `stap` and `over` lead back. Answers `{}` to a
    form that saves itself."""
    roles.require(member, roles.EDIT)
    own = worksheet_at(services, slug)
    form = await posted(request)
    chosen = {
        name.removeprefix("outcome."): values[0]
        for name, values in form.items()
        if name.startswith("outcome.")
    }

    async def save(db: AsyncSession) -> None:
        for id, outcome in chosen.items():
            await actions.evaluate(
                db, member.partnership_id, _action(id), outcome, account_id=member.account_id
            )
        if chosen:
            await writing.note_sitting(db, member, What.ACTIONS_REVIEWED, particulars={"worksheet": own.id})

    try:
        await services.db.write(save)
    except LookupError:
        raise Gone(NO_ACTION) from None
    except ValueError as error:
        raise Gone(str(error)) from None
    if wants_blocks(request):
        return Response("{}", media_type="application/json")
    over, step = first(form, "over"), first(form, "stap")
    query = f"?stap={step}" + (f"&over={over}" if over else "")
    return back(f"{home_of(member)}/bouwstenen/{own.slug}{query}")


def _action(id: str) -> uuid.UUID:
    """Reads the id of an action. Raises `LookupError` for any other text."""
    try:
        return uuid.UUID(id)
    except ValueError:
        raise LookupError(id) from None


routes = [begin, evaluate]
