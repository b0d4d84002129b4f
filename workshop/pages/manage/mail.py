"""What became of mail, for the managers of this installation: `/beheer/mail`."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException

from workshop.mail import rounds
from workshop.mail.sending import Outcome
from workshop.models import SignIn
from workshop.pages.reply import page
from workshop.services import Services


@get("/beheer/mail")
async def overview(services: NamedDependency[Services], sign_in: NamedDependency[SignIn]) -> Response[str]:
    if not sign_in.account.is_manager:
        raise PermissionDeniedException
    async with services.db.read() as db:
        found = await rounds.troubles(db)
    told = [(row, Outcome(row.outcome)) for row in found if row.outcome in list(Outcome)]
    settings = services.settings
    return page(
        services,
        "account/mail.html",
        account=sign_in.account,
        server=settings.smtp_host,
        sender=settings.smtp_from,
        refused=[row for row, outcome in told if outcome is Outcome.REFUSED],
        failed=[(row, outcome) for row, outcome in told if outcome is not Outcome.REFUSED],
        refused_sentence=Outcome.REFUSED.sentence,
    )


routes = [overview]
