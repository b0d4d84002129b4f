"""Every route against every stranger: what is not listed here as public, is not."""

import asyncio
import re
import uuid

import pytest
import pytest_asyncio
from litestar import Litestar
from sqlalchemy import func, select

from tests.pages.who_may import LEAST
from tests.people import (
    a_facilitator,
    a_member,
    a_partnership,
    a_session,
    a_sign_in,
    activity,
    both_databases,
    signed_in,
)
from workshop.accounts import roles
from workshop.models import Base, SignIn
from workshop.pages import visitor

pytestmark = pytest.mark.tour

PUBLIC = {
    "GET": {
        "/",
        "/.well-known/security.txt",
        "/agenda/{token:str}",
        "/doe-mee",
        "/geen-mail/{token:str}",
        "/healthz",
        "/hulp",
        "/inloggen",
        "/inloggen/sso/terug",  # what an identity provider says; not there without one
        "/inloggen/tweede-stap",  # back to the first without a password
        "/j/{token:str}",
        "/metrics",
        "/onze-acties/{token:str}",
        "/readyz",
        "/scherm/{token:str}",
        "/scherm/{token:str}/scene",
        "/static/{path:path}",
        "/terugblik/{token:str}",
        "/toegankelijkheid",
        "/uitnodiging/{token:str}",
        "/vooraf/{token:str}",
    },
    "POST": {
        "/doe-mee",  # a code
        "/inloggen",  # a password
        "/inloggen/sso",  # what an identity provider says; not there without one
        "/inloggen/passkey",  # a passkey
        "/inloggen/passkey/vraag",  # a question that only a passkey can answer
        "/inloggen/tweede-stap",  # a password before it
        "/inloggen/tweede-stap/vraag",  # a password before it
        "/j/{token:str}",  # a QR
        "/geen-mail/{token:str}",  # a secret of one account, in its letters
        "/onze-acties/{token:str}/{action_id:uuid}",  # a secret address of one owner of actions
        "/taal",  # a language, for the browser alone
        "/uitloggen",  # ends what the cookie says, which is nothing
        "/uitnodiging/{token:str}",  # an invitation
        "/vertrek",  # ends what the cookie says, which is nothing
        "/vooraf/{token:str}",  # a secret address of one session
    },
    "WEBSOCKET": {"/scherm/{token:str}/stroom"},
}
"""For whoever comes. What has a token in its address, opens only with the right one."""
ONLY_ITS_SECRET = {"/geen-mail/{token:str}"}
"""What mail programs press from anywhere (RFC 8058): no cookie counts there, only the token."""

API = "/api/"
"""The machines' own, with keys instead of cookies: tests/pages/test_api.py. GET only."""

PHONE = re.compile(r"/deelnemen")
MEMBERS = re.compile(r"\{(partnership|session)_id:uuid\}")


def pages_of(app):
    """Litestar's own app, within what stands around it."""
    while not isinstance(app, Litestar):
        app = app.app
    return app


def listed(app):
    """(method, path) of every route, as Litestar has them."""
    found = set()
    for route in pages_of(app).routes:
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]:
            methods = getattr(handler, "http_methods", {"WEBSOCKET"})
            found |= {(method, route.path) for method in methods if method != "OPTIONS"}
    return sorted(found)


def routes(app, *methods):
    """Those of people, not of machines."""
    return [(m, path) for m, path in listed(app) if m in methods and not path.startswith(API)]


def address(path, **known):
    """A path with an id or word in every hole."""

    def fill(hole):
        name, _, kind = hole[1].partition(":")
        if name in known:
            return str(known[name])
        return {"uuid": str(uuid.uuid4()), "int": "1", "path": "x"}.get(kind, "x")

    return re.sub(r"\{([^}]+)\}", fill, path)


@pytest_asyncio.fixture
async def place(services):
    """A dossier with a session at its cards."""
    return await a_session(services, step="zorgen-kansen")


def known(session):
    """What the holes in a path stand for in this session, so that only the visitor is wrong."""
    return {
        "partnership_id": session.partnership_id,
        "session_id": session.id,
        "activity_id": activity(session, "zorgen-kansen").id,
        "token": session.join_token,
        "field_id": "1-A.zorgen",
        "slug": "1-a",
        "deed": "stuur",
    }


async def contents(services):
    """How many rows each table has, sign-ins aside."""
    async with services.db.read() as db:
        return {
            table.name: await db.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table is not SignIn.__table__
        }


def test_every_public_route_is_there(app):
    there = set(listed(app))
    for method, paths in PUBLIC.items():
        assert {(method, path) for path in paths} <= there


def test_every_route_of_a_dossier_says_which_role_it_asks(app):
    assert set(LEAST) == {(method, path) for method, path in listed(app) if MEMBERS.search(path)} - {
        (method, path) for method, path in listed(app) if path.startswith(API)
    }


