"""The accessibility statement: how accessible this is, how we know, and where to say what is in the way.

After the model of the Dutch government (toegankelijkheidsverklaring: Besluit digitale toegankelijkheid
overheid, article 4; European model: Implementing Decision (EU) 2018/1523): state of compliance, what is not
accessible and why, how the statement was drawn up, feedback, and the way to complain. The words are our own.
"""

from __future__ import annotations

import datetime as dt

from litestar import Response, get
from litestar.di import NamedDependency

from workshop.pages.reply import page
from workshop.services import Services

DRAWN_UP = dt.date(2026, 11, 27)
"""The day of its last comparison with the app; tests/pages/test_accessibility.py checks what it names."""


@get("/toegankelijkheid", opt={"public": True})
async def statement(services: NamedDependency[Services]) -> Response[str]:
    return page(
        services,
        "account/accessibility.html",
        organisation=services.settings.organisation,
        contact=services.settings.accessibility_contact,
        drawn_up=DRAWN_UP,
        origin=services.settings.origin,
    )


routes = [statement]
