"""What a coordinator does with a dossier as a whole: give it a logo and a colour, export it, let a machine
read it, delete it."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from workshop import days, logos
from workshop.accounts import branding, erasures, keys, roles
from workshop.archive import exchange
from workshop.archive.arriving import ArchiveError
from workshop.log import writing
from workshop.log.what import What
from workshop.models import Deed, Membership
from workshop.pages.dossier.page import home_of, record_page
from workshop.pages.forms import first, once, parts, posted
from workshop.pages.reply import back
from workshop.services import Services
from workshop.webhooks import subscribing

NO_FILE = "Kies eerst een bestand."
FORM_AROUND = 64 * 1024
"""Bytes that a browser may send beside the logo itself."""
SAID = {
    "logo": "Het logo staat voortaan in documenten.",
    "logo-weg": "Het logo staat niet meer in documenten.",
    "kleur": "Documenten krijgen voortaan deze kleur.",
    "donkerder": "Deze kleur was te licht om goed te lezen. We maakten hem zo veel donkerder als nodig is.",
    "kleur-weg": "Documenten krijgen weer de kleur van Kompas Live.",
    "ingetrokken": "De sleutel werkt niet meer.",
    "webhook": "De webhook is weg. Dat adres hoort niets meer.",
    "poging": "We proberen het binnen een minuut opnieuw.",
    "verwijdering": "De verwijdering staat klaar. Tot die dag kan iedere coördinator het dossier bewaren.",
    "bewaard": "Het dossier blijft.",
}


@get("/dossiers/{partnership_id:uuid}/beheer")
async def manage(
    services: NamedDependency[Services], member: NamedDependency[Membership], klaar: FromQuery[str] = ""
) -> Response[str]:
    roles.require(member, roles.OWN)
    return await _page(services, member, said=SAID.get(klaar, ""))


@post("/dossiers/{partnership_id:uuid}/beheer/archief", status_code=200)
async def take_along(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Answers with the archive as a file. A post, because it adds a line to the log."""
    roles.require(member, roles.OWN)
    id = once(await posted(request)).id
    try:
        file = await exchange.export(services.db, services.library, services.settings, member.partnership_id)
    except ArchiveError as error:
        return await _page(services, member, wrong={"archive": str(error)})

    async def tell(db: AsyncSession) -> None:
        if not await db.get(Deed, id):
            writing.note(db, member, What.DOSSIER_EXPORTED, member.partnership.name, id=id)

    await services.db.write(tell)
    name = f"kompas-live-dossier-{days.today().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file, media_type="application/zip", headers=headers)