ORDER = (roles.LEZER, roles.BEGELEIDER, roles.COORDINATOR)


@pytest.mark.parametrize("role", ORDER[:-1])
async def test_who_has_a_smaller_role_than_a_route_asks_is_refused_and_changes_nothing(
    app, client, services, place, role
):
    account = await a_facilitator(services)
    await a_member(services, place.partnership, account, role)
    await signed_in(client, services, account)
    await client.get(address("/dossiers/{partnership_id:uuid}", **known(place)))  # the log says who looks
    before = await contents(services)
    for (method, path), least in LEAST.items():
        if ORDER.index(role) < ORDER.index(least) and method != "WEBSOCKET":
            answer = await client.request(method, address(path, **known(place)))
            assert answer.status_code == 403, (method, path)
    assert await contents(services) == before
    for (method, path), least in LEAST.items():
        if role == least and method == "GET":
            assert (await client.get(address(path, **known(place)))).status_code != 403, path


async def test_no_socket_opens_for_a_stranger_a_smaller_role_or_another_site(app, services, settings, place):
    """Of every socket that there is: the public one knows its visitor by the token in its address."""
    reader = await a_facilitator(services)
    await a_member(services, place.partnership, reader, roles.LEZER)
    cookie = f"{visitor.COOKIE}={await a_sign_in(services, reader)}"
    sockets = [path for method, path in listed(app) if method == "WEBSOCKET"]
    assert len(sockets) >= 3
    for path in sockets:
        own = known(place) | {"token": place.screen_token}
        for headers in ({}, {"cookie": cookie}):
            knocks = {"origin": settings.origin} | headers
            assert await opens(app, settings, address(path, **own), knocks) == (path in PUBLIC["WEBSOCKET"])
            assert not await opens(app, settings, address(path), knocks), path
            for origin in ("https://evil.example", "null"):
                assert not await opens(app, settings, address(path, **own), {"origin": origin}), path


async def opens(app, settings, path, headers):
    """Whether a socket that comes with these headers hears anything before it is closed."""
    headers = {"host": settings.origin.partition("://")[2]} | headers
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
        "extensions": {},
        "state": {},
    }
    comes, says = asyncio.Queue(), asyncio.Queue()
    comes.put_nowait({"type": "websocket.connect"})
    talking = asyncio.create_task(app(scope, comes.get, says.put))
    while (said := (await says.get())["type"]) == "websocket.accept":
        pass
    comes.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await talking
    return said == "websocket.send"


def test_only_three_methods_exist(app):
    assert {method for method, _ in listed(app)} == {"GET", "POST", "WEBSOCKET"}
    assert {method for method, path in listed(app) if path.startswith(API)} <= {"GET"}


async def test_no_form_of_another_site_passes_any_route(app, client, services, place):
    await signed_in(client, services, await a_coordinator(services, place))
    before = await contents(services)
    for method, path in routes(app, "POST", "PUT", "PATCH", "DELETE"):
        for origin in ("https://evil.example", "null"):
            answer = await client.request(
                method, address(path, **known(place)), headers={"Origin": origin}, data={"name": "x"}
            )
            expected = 404 if path in ONLY_ITS_SECRET else 403
            assert answer.status_code == expected, (method, path)
    assert await contents(services) == before


async def test_a_stranger_gets_in_nowhere_but_through_the_public_routes(app, client, services, place):
    before = await contents(services)
    for method, path in routes(app, "GET", "POST"):
        if path in PUBLIC[method]:
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = await client.request(method, address(path, **known(place)), headers=headers)
            if answer.status_code == 303:
                assert (method, headers) == ("GET", {}), path
                assert answer.headers["location"].startswith("/inloggen"), path
            else:
                assert answer.status_code in (401, 404), (method, path)
            assert place.title not in answer.text
    assert await contents(services) == before


async def test_what_is_public_opens_nothing_with_a_wrong_token(app, client, services, place):
    before = await contents(services)
    for method in ("GET", "POST"):
        for path in PUBLIC[method]:
            if "{token" in path or "{path" in path:
                answer = await client.request(method, address(path, token="a" * 22))
                assert answer.status_code == 404, (method, path)
    assert await contents(services) == before


async def test_what_a_beheerder_does_is_for_no_coordinator(app, client, services, place):
    await signed_in(client, services, await a_coordinator(services, place))
    before = await contents(services)
    theirs = [(method, path) for method, path in routes(app, "GET", "POST") if path.startswith("/beheer/")]
    assert len(theirs) >= 10
    for method, path in theirs:
        assert (await client.request(method, address(path))).status_code == 403, (method, path)
    assert await contents(services) == before


