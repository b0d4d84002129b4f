"""The actions of a dossier: a list to filter, forms to add and change, and the history of each."""

from __future__ import annotations

import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import deeds, roles
from workshop.live.room import Gone
from workshop.models import Action, Membership, now
from workshop.pages.forms import first, posted
from workshop.pages.record_page import home_of, record_page
from workshop.pages.reply import back
from workshop.record import actions
from workshop.services import Services

SHOW = {"open": "Open", "te-laat": "Te laat", "alle": "Alle"}
NO_ACTION = "Deze actie is er niet, of niet in dit dossier."


@get("/dossiers/{partnership_id:uuid}/acties")
async def action_list(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    toon: FromQuery[str] = "open",
    bij: FromQuery[str] = "",
) -> Response[str]:
    """`toon` is a key of SHOW; `bij` chooses a question in the form for a new action."""
    return await _list_page(services, member, toon, {"field": [bij]})


@post("/dossiers/{partnership_id:uuid}/acties", status_code=303)
async def add(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Form: `text`, `owner`, `due` (ISO date), `field` (a question with actions, or nothing)."""
    roles.require(member, roles.EDIT)
    form = await posted(request)
    field = first(form, "field")
    if field and not services.library.has_field(field):
        raise Gone("Deze vraag bestaat niet.")

    async def save(db: AsyncSession) -> Action:
        deeds.note(db, member, "voegt een actie toe", _about(services, field))
        return await actions.create(
            db,
            member.partnership_id,
            field,
            first(form, "text"),
            owner=first(form, "owner"),
            due=actions.due_date(first(form, "due")),
            account_id=member.account_id,
        )

    try:
        await services.db.write(save)
    except ValueError as error:
        return await _list_page(services, member, "open", form, str(error), status=422)
    return back(f"{home_of(member)}/acties")


@post("/dossiers/{partnership_id:uuid}/acties/{action_id:uuid}", status_code=303)
async def change(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    action_id: FromPath[uuid.UUID],
) -> Response[Any]:
    """Form: `text`, `owner`, `due`, `status`; a field that is not posted stays as it is."""
    roles.require(member, roles.EDIT)
    form = await posted(request)

    async def save(db: AsyncSession) -> Action:
        names = {"text": "wording", "owner": "owner", "status": "status"}
        values: dict[str, Any] = {names[name]: first(form, name) for name in names if name in form}
        if "due" in form:
            values["due"] = actions.due_date(first(form, "due"))
        action = await actions.change(
            db, member.partnership_id, action_id, account_id=member.account_id, **values
        )
        await deeds.note_sitting(db, member, "verandert een actie", _about(services, action.field))
        return action

    show = first(form, "toon") if first(form, "toon") in SHOW else "open"
    try:
        await services.db.write(save)
    except LookupError:
        raise Gone(NO_ACTION) from None
    except ValueError as error:
        return await _list_page(services, member, "alle", form, str(error), action_id, status=422)
    return back(f"{home_of(member)}/acties?toon={show}#actie-{action_id}")


def _about(services: Services, field: str) -> str:
    """By its question, for the log: an action's own words may come from a card."""
    return services.library.field(field).label if services.library.has_field(field) else ""


async def _list_page(
    services: Services,
    member: Membership,
    show: str,
    form: dict[str, list[str]],
    trouble: str = "",
    changing: uuid.UUID | None = None,
    status: int = 200,
) -> Response[str]:
    """With what was typed: in the form for a new action, or in that of the action `changing`."""
    show = show if show in SHOW else "open"
    async with services.db.read() as db:
        every = await actions.of(db, member.partnership_id)
        histories = await actions.history(db, [action.id for action in every])
    late = [action for action in every if actions.is_late(action, now().date())]
    unfinished = [action for action in every if action.status in actions.UNFINISHED]
    finished = [action for action in every if action not in unfinished]
    lists = {"open": unfinished, "te-laat": late, "alle": unfinished + finished}
    return record_page(
        services,
        member,
        "actions.html",
        "acties",
        status,
        actions=lists[show],
        counts={name: len(rows) for name, rows in lists.items()},
        shows=SHOW,
        show=show,
        histories=histories,
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        typed={name: first(form, name) for name in ("text", "owner", "due", "status", "field")},
        trouble=trouble,
        changing=changing,
        library=services.library,
        action_sheets=[
            (sheet, [field for field in sheet.fields if field.kind == "actions"])
            for sheet in services.library.worksheets
        ],
    )


routes = [action_list, add, change]
