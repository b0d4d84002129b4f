"""The help lines of this installation, for its managers: `/beheer/hulplijnen`."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath, FromQuery

from workshop import days
from workshop.models import SignIn
from workshop.pages.errors import OWN_WORDS
from workshop.pages.forms import as_number, first, flat, once, posted
from workshop.pages.reply import back, page
from workshop.safety import helplines
from workshop.safety.helplines import HelpLine, HelpLineError
from workshop.safety.helplines.editing import HelpLineEditor
from workshop.services import Services

ADDRESS = "/beheer/hulplijnen"
SAID = {
    "nieuw": "De hulplijn is toegevoegd.",
    "bewaard": "De hulplijn is aangepast.",
    "gecontroleerd": "Genoteerd: vandaag gecontroleerd.",
    "verplaatst": "De volgorde is aangepast.",
    "weg": "De hulplijn is weg van alle telefoons. Onderaan kun je hem terugzetten.",
    "terug": "De hulplijn staat weer in de lijst, onderaan.",
    "startlijst": "De startlijst staat er weer. Wat jullie zelf schreven, kun je onderaan terugzetten.",
}
EMPTY = dict.fromkeys((*helplines.LIMITS, "checked"), "")


@get(ADDRESS)
async def overview(
    services: NamedDependency[Services], sign_in: NamedDependency[SignIn], klaar: FromQuery[str] = ""
) -> Response[str]:
    return await _overview(services, sign_in, said=SAID.get(klaar, ""))


@get(f"{ADDRESS}/nieuw")
async def new_form(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    _editor(services, sign_in)
    return _form(services, sign_in, None, EMPTY | {"checked": _today().isoformat()})


@post(f"{ADDRESS}/nieuw")
async def add(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes the form `name`, `what`, `phone`, `url`, `when`, `source`, `checked`; shows it again (422) when
    it does not fit."""
    editor = _editor(services, sign_in)
    form = await posted(request)
    typed = flat(form)
    try:
        await editor.add(helplines.checked(typed, _today()), once(form).id)
    except HelpLineError as error:
        return _form(services, sign_in, None, EMPTY | typed, error)
    return _done("nieuw")


@get(f"{ADDRESS}/{{line_id:uuid}}")
async def edit_form(
    line_id: FromPath[uuid.UUID], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[str]:
    line = await _line(_editor(services, sign_in), line_id)
    return _form(services, sign_in, line, EMPTY | msgspec.to_builtins(line))


@post(f"{ADDRESS}/{{line_id:uuid}}")
async def save(
    request: Request[Any, Any, Any],
    line_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
) -> Response[Any]:
    """Takes the form of `add`."""
    editor = _editor(services, sign_in)
    line = await _line(editor, line_id)
    typed = flat(await posted(request))
    try:
        await editor.save(line_id, helplines.checked(typed, _today()))
    except HelpLineError as error:
        return _form(services, sign_in, line, EMPTY | typed, error)
    return _done("bewaard", line_id)


@post(f"{ADDRESS}/{{line_id:uuid}}/controle")
async def check(
    line_id: FromPath[uuid.UUID], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Notes that the line was compared with its source today."""
    checked = _editor(services, sign_in).check(line_id, _today())
    return await _changed(services, sign_in, checked, "gecontroleerd", line_id)


@post(f"{ADDRESS}/{{line_id:uuid}}/plaats")
async def move(
    request: Request[Any, Any, Any],
    line_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    sign_in: NamedDependency[SignIn],
) -> Response[Any]:
    """Takes the form `naar` = omhoog or omlaag, and in `gezien` its place before."""
    editor = _editor(services, sign_in)
    form = await posted(request)
    moved = editor.move(
        line_id, first(form, "naar"), as_number(first(form, "gezien")) if "gezien" in form else None
    )
    return await _changed(services, sign_in, moved, "verplaatst", line_id)


@post(f"{ADDRESS}/{{line_id:uuid}}/verwijdering")
async def remove(
    line_id: FromPath[uuid.UUID], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    return await _changed(services, sign_in, _editor(services, sign_in).remove(line_id), "weg")


@post(f"{ADDRESS}/{{line_id:uuid}}/terugzetting")
async def put_back(
    line_id: FromPath[uuid.UUID], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    put_back = _editor(services, sign_in).put_back(line_id)
    return await _changed(services, sign_in, put_back, "terug", line_id)


@post(f"{ADDRESS}/startlijst")
async def start_over(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[Any]:
    await _editor(services, sign_in).start_over()
    return _done("startlijst")


def _editor(services: Services, sign_in: SignIn) -> HelpLineEditor:
    """Returns the editor of the list. Raises `PermissionDeniedException` (403) for somebody who is no manager
    of this installation."""
    if not sign_in.account.is_manager:
        raise PermissionDeniedException("Dit kan alleen de beheerder van deze Kompas Live.", extra=OWN_WORDS)
    return HelpLineEditor(services.db, services.helplines, sign_in.account)


async def _changed(
    services: Services,
    sign_in: SignIn,
    deed: Awaitable[None],
    what: str,
    line_id: uuid.UUID | None = None,
) -> Response[Any]:
    """Awaits the change, and says so at the list. Raises `NotFoundException` (404) for a line that does not
    exist."""
    try:
        await deed
    except KeyError:
        raise NotFoundException from None
    except HelpLineError as error:
        return await _overview(services, sign_in, error=str(error))
    return _done(what, line_id)


async def _line(editor: HelpLineEditor, id: uuid.UUID) -> HelpLine:
    """Returns one line. Raises `NotFoundException` (404)."""
    found = next((line for line in (await editor.listed()).lines if line.id == id), None)
    if found is None:
        raise NotFoundException
    return found


async def _overview(services: Services, sign_in: SignIn, *, said: str = "", error: str = "") -> Response[str]:
    found = await _editor(services, sign_in).listed()
    return page(
        services,
        "account/helplines.html",
        422 if error else 200,
        account=sign_in.account,
        list=found,
        today=_today(),
        old=[line for line in found.lines if line.is_old(_today())],
        said=said,
        error=error,
    )


def _form(
    services: Services,
    sign_in: SignIn,
    line: HelpLine | None,
    typed: dict[str, Any],
    error: HelpLineError | None = None,
) -> Response[str]:
    return page(
        services,
        "account/helpline.html",
        422 if error else 200,
        account=sign_in.account,
        line=line,
        typed=typed,
        limits=helplines.LIMITS,
        today=_today(),
        wrong={error.field: str(error)} if error else {},
    )


def _done(what: str, line_id: uuid.UUID | None = None) -> Response[Any]:
    return back(f"{ADDRESS}?klaar={what}" + (f"#lijn-{line_id}" if line_id else ""))


def _today() -> dt.date:
    return days.today()


routes = [overview, new_form, add, start_over, edit_form, save, check, move, remove, put_back]