async def test_a_dossier_and_a_session_are_not_there_for_a_member_of_another_one(
    app, client, services, place
):
    account = await a_facilitator(services, "Els", manager=True)
    await a_partnership(services, account, name="Elders")
    await signed_in(client, services, account)
    before = await contents(services)
    theirs = [(method, path) for method, path in routes(app, "GET", "POST") if MEMBERS.search(path)]
    assert len(theirs) > 30
    for method, path in theirs:
        for headers in ({}, {"HX-Request": "true"}):
            answer = await client.request(method, address(path, **known(place)), headers=headers)
            assert answer.status_code == 404, (method, path)
            assert place.title not in answer.text
            assert place.partnership.name not in answer.text
    assert await contents(services) == before


async def test_a_session_is_found_in_its_own_dossier_only(app, client, services, place):
    account = await a_facilitator(services)
    mine = await a_partnership(services, account, name="Van mij")
    await signed_in(client, services, account)
    for method, path in routes(app, "GET", "POST"):
        if "partnership_id" in path and "session_id" in path:
            there = known(place) | {"partnership_id": mine.id}
            assert (await client.request(method, address(path, **there))).status_code == 404, path


@both_databases
async def test_every_route_with_an_id_refuses_what_is_no_id_without_an_error_of_ours(
    app, client, services, place
):
    await signed_in(client, services, await a_coordinator(services, place))
    for method, path in routes(app, "GET", "POST"):
        for wrong in ("x", "%00", "1' OR '1'='1", "../..", "9" * 300):
            filled = re.sub(r"\{[^}]+\}", lambda hole, wrong=wrong: wrong, path)
            if "{" in path:
                answer = await client.request(method, filled)
                assert answer.status_code < 500, (method, filled)


NAMES = """aan
activity code column due email field group groep id item kaart kolom minutes naam naar name number
intro maanden options origin over owner place question regel role stand status terug text title titel veld
version verteld vraag wat werkblad"""
"""Of the fields that forms have."""


@both_databases
async def test_every_post_with_nothing_or_with_nonsense_is_a_clean_answer(app, client, services, place):
    """Right ids, right visitor, and a form that nobody made."""
    await signed_in(client, services, await a_coordinator(services, place))
    nonsense = dict.fromkeys(NAMES.split(), "\x00\u202e'\"<" + "z\u0300" * 60)
    for _, path in routes(app, "POST"):
        if path in ("/uitloggen", "/account/andere-browsers") or path.endswith("/vertrek"):
            continue
        for form in ({}, nonsense):
            for headers in ({}, {"HX-Request": "true"}):
                answer = await client.post(address(path, **known(place)), data=form, headers=headers)
                assert answer.status_code < 500, (path, form)


async def a_coordinator(services, session):
    account = await a_facilitator(services)
    await a_member(services, session.partnership, account, roles.COORDINATOR)
    return account


STRANGE_NUMBERS = ("9" * 4301, "9" * 20, "-1", "0", "1e3", "²", "٣", "x", "2147483648", "1.5", "")


async def test_no_number_in_an_address_is_an_error_of_ours(app, client, services, place):
    await signed_in(client, services, await a_coordinator(services, place))
    for path, names in asked_for(app).items():
        for number in STRANGE_NUMBERS:
            answer = await client.get(address(path, **known(place)), params=dict.fromkeys(names, number))
            assert answer.status_code < 500, (path, number)
        for hole in re.findall(r"\{(\w+):int\}", path):
            for number in STRANGE_NUMBERS[:-1]:
                answer = await client.get(address(path, **known(place) | {hole: number}))
                assert answer.status_code < 500, (path, number)


def asked_for(app):
    """Path -> the names that its query may have, of every GET."""
    return {
        route.path: list(handler.parsed_fn_signature.parameters)
        for route in pages_of(app).routes
        for handler in getattr(route, "route_handlers", ())
        if "GET" in handler.http_methods
    }


async def test_head_says_what_get_would_say_without_its_body(app, client, services, place):
    """For strangers and for a coordinator: monitors and previews of links ask so."""
    for who in ("a stranger", "a coordinator"):
        for _, path in routes(app, "GET"):
            asked = address(path, **known(place))
            got, head = await client.get(asked), await client.head(asked)
            assert (head.status_code, head.content) == (got.status_code, b""), (who, path)
            assert unsure(head.headers) == unsure(got.headers), (who, path)
        await signed_in(client, services, await a_coordinator(services, place))


def unsure(headers):
    """What stays the same when a page is made again, which may be another moment or another token."""
    return {name for name in headers if name not in ("set-cookie", "etag")}


async def test_head_of_the_pages_that_others_look_at(client, place):
    for path in ("/", "/healthz", "/readyz", f"/j/{place.join_token}", f"/scherm/{place.screen_token}"):
        assert (await client.head(path)).status_code == 200, path


async def test_other_methods_do_nothing(app, client, services, place):
    before = await contents(services)
    for path in sorted({path for _, path in routes(app, "GET", "POST")}):
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            answer = await client.request(method, address(path, **known(place)))
            assert answer.status_code in (401, 403, 404, 405), (method, path)
    assert await contents(services) == before
