"""One theme of the marks: every session, the groups that may be seen, and what would make it higher."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from workshop.live.errors import Gone
from workshop.models import Membership
from workshop.pages.dossier.page import record_page
from workshop.record import actions, chart, higher, marks, sessions
from workshop.services import Services

NO_THEME = "Dit thema bestaat niet. Kies er een op de pagina met cijfers."


@get("/dossiers/{partnership_id:uuid}/cijfers/{field_id:str}/{theme:str}")
async def theme_page(
    services: NamedDependency[Services],
    member: NamedDependency[Membership],
    field_id: FromPath[str],
    theme: FromPath[str],
) -> Response[str]:
    library, settings = services.library, services.settings
    async with services.db.read() as db:
        rows = await marks.rows_of(db, member.partnership_id, fields=[field_id], theme=theme)
        themes = higher.themes(library, rows)
        place = next((one for one in themes if (one.field, one.id) == (field_id, theme)), None)
        if place is None and not (rows and library.has_field(field_id)):
            raise Gone(NO_THEME)
        cards = await higher.cards(db, library, member.partnership_id, themes)
        own = [card for card in cards if card.theme == theme]
        agreed = await actions.of(db, member.partnership_id, came_of_something=True)
        held = await sessions.some(db, member.partnership_id, [row.session_id for row in rows])
        held |= await sessions.some(db, member.partnership_id, higher.sessions_of(own))
    contrasts = marks.contrasts(reversed(rows), settings.group_minimum, settings.breakdown_minimum)
    return record_page(
        services,
        member,
        "theme.html",
        "cijfers",
        label=rows[-1].label if rows else place.label if place else "",
        field=library.field(field_id),
        theme=next(iter(marks.through_time(rows, settings.marks_minimum)), None),
        place=place,
        contrasts=contrasts,
        compared=[(some, marks.groups_in(some)) for some in marks.compared(contrasts)],
        cards=higher.by_session(own, held),
        came_of=higher.came_of(agreed),
        theme_id=theme,
        held=held,
        draw=chart.draw_wide,
        strip=chart.strip,
        along=chart.along,
        most_drawn=chart.MOST_WIDE,
        spread_words=marks.spread_words,
        statuses=actions.STATUSES,
        is_late=actions.is_late,
        minimum=settings.marks_minimum,
        group_minimum=settings.group_minimum,
        breakdown_minimum=settings.breakdown_minimum,
    )


routes = [theme_page]
