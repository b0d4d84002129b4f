"""How far each language of the phone is and what it says, for the manager of the installation."""

from __future__ import annotations

from collections.abc import Iterator

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from workshop import translating
from workshop.languages import LANGUAGES, OTHERS
from workshop.models import SignIn
from workshop.pages.reply import page
from workshop.services import Services
from workshop.translation_check import VALUE


@get("/beheer/talen", sync_to_thread=True)
def progress(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    """Shows how far each language is. For managers; 403 for others."""
    _only_managers(sign_in)
    return page(
        services,
        "account/languages.html",
        account=sign_in.account,
        progress=translating.progress(services.library),
        names=LANGUAGES,
    )


@get("/beheer/talen/{code:str}", sync_to_thread=True)
def one_language(
    code: FromPath[str], services: NamedDependency[Services], sign_in: NamedDependency[SignIn]
) -> Response[str]:
    """Shows every text beside its translation. For managers; 404 for a language that does not exist."""
    _only_managers(sign_in)
    if code not in OTHERS:
        raise NotFoundException
    found = translating.translations(services.library, code)
    parts = {
        "Nog niet vertaald": [one for one in found if one.missing],
        "Nog niet nagekeken": [one for one in found if not one.missing and not one.checked],
        "Nagekeken": [one for one in found if not one.missing and one.checked],
    }
    return page(
        services,
        "account/language.html",
        account=sign_in.account,
        language=LANGUAGES[code],
        in_parts=in_parts,
        parts={title: lines for title, lines in parts.items() if lines},
    )


def in_parts(words: str) -> Iterator[tuple[str, str]]:
    """Pairs words with the value after them: inside Arabic `%(count)s` falls apart, so it is shown as
    `{count}`."""
    texts = VALUE.split(words)
    values = [one or other for one, other in zip(texts[1::3], texts[2::3], strict=True)]
    return zip(texts[::3], [*values, ""], strict=True)


def _only_managers(sign_in: SignIn) -> None:
    if not sign_in.account.is_manager:
        raise PermissionDeniedException


routes = [progress, one_language]
