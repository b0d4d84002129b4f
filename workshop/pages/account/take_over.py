"""Taking over a dossier from another installation, from its archive."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from workshop.archive import exchange
from workshop.archive.arriving import ArchiveError
from workshop.models import SignIn
from workshop.pages.forms import parts
from workshop.pages.reply import back, page
from workshop.services import Services

NO_FILE = "Kies eerst een bestand."
FORM_AROUND = 64 * 1024
"""Bytes that a browser may send beside the file itself."""


@get("/dossiers/overnemen")
async def form(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    return _page(services, sign_in)


@post("/dossiers/overnemen", request_max_body_size=exchange.LARGEST_FILE + FORM_AROUND)
async def take_over(
    request: Request[Any, Any, Any], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[Any]:
    """Takes a form with the file `file`, an archive; goes to the dossier, or shows the form again (422)."""
    try:
        file = (await parts(request)).get("file")
        if not isinstance(file, UploadFile) or not (content := await file.read()):
            return _page(services, sign_in, NO_FILE)
        id = await exchange.take_over(
            services.db, services.library, services.settings, content, sign_in.account_id
        )
    except ArchiveError as error:
        return _page(services, sign_in, str(error))
    except HTTPException as error:
        if error.status_code != 413:
            raise
        return _page(services, sign_in, exchange.TOO_LARGE)
    return back(f"/dossiers/{id}")


def _page(services: Services, sign_in: SignIn, trouble: str = "") -> Response[str]:
    return page(
        services,
        "account/take_over.html",
        422 if trouble else 200,
        account=sign_in.account,
        wrong={"file": trouble} if trouble else {},
        most=exchange.LARGEST_FILE // 1024**2,
    )


routes = [form, take_over]
