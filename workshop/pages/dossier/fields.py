"""One field of the dossier by hand: one form, versions, and a choice when two people wrote at once.

With scripts the form saves itself and reads JSON; without, it is a plain form with a button.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop.accounts import roles
from workshop.content.worksheets import Field, Worksheet
from workshop.items import Item
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import AnswerVersion, Membership
from workshop.pages.dossier.page import record_page
from workshop.pages.dossier.worksheet import RefusedForm, address, check_subject, in_order, sheet_page
from workshop.pages.forms import as_number, first, posted
from workshop.pages.reply import HTML, back, wants_blocks
from workshop.record import answers, byhand, sheet, wording
from workshop.record.answers import Conflict, items_of, lines_of
from workshop.record.byhand import CHOICES, Clash, Edit, Seen, Standing
from workshop.record.columns import as_read
from workshop.record.rows import Wrong
from workshop.services import Services

NO_FIELD = "Deze vraag bestaat niet. Kies een werkblad uit de lijst van bouwstenen."
NO_ITEM = "Deze tekst staat er niet meer. Laad het werkblad opnieuw."
NO_VERSION = "Deze versie bestaat niet."
ABOUT_THE_PAGE = ("number", "stamp", "keuze", "naast", "naast-stempel", "klaar", "meer")
"""Fields of the form that hold nothing that somebody typed."""


@post("/dossiers/{partnership_id:uuid}/velden/{field_id:str}", status_code=303)
async def edit(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Takes the form `number` and `stamp` (the version seen), `over`, the rows of the field (record/rows.py),
    and after a clash a `keuze`, made beside the version `naast` with `naast-stempel`.

    Goes to the worksheet, or answers a form that saves itself with `{"number": 4, "stamp": "…"}`. 422 with
    what was typed when it does not fit, or `{"sentence": "…", "row": "…", "name": "…"}`; 409 with both
    versions when somebody else wrote first.
    """
    roles.require(member, roles.EDIT)
    field, own = field_at(services, field_id)
    form = await posted(request)
    over, by_itself = first(form, "over"), wants_blocks(request)
    await check_subject(services, member, own, over)
    edit = Edit(member.partnership_id, field, member.account, over, continues=by_itself)
    beside = Seen(as_number(first(form, "naast")), first(form, "naast-stempel"))

    async def save(db: AsyncSession) -> Standing:
        stands_on = await sheet.layout_of(db, services.library, member.partnership_id, field, over)
        seen = Seen(as_number(first(form, "number")), first(form, "stamp"))
        choice = CHOICES.get(first(form, "keuze"), "")
        there = await byhand.save(db, edit, form, stands_on, seen, choice, beside)
        if (there.number, there.stamp) != (seen.number, seen.stamp):
            await writing.note_sitting(db, member, What.ANSWER_CHANGED, field.label)
        return there

    try:
        there = await services.db.write(save)
    except Clash as clash:
        return await _clash(services, member, field, own, form, clash, by_itself)
    except LookupError:
        raise Gone(NO_ITEM) from None
    except ValueError as error:
        wrong = error if isinstance(error, Wrong) else Wrong(str(error))
        if by_itself:
            return _told({"sentence": str(wrong), "row": wrong.row, "name": wrong.name}, 422)
        return await sheet_page(
            services, member, own, own.step_key(field.id), over, typed=RefusedForm(field.id, form, wrong)
        )
    if by_itself:
        return _told({"number": there.number, "stamp": there.stamp})
    goes_on = "meer" in form or "gone" in form
    return back(address(member, own, field, over, editing=goes_on))


@get("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/versies/{number:int}")
async def version(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
    number: FromPath[int],
    over: FromQuery[str] = "",
) -> Response[str]:
    """Shows what one version changed, and a button to put it back. Query: `over`, an ambition or activity."""
    field, own = field_at(services, field_id)
    async with services.db.read() as db:
        versions = await answers.versions(
            db, member.partnership_id, field.id, (number - 1, number), about=over
        )
        subject = await subject_of(db, services, member, own, over)
    by_number = {found.number: found for found in versions}
    if number not in by_number:
        raise Gone(NO_VERSION)
    items, before, newest = (
        as_read(field, lines_of(by_number.get(each))) for each in (number, number - 1, versions[0].number)
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
        told_of=answers.told_of,
        subject=subject,
        changes=wording.changes(answers.difference(before, items)),
        until_now=wording.changes(answers.difference(items, newest)),
        worksheet_address=address(member, own, field, over),
    )


