"""One action: its status, where it came from, everything that happened to it, and a form to change it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Action, Membership
from workshop.pages.dossier.actions import INPUTS, NO_ACTION, asked_by, form_context
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, posted
from workshop.pages.reply import back
from workshop.record import actions, higher, moments, sessions
from workshop.record.actions import Happening
from workshop.record.sheet import subjects_of
from workshop.services import Services


@get("/dossiers/{partnership_id:uuid}/acties/{action_id:uuid}")
async def action_page(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    action_id: FromPath[uuid.UUID],
    was: FromQuery[str] = "",
) -> Response[str]:
    """Shows one action. Query: `was`, the status that it had before it was just changed."""
    return await _page(services, member, action_id, {}, was=was)


@post("/dossiers/{partnership_id:uuid}/acties/{action_id:uuid}", status_code=303)
async def change(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    action_id: FromPath[uuid.UUID],
) -> Response[Any]:
    """Takes the form `text`, `owner`, `due`, `status`, `priority`, `origin`; a field that is not posted stays
    as it is. Goes to the action, or shows the form again (422)."""
    roles.require(member, roles.EDIT)
    form = await posted(request)

    async def save(db: AsyncSession) -> Action:
        names = {"text": "wording", "owner": "owner", "status": "status", "priority": "priority"}
        values: dict[str, Any] = {names[name]: first(form, name) for name in names if name in form}
        if "due" in form:
            values["due"] = actions.due_date(first(form, "due"))
        if "origin" in form:
            before = (await actions.one(db, member.partnership_id, action_id)).origin
            themes = higher.themes(services.library)
            cards = await higher.cards(db, services.library, member.partnership_id, themes)
            values["origin"] = higher.checked(first(form, "origin"), before, themes, cards)
        action = await actions.change(
            db, member.partnership_id, action_id, account_id=member.account_id, **values
        )
        await writing.note_sitting(db, member, What.ACTION_CHANGED, asked_by(services, action.field))
        return action

    try:
        await services.db.write(save)
    except LookupError:
        raise Gone(NO_ACTION) from None
    except ValueError as error:
        return await _page(services, member, action_id, form, str(error), status=422)
    return back(f"{home_of(member)}/acties/{action_id}")


@post("/dossiers/{partnership_id:uuid}/acties/{action_id:uuid}/soort", status_code=303)
async def tell_sort(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    action_id: FromPath[uuid.UUID],
) -> Response[Any]:
    """Takes `soort`: afspraak (an agreement about time), actie, or terug to set that back. Goes home."""
    roles.require(member, roles.EDIT)
    choice = first(await posted(request), "soort")

    async def save(db: AsyncSession) -> None:
        said = await moments.answer(
            db, services.library, member.partnership_id, action_id, choice, account_id=member.account_id
        )
        if said:
            writing.note(db, member, What.ACTION_CHANGED)

    try:
        await services.db.write(save)
    except LookupError:
        raise Gone(NO_ACTION) from None
    return back(f"{home_of(member)}#afspraak-of-actie")


async def _page(
    services: Services,
    member: Membership,
    action_id: uuid.UUID,
    form: dict[str, list[str]],
    trouble: str = "",
    status: int = 200,
    was: str = "",
) -> Response[str]:
    """Shows the action, with what was typed where that did not fit."""
    library = services.library
    try:
        async with services.db.read() as db:
            action = await actions.one(db, member.partnership_id, action_id)
            if action.status not in actions.STATUSES:
                raise LookupError(f"action {action_id} is an agreement about time")
            happened = (await actions.history(db, [action.id])).get(action.id, [])
            themes = higher.themes(library)
            cards = await higher.cards(db, library, member.partnership_id, themes)
            session = (
                await sessions.one(db, member.partnership_id, action.session_id)
                if action.session_id
                else None
            )
            field = library.field(action.field) if library.has_field(action.field) else None
            worksheet = library.worksheet_of(action.field) if field else None
            subjects = await subjects_of(db, library, member.partnership_id, worksheet) if worksheet else ()
    except LookupError:
        raise Gone(NO_ACTION) from None
    theme, card = higher.told(action.origin, themes, cards)
    stands = {
        "text": action.text,
        "owner": action.owner,
        "due": action.due.isoformat() if action.due else "",
        "priority": action.priority,
        "field": action.field,
        "origin": action.origin,
    }
    return record_page(
        services,
        member,
        "action.html",
        "acties",
        status,
        action=action,
        happened=happened,
        session=session,
        field=field,
        worksheet=worksheet,
        step=worksheet.step_key(action.field) if worksheet else "",
        subject=next((subject for subject in subjects if subject.id == action.about), None),
        theme=theme,
        card=card,
        answered=_before_answer(happened),
        was=was if was in actions.STATUSES and was != action.status else "",
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        typed=stands | {name: first(form, name) for name in INPUTS if name in form},
        trouble=trouble,
        library=library,
        **form_context(services, themes, cards, action.origin),
    )


def _before_answer(happened: Sequence[Happening]) -> str:
    """Returns the status before the newest answer of an owner, to set it back; empty when something else
    happened last, and where the status stayed."""
    match happened:
        case [newest, before, *_] if newest.owner and newest.status != before.status:
            return before.status
    return ""


routes = [action_page, change, tell_sort]
