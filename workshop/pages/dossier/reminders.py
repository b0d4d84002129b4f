"""When a partnership looks back again: the agreed rhythm per worksheet, and a file for people's calendars."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import calendar, days
from workshop.accounts import roles
from workshop.content.worksheets import Worksheet
from workshop.live.errors import Gone
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Membership, Reminder, now
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, posted
from workshop.pages.reply import back
from workshop.record import moments, reminders
from workshop.services import Services
from workshop.storage.database import changes

NO_REMINDER = "Deze terugkijkdag is er niet meer."
ODD_DAY = "Deze terugkijkdag kan niet in een agenda. Spreek een nieuwe dag af."


@get("/dossiers/{partnership_id:uuid}/terugkijken")
async def reminder_list(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[str]:
    return await _page(services, member, {})


@post("/dossiers/{partnership_id:uuid}/terugkijken", status_code=303)
async def agree(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `worksheet`, `every_months`, `next_on` (ISO date), `note`; replaces what was agreed
    before. Shows the form again (422) when something does not fit."""
    roles.require(member, roles.EDIT)
    form = await posted(request)
    try:
        own = _worksheet(services, first(form, "worksheet"))
        months, day = _months(first(form, "every_months")), _day(first(form, "next_on"))
        note = first(form, "note")

        async def save(db: AsyncSession) -> Reminder:
            agreed = await reminders.agree(
                db, member.partnership_id, own, months, day, note, account_id=member.account_id
            )
            if await changes(db):
                writing.note(db, member, What.REMINDER_SET, particulars={"worksheet": own.id})
            return agreed

        await services.db.write(save)
    except ValueError as error:
        return await _page(services, member, form, str(error), 422)
    return back(_home(member))


@post("/dossiers/{partnership_id:uuid}/terugkijken/{reminder_id:uuid}/einde", status_code=303)
async def end(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    reminder_id: FromPath[uuid.UUID],
) -> Response[Any]:
    roles.require(member, roles.EDIT)

    async def save(db: AsyncSession) -> None:
        reminder = await reminders.one(db, member.partnership_id, reminder_id)
        writing.note(db, member, What.REMINDER_REMOVED, particulars={"worksheet": reminder.worksheet})
        await db.delete(reminder)

    try:
        await services.db.write(save)
    except LookupError:
        raise Gone(NO_REMINDER) from None
    return back(_home(member))


@get("/dossiers/{partnership_id:uuid}/terugkijken/{reminder_id:uuid}/agenda.ics")
async def calendar_file(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    reminder_id: FromPath[uuid.UUID],
) -> Response[str]:
    """Answers with an iCalendar file of one day."""
    try:
        async with services.db.read() as db:
            found = await reminders.one(db, member.partnership_id, reminder_id)
        own = _worksheet(services, found.worksheet)
    except (LookupError, ValueError):
        raise Gone(NO_REMINDER) from None
    origin = services.settings.origin
    day = calendar.Day(
        uid=f"{found.id}@kompas-live",
        on=found.next_on,
        title=f"Terugkijken: {own.title}",
        text="\n".join(filter(None, (member.partnership.name, found.note))),
        url=f"{origin}{home_of(member)}/bouwstenen/{own.slug}",
    )
    headers = {"Content-Disposition": f'attachment; filename="terugkijken-{own.slug}.ics"'}
    try:
        made = calendar.file(day, now())
    except ValueError:
        raise Gone(ODD_DAY) from None
    return Response(made, media_type="text/calendar", headers=headers)


async def _page(
    services: Services,
    member: Membership,
    form: dict[str, list[str]],
    trouble: str = "",
    status: int = 200,
) -> Response[str]:
    async with services.db.read() as db:
        found = reminders.known(await reminders.of(db, member.partnership_id), services.library)
        agreed = await moments.of(db, services.library, member.partnership_id)
    return record_page(
        services,
        member,
        "reminders.html",
        "overzicht",
        status,
        reminders=found,
        moments=agreed,
        is_due=reminders.is_due,
        rhythm=reminders.rhythm,
        rhythms=reminders.RHYTHMS,
        sheets=reminders.sheets(services.library),
        library=services.library,
        typed={name: first(form, name) for name in ("worksheet", "every_months", "next_on", "note")},
        trouble=trouble,
    )


def _home(member: Membership) -> str:
    return f"{home_of(member)}/terugkijken"


def _worksheet(services: Services, id: str) -> Worksheet:
    """Returns a worksheet by its id. Raises `ValueError` with a sentence."""
    found = next((sheet for sheet in services.library.worksheets if sheet.id == id), None)
    if found is None:
        raise ValueError("Kies een werkblad uit de lijst.")
    return found


def _months(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > 3:
        raise ValueError("Kies hoe vaak jullie terugkijken.")
    return int(typed)


def _day(typed: str) -> dt.date:
    if days.written(typed) is None:
        raise ValueError("Kies de dag waarop jullie weer terugkijken.")
    return days.typed(typed)


routes = [reminder_list, agree, end, calendar_file]