@post("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/herstel", status_code=303)
async def restore(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Takes the form `version` (to put back), `number` (the version seen), `over`. 409 with both versions
    when somebody else wrote first."""
    roles.require(member, roles.EDIT)
    field, own = field_at(services, field_id)
    form = await posted(request)
    over, chosen, seen = (
        first(form, "over"),
        as_number(first(form, "version")),
        as_number(first(form, "number")),
    )

    async def save(db: AsyncSession) -> AnswerVersion:
        writing.note(db, member, What.ANSWER_RESTORED, field.label)
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
        return await _not_restored(services, member, field, own, over, chosen, conflict)
    except LookupError:
        raise Gone(NO_VERSION) from None
    return back(address(member, own, field, over))


@post("/dossiers/{partnership_id:uuid}/velden/{field_id:str}/bevestiging", status_code=303)
async def confirm(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
) -> Response[Any]:
    """Takes the form `over` and `number` (the version seen): `Het klopt nog` writes a version with the same
    words. Does nothing when that is not the newest version any more: nothing was said about that one."""
    roles.require(member, roles.EDIT)
    field, own = field_at(services, field_id)
    form = await posted(request)
    over, seen = first(form, "over"), as_number(first(form, "number")) if "number" in form else None
    await check_subject(services, member, own, over)

    async def save(db: AsyncSession) -> AnswerVersion:
        there = (await answers.current(db, member.partnership_id, [field.id], about=over)).get(field.id)
        writing.note(db, member, What.ANSWER_CONFIRMED, field.label)
        return await answers.write(
            db,
            member.partnership_id,
            field.id,
            items_of(there),
            account_id=member.account_id,
            note=answers.CONFIRMED,
            about=over,
            expected=seen,
        )

    with contextlib.suppress(Conflict):
        await services.db.write(save)
    return back(address(member, own, field, over))


def field_at(services: Services, field_id: str) -> tuple[Field, Worksheet]:
    """Returns a field and its worksheet. Raises `Gone`."""
    if not services.library.has_field(field_id):
        raise Gone(NO_FIELD)
    return services.library.field(field_id), services.library.worksheet_of(field_id)


async def subject_of(
    db: AsyncSession, services: Services, member: Membership, own: Worksheet, over: str
) -> str:
    """Returns the text of the ambition or activity that an answer is about; empty for the partnership."""
    subjects = await sheet.subjects_of(db, services.library, member.partnership_id, own) if over else ()
    return named(subjects, over)


def named(subjects: Iterable[Item], over: str) -> str:
    """Returns the text of one of these; empty for one that was removed, whose answers stay."""
    return next((subject.text for subject in subjects if subject.id == over), "")


async def _clash(
    services: Services,
    member: Membership,
    field: Field,
    own: Worksheet,
    form: dict[str, list[str]],
    clash: Clash,
    by_itself: bool,
) -> Response[str]:
    """Shows both texts and a choice (409): as a page, or as a block for the form that saves itself."""
    over = first(form, "over")
    async with services.db.read() as db:
        versions = await answers.versions(db, member.partnership_id, field.id, about=over)
    context = {
        "field": field,
        "newest": versions[0] if versions else None,
        "there": clash.theirs,
        "mine": _lines(field, clash.mine.items, clash.mine.gaps),
        "theirs": _lines(field, clash.theirs.items, clash.theirs.gaps),
        "told_of": answers.told_of,
    }
    if by_itself:
        body = services.render.page("record/_clash.html", **context)
        return Response(body, status_code=409, media_type=HTML)
    return record_page(
        services,
        member,
        "conflict.html",
        "bouwstenen",
        409,
        worksheet=own,
        again=[(name, value) for name, value in in_order(form) if name not in ABOUT_THE_PAGE],
        seen={name: first(form, name) for name in ("number", "stamp")},
        **context,
    )


async def _not_restored(
    services: Services,
    member: Membership,
    field: Field,
    own: Worksheet,
    over: str,
    chosen: int,
    conflict: Conflict,
) -> Response[Any]:
    """Shows both texts (409): somebody wrote while somebody else wanted to put an old version back."""
    async with services.db.read() as db:
        versions = await answers.versions(db, member.partnership_id, field.id, [chosen], about=over)
    wanted = next((found for found in versions if found.number == chosen), None)
    if wanted is None:
        raise Gone(NO_VERSION)
    if items_of(wanted) == conflict.items:  # the same form was posted a second time
        return back(address(member, own, field, over))
    return record_page(
        services,
        member,
        "not_restored.html",
        "bouwstenen",
        409,
        field=field,
        worksheet=own,
        over=over,
        version=wanted,
        number=conflict.number,
        newest=versions[0],
        mine=as_read(field, lines_of(wanted)),
        theirs=as_read(field, conflict.items),
        told_of=answers.told_of,
        worksheet_address=address(member, own, field, over),
    )


def _lines(field: Field, items: tuple[Item, ...], gaps: dict[str, str]) -> list[Item]:
    return as_read(field, [*items, *(answers.gap(cell, name) for cell, name in gaps.items())])


def _told(facts: dict[str, Any], status: int = 200) -> Response[dict[str, Any]]:
    """Answers the script of the form with JSON."""
    return Response(facts, status_code=status, media_type="application/json")


routes = [edit, version, restore, confirm]
