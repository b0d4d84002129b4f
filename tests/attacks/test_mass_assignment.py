"""A form with more than it asks: what only the app sets is refused, and nothing else of it is kept."""

import inspect

from sqlalchemy import DateTime

from tests.pages.test_routes import address, contents, known, pages_of, routes
from tests.people import a_facilitator, a_member, a_participant, a_session, reloaded, signed_in
from workshop.accounts import roles
from workshop.models import Base, UtcDateTime
from workshop.pages.forms import is_ours

COLUMNS = {column for table in Base.metadata.sorted_tables for column in table.columns}
OURS = sorted({column.name for column in COLUMNS if is_ours(column.name)})
ENDS_WHO_ASKS = ("/uitloggen", "/vertrek")


def readers(app):
    """Path -> the code behind each POST, of those that read a form."""
    found = {}
    for route in pages_of(app).routes:
        for handler in getattr(route, "route_handlers", ()):
            if "POST" in handler.http_methods:
                source = inspect.getsource(handler.fn)
                found[route.path] = "posted(" in source or "parts(" in source
    return found


def test_who_when_whose_and_what_is_secret_are_the_apps_own():
    sensitive = {
        column.name
        for column in COLUMNS
        if column.foreign_keys or isinstance(column.type, DateTime | UtcDateTime) or "hash" in column.name
    }
    assert {"account_id", "ended_at", "saved_by", "is_manager", "password_hash", "join_token"} <= set(OURS)
    assert sensitive - set(OURS) <= {"id", "at", "until"}  # words that a form may have of its own


async def test_every_form_refuses_what_only_the_app_sets(app, client, services):
    session = await a_session(services, step="zorgen-kansen")
    account = await a_facilitator(services, "Els", manager=True)
    await a_member(services, session.partnership, account, roles.COORDINATOR)
    await signed_in(client, services, account)
    before, refused = await contents(services), set()
    reads = readers(app)
    for _, path in routes(app, "POST"):
        if not reads[path] or path.endswith(ENDS_WHO_ASKS):
            continue
        for field in (OURS[0], "is_manager", "partnership_id"):
            answer = await client.post(address(path, **known(session)), data={field: "x", "naam": "x"})
            assert answer.status_code >= 400, (path, field)
            refused |= {path} if answer.status_code == 400 else set()
    assert await contents(services) == before
    assert len(refused) > 30


async def test_a_phone_cannot_say_what_only_the_app_sets(client, services):
    session = await a_session(services, step="zorgen-kansen")
    form = {"activity": str(session.activity_id), "column": "zorg", "text": "Een kaart"}
    for field in OURS:
        # Another phone each time: one has a pace.
        client.cookies.update((await a_participant(services, session)).cookies)
        answer = await client.post("/deelnemen/bijdragen", data=form | {field: "x"})
        assert answer.status_code == 400, field
        assert "Ga terug en probeer het nog eens." in answer.text
    assert (await services.fanout.scene(session.id)).scene.entries == ()


async def test_what_a_browser_adds_and_what_an_older_page_still_has_is_passed_over(client, services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)
    form = {"activity": str(session.activity_id), "column": "zorg", "text": "Een kaart"}
    extra = {"_charset_": "UTF-8", "submit": "", "state": "hidden", "group": "ouder", "vroeger": "ja"}
    assert (await client.post("/deelnemen/bijdragen", data=form | extra)).status_code in (200, 303)
    [entry] = (await services.fanout.scene(session.id)).scene.entries
    assert (entry.state, entry.group, entry.answer.text) == ("shown", None, "Een kaart")


async def test_an_unfinished_review_keeps_what_the_review_asks_and_no_more(client, services):
    session = await a_session(services, step="zorgen-kansen")
    await signed_in(client, services, await signed_for(services, session))
    await client.post(f"/sessies/{session.id}/afsluiting")
    form = {"kept": "x", "text.x": "Iets", "due.x": "", "vreemd": "zqvreemd", "vreemd.x": "zqvreemd"}
    await client.post(f"/sessies/{session.id}/nakijken", data=form | {"knop": "later"})
    assert (await reloaded(services, session.id)).review.keys() == {
        "kept",
        "text.x",
        "due.x",
        "number",
        "by",
    }


async def signed_for(services, session):
    account = await a_facilitator(services)
    await a_member(services, session.partnership, account, roles.COORDINATOR)
    return account