@post("/dossiers/{partnership_id:uuid}/beheer/logo", request_max_body_size=logos.LARGEST_FILE + FORM_AROUND)
async def put_logo(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes a form with the file `logo`, a picture."""
    roles.require(member, roles.OWN)
    try:
        file = (await parts(request)).get("logo")
        if not isinstance(file, UploadFile) or not (content := await file.read()):
            raise ValueError(NO_FILE)
        await branding.put_logo(services.db, member, content)
    except ValueError as error:
        return await _page(services, member, wrong={"logo": str(error)})
    except HTTPException as error:
        if error.status_code != 413:
            raise
        return await _page(services, member, wrong={"logo": logos.TOO_LARGE})
    return back(f"{_address(member)}?klaar=logo")


@post("/dossiers/{partnership_id:uuid}/beheer/logo/verwijdering")
async def remove_logo(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[Any]:
    roles.require(member, roles.OWN)
    await branding.remove_logo(services.db, member)
    return back(f"{_address(member)}?klaar=logo-weg")


@post("/dossiers/{partnership_id:uuid}/beheer/kleur")
async def put_colour(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `colour`."""
    roles.require(member, roles.OWN)
    typed = first(await posted(request), "colour")
    try:
        darkened = await branding.put_colour(services.db, member, typed)
    except ValueError as error:
        return await _page(services, member, wrong={"colour": str(error)}, typed={"colour": typed})
    return back(f"{_address(member)}?klaar={'donkerder' if darkened else 'kleur'}")


@post("/dossiers/{partnership_id:uuid}/beheer/kleur/verwijdering")
async def remove_colour(
    services: NamedDependency[Services], member: NamedDependency[Membership]
) -> Response[Any]:
    roles.require(member, roles.OWN)
    await branding.remove_colour(services.db, member)
    return back(f"{_address(member)}?klaar=kleur-weg")


@post("/dossiers/{partnership_id:uuid}/beheer/sleutels", status_code=200)
async def make_key(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `name`. The answer is the only page that ever shows the key."""
    roles.require(member, roles.OWN)
    form = await posted(request)
    name = first(form, "name")
    try:
        token = await keys.make(services.db, member, name, token=once(form).token)
    except ValueError as error:
        return await _page(services, member, wrong={"name": str(error)}, typed={"name": name})
    return await _page(services, member, token=token)


@post("/dossiers/{partnership_id:uuid}/beheer/sleutels/{key_id:uuid}/intrekking")
async def revoke_key(
    key_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    roles.require(member, roles.OWN)
    if not await keys.revoke(services.db, member, key_id):
        raise NotFoundException
    return back(f"{_address(member)}?klaar=ingetrokken")


@post("/dossiers/{partnership_id:uuid}/beheer/webhooks", status_code=200)
async def make_webhook(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `address`. The answer is the only page that ever shows the secret."""
    roles.require(member, roles.OWN)
    form = await posted(request)
    address = first(form, "address")
    try:
        made = await subscribing.make(services.db, services.settings, member, address, id=once(form).id)
    except ValueError as error:
        return await _page(services, member, wrong={"address": str(error)}, typed={"address": address})
    return await _page(services, member, secret=made.secret)


@post("/dossiers/{partnership_id:uuid}/beheer/webhooks/{webhook_id:uuid}/intrekking")
async def remove_webhook(
    webhook_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    roles.require(member, roles.OWN)
    if not await subscribing.remove(services.db, member, webhook_id):
        raise NotFoundException
    return back(f"{_address(member)}?klaar=webhook")


@post("/dossiers/{partnership_id:uuid}/beheer/webhooks/{webhook_id:uuid}/poging")
async def try_webhook_again(
    webhook_id: FromPath[uuid.UUID],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    roles.require(member, roles.OWN)
    if not await subscribing.again(services.db, member, webhook_id):
        raise NotFoundException
    return back(f"{_address(member)}?klaar=poging")


@post("/dossiers/{partnership_id:uuid}/beheer/verwijdering")
async def ask_erasure(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
) -> Response[Any]:
    """Takes the form `dossier`, its name typed over."""
    roles.require(member, roles.ERASE)
    typed = first(await posted(request), "dossier")
    try:
        await erasures.ask(services.db, member, typed, services.settings.erasure_days)
    except ValueError as error:
        return await _page(services, member, wrong={"dossier": str(error)}, typed={"dossier": typed})
    return back(f"{_address(member)}?klaar=verwijdering")


@post("/dossiers/{partnership_id:uuid}/beheer/behoud")
async def keep(services: NamedDependency[Services], member: NamedDependency[Membership]) -> Response[Any]:
    roles.require(member, roles.ERASE)
    await erasures.keep(services.db, member)
    return back(f"{_address(member)}?klaar=bewaard")


def _address(member: Membership) -> str:
    return f"{home_of(member)}/beheer"


async def _page(
    services: Services,
    member: Membership,
    *,
    said: str = "",
    token: str = "",
    secret: str = "",
    wrong: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    async with services.db.read() as db:
        look = await branding.read(db, member.partnership_id)
    return record_page(
        services,
        member,
        "manage.html",
        "leden",
        422 if wrong else 200,
        keys=await keys.listed(services.db, member.partnership_id),
        origin=services.settings.origin,
        days=services.settings.erasure_days,
        said=said,
        logo=base64.b64encode(look.logo).decode(),
        logo_most=logos.LARGEST_FILE // 1024**2,
        colour=look.colour,
        token=token,
        secret=secret,
        webhooks=await subscribing.listed(services.db, member.partnership_id),
        wrong=wrong or {},
        typed={"name": "", "address": "", "dossier": "", "colour": look.colour} | (typed or {}),
    )


routes = [
    manage,
    take_along,
    put_logo,
    remove_logo,
    put_colour,
    remove_colour,
    make_key,
    revoke_key,
    make_webhook,
    remove_webhook,
    try_webhook_again,
    ask_erasure,
    keep,
]
