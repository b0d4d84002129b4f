"""One field of the dossier by hand: plain forms, versions, and a choice when two people wrote at once."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.bouwstenen import Field, Worksheet
from workshop.live.room import Gone
from workshop.models import AnswerVersion, Membership
from workshop.pages.forms import first, posted
from workshop.pages.record_page import record_page
from workshop.pages.record_worksheet import NO_STEP, address, sheet_page, step_of
from workshop.pages.reply import back
from workshop.record import answers, editing, sheet
from workshop.record.answers import Conflict, Item, items_of
from workshop.record.editing import Draft
from workshop.services import Services

NO_FIELD = "Deze vraag bestaat niet. Kies een werkblad uit de lijst van bouwstenen."
NO_ITEM = "Deze tekst staat er niet meer. Laad het werkblad opnieuw."
NO_VERSION = "Deze versie bestaat niet."


@post("/dossiers/{partnership_id:uuid}/velden/{field_id:str}", status_code=303)
async def edit(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Form: `number` (the version seen), `over`, `item` (none for a new one), `text`, `column`, `remove`.

    422 with the worksheet and what was typed when that does not fit; 409 with both versions when somebody
    else wrote first.
    """
    roles.require(member, roles.EDIT)
    field, own = _field(services, field_id)
    form = await posted(request)
    over, number = first(form, "over"), _number(first(form, "number"))
    draft = Draft(first(form, "text"), first(form, "column"), first(form, "item"), "remove" in form)
    await _check_subject(services, member, own, over)

    async def save(db: AsyncSession) -> None:
        there = (await answers.current(db, member.partnership_id, [field.id], about=over)).get(field.id)
        if number != (there.number if there else 0):
            raise Conflict(there.number if there else 0, items_of(there))
        items = editing.edited(items_of(there), field, draft, member.account.name)
        if items != list(items_of(there)):
            await answers.write(
                db,
                member.partnership_id,
                field.id,
                items,
                account_id=member.account_id,
                expected=number,
                about=over,
            )

    try:
        await services.db.write(save)
    except Conflict as conflict:
        return await _conflict_page(services, member, field, own, over, number, draft, conflict)
    except LookupError:
        raise Gone(NO_ITEM) from None
    except ValueError as error:
        step = step_of(own, field)
        return await sheet_page(services, member, own, step, over, draft, field.id, str(error), status=422)
    more = "" if draft.item or draft.remove or field.kind == "text" else field.id
    return back(address(member, own, field, over, more))


@get("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/versies/{number:int}")
async def version(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
    number: FromPath[int],
    over: FromQuery[str] = "",
) -> Response[str]:
    """What one version changed, and a button to put it back."""
    field, own = _field(services, field_id)
    async with services.db.read() as db:
        versions = await answers.history(db, member.partnership_id, field.id, about=over)
    by_number = {found.number: found for found in versions}
    if number not in by_number:
        raise Gone(NO_VERSION)
    items, before, newest = (
        editing.as_read(field, items_of(by_number.get(each)))
        for each in (number, number - 1, versions[0].number)
    )
    return record_page(
        services,
        member,
        "version.html",
        "bouwstenen",
        field=field,
        worksheet=own,
        over=over,
        version=by_number[number],
        newest=versions[0].number,
        items=items,
        changes=answers.difference(before, items),
        until_now=answers.difference(items, newest),
        worksheet_address=address(member, own, field, over),
    )


@post("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/herstel", status_code=303)
async def restore(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Form: `version` (to put back), `number` (the version seen), `over`."""
    roles.require(member, roles.EDIT)
    field, own = _field(services, field_id)
    form = await posted(request)
    over, chosen, seen = first(form, "over"), _number(first(form, "version")), _number(first(form, "number"))

    async def save(db: AsyncSession) -> AnswerVersion:
        return await answers.restore(
            db,
            member.partnership_id,
            field.id,
            chosen,
            account_id=member.account_id,
            expected=seen,
            about=over,
        )

    try:
        await services.db.write(save)
    except Conflict as conflict:
        return await _conflict_page(services, member, field, own, over, seen, Draft(), conflict, chosen)
    except LookupError:
        raise Gone(NO_VERSION) from None
    return back(address(member, own, field, over))


async def _conflict_page(
    services: Services,
    member: Membership,
    field: Field,
    own: Worksheet,
    over: str,
    seen: int,
    draft: Draft,
    conflict: Conflict,
    chosen: int = 0,
) -> Response[str]:
    """Both versions and a choice. `chosen` is the version that somebody wanted to put back."""
    async with services.db.read() as db:
        versions = await answers.history(db, member.partnership_id, field.id, about=over)
    by_number = {found.number: found for found in versions}
    return record_page(
        services,
        member,
        "conflict.html",
        "bouwstenen",
        409,
        field=field,
        worksheet=own,
        over=over,
        draft=draft,
        restored=by_number.get(chosen),
        restored_items=items_of(by_number.get(chosen)),
        number=conflict.number,
        now=editing.as_read(field, conflict.items),
        theirs=_theirs(field, draft, conflict),
        before=next((item for item in items_of(by_number.get(seen)) if item.id == draft.item), None),
        newest=by_number.get(conflict.number),
        worksheet_address=address(member, own, field, over),
    )


def _theirs(field: Field, draft: Draft, conflict: Conflict) -> Item | None:
    """What stands where this draft wanted to be; a field with one text has one place."""
    if field.kind == "text" and not draft.item:
        return next(iter(conflict.items), None)
    return next((item for item in conflict.items if item.id == draft.item), None)


async def _check_subject(services: Services, member: Membership, own: Worksheet, over: str) -> None:
    """Raises `Gone` for an ambition or activity that is not there."""
    if not over:
        return
    async with services.db.read() as db:
        subjects = await sheet.subjects_of(db, member.partnership_id, own)
    if over not in {subject.id for subject in subjects}:
        raise Gone(NO_STEP)


def _field(services: Services, field_id: str) -> tuple[Field, Worksheet]:
    """Raises `Gone`."""
    if not services.library.has_field(field_id):
        raise Gone(NO_FIELD)
    own = next(s for s in services.library.worksheets if any(f.id == field_id for f in s.fields))
    return services.library.field(field_id), own


def _number(typed: str) -> int:
    """A version; what is not a number is a version that nobody has."""
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


routes = [edit, version, restore]
