"""How far each language of the phone is, for the manager of the installation."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException

from workshop import translating
from workshop.languages import LANGUAGES
from workshop.models import SignIn
from workshop.pages.reply import page
from workshop.services import Services


@get("/beheer/talen", sync_to_thread=True)
def progress(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    """Only for managers; 403 for anybody else."""
    if not sign_in.account.is_manager:
        raise PermissionDeniedException
    return page(
        services,
        "account/languages.html",
        account=sign_in.account,
        progress=translating.progress(services.library),
        names=LANGUAGES,
    )


routes = [progress]
