"""The actions of a dossier: as a list or a board, what to see of them, and a form to add one."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days
from workshop.accounts import roles
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Action, Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, flat, once, posted
from workshop.pages.reply import back
from workshop.record import actions, higher, selection, sessions
from workshop.record.selection import Selection
from workshop.services import Services

MOST_ROWS = 200
NO_ACTION = "Deze actie is er niet, of niet in dit dossier."
INPUTS = ("text", "owner", "due", "priority", "field", "origin")


@get("/dossiers/{partnership_id:uuid}/acties")
async def action_list(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[str]:
    """Shows the actions. The query is a `Selection`; `bij` chooses a question and `uit` an origin in the form
    for a new action. `net` and `was` name an action whose status was just changed, and what it was."""
    given = dict(request.query_params.items())
    form = {"field": [given.get("bij", "")], "origin": [given.get("uit", "")]}
    return await _list_page(
        services,
        member,
        selection.selection(given),
        form,
        changed=(given.get("net", ""), given.get("was", "")),
    )


@post("/dossiers/{partnership_id:uuid}/acties", status_code=303)
async def add(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `text`, `owner`, `due` (ISO date), `priority` (else normal), `field` (a question with
    actions, or nothing), `origin` (a card or theme of the marks, or nothing); `terug` is the selection to go
    back to. Shows the form again (422) when something does not fit."""
    roles.require(member, roles.EDIT)
    form = await posted(request)
    field, made = first(form, "field"), once(form)
    if field and not services.library.has_field(field):
        raise Gone("Deze vraag bestaat niet.")

    async def save(db: AsyncSession) -> Action:
        with contextlib.suppress(LookupError):
            return await actions.one(db, member.partnership_id, made.id)
        themes = higher.themes(services.library)
        cards = await higher.cards(db, services.library, member.partnership_id, themes)
        writing.note(db, member, What.ACTION_ADDED, asked_by(services, field))
        return await actions.create(
            db,
            member.partnership_id,
            field,
            first(form, "text"),
            owner=first(form, "owner"),
            due=actions.due_date(first(form, "due")),
            priority=first(form, "priority", "normal"),
            origin=higher.checked(first(form, "origin"), "", themes, cards),
            account_id=member.account_id,
            id=made.id,
        )

    seen = selection_in(form)
    try:
        action = await services.db.write(save)
    except ValueError as error:
        return await _list_page(services, member, seen, form, str(error), status=422)
    return back(f"{home_of(member)}/acties{seen.address()}#actie-{action.id}")


@post("/dossiers/{partnership_id:uuid}/acties/{action_id:uuid}/stand", status_code=303)
async def move(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    action_id: FromPath[uuid.UUID],
) -> Response[Any]:
    """Takes the form `status`, and `terug`, the selection to go back to (nothing: the action's own page). The
    address that it goes to has the status before, so that one press puts it back."""
    roles.require(member, roles.EDIT)
    form = await posted(request)

    async def save(db: AsyncSession) -> str:
        before = (await actions.one(db, member.partnership_id, action_id)).status
        action = await actions.change(
            db,
            member.partnership_id,
            action_id,
            account_id=member.account_id,
            status=first(form, "status"),
        )
        await writing.note_sitting(db, member, What.ACTION_CHANGED, asked_by(services, action.field))
        return before

    try:
        was = await services.db.write(save)
    except LookupError:
        raise Gone(NO_ACTION) from None
    except ValueError as error:
        return await _list_page(services, member, selection_in(form), {}, str(error), status=422)
    put_back = first(form, "teruggezet") == "ja"
    if "terug" not in form:
        return back(f"{home_of(member)}/acties/{action_id}{'' if put_back else f'?was={was}'}")
    address = selection_in(form).address()
    undo = "" if put_back else f"{'&' if address else '?'}net={action_id}&was={was}"
    return back(f"{home_of(member)}/acties{address}{undo}")


def selection_in(form: dict[str, list[str]]) -> Selection:
    """Returns the selection that a form goes back to: read and written anew, so that it leads nowhere
    else."""
    return selection.selection(dict(parse_qsl(first(form, "terug").lstrip("?"))))


def asked_by(services: Services, field: str) -> str:
    """Returns the question of an action, for the log: an action's own words may come from a card."""
    return services.library.field(field).label if services.library.has_field(field) else ""


async def _list_page(
    services: Services,
    member: Membership,
    seen: Selection,
    form: dict[str, list[str]],
    trouble: str = "",
    status: int = 200,
    changed: tuple[str, str] = ("", ""),
) -> Response[str]:
    """Shows the list, with what was typed in the form for a new action."""
    library, today = services.library, days.today()
    async with services.db.read() as db:
        every = await actions.of(db, member.partnership_id)
        brought = {action.session_id for action in every if action.session_id}
        held = await sessions.some(db, member.partnership_id, brought)
        themes = higher.themes(library)
        cards = await higher.cards(db, library, member.partnership_id, themes)
    found = selection.chosen(every, seen, today, library)
    action = next((one for one in every if str(one.id) == changed[0]), None)
    return record_page(
        services,
        member,
        "actions.html",
        "acties",
        status,
        seen=seen,
        found=found[:MOST_ROWS],
        lanes=selection.lanes(found[:MOST_ROWS]),
        more=max(0, len(found) - MOST_ROWS),
        total=len(every),
        choices=selection.choices(every, seen, today, library),
        owners=_owners(every),
        held=held,
        views=selection.VIEWS,
        shows=selection.SHOWS,
        orders=selection.ORDERS,
        whole=selection.WHOLE,
        none_value=selection.NONE,
        nothing=selection.NOTHING,
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        changed=action if action and changed[1] in actions.STATUSES and action.status != changed[1] else None,
        was=changed[1],
        typed=flat({name: form.get(name, [""]) for name in INPUTS}),
        trouble=trouble,
        library=library,
        **form_context(services, themes, cards),
    )


def form_context(
    services: Services,
    themes: Sequence[higher.KnownTheme],
    cards: Sequence[higher.HigherIdea],
    origin: str = "",
) -> dict[str, Any]:
    """Returns what the inputs of an action choose from; the card that it came from is always among them."""
    offered = [card for place, card in enumerate(cards) if place < higher.MOST_CARDS or card.id == origin]
    return {
        "priorities": actions.PRIORITIES,
        "themes": themes,
        "cards": higher.by_theme(offered),
        "action_sheets": [
            (sheet, [field for field in sheet.fields if field.kind == "actions"])
            for sheet in services.library.worksheets
        ],
    }


def _owners(every: Sequence[Action]) -> dict[str, str]:
    """Returns the value of the filter -> the name as somebody wrote it first."""
    found: dict[str, str] = {}
    for action in every:
        found.setdefault(selection.owner_of(action), action.owner)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == selection.NONE, pair[0])))


routes = [action_list, add, move]
