"""One stranger on one connection: endless heads, half requests, cookies and forms that take long."""

import ast
import asyncio
import contextlib
import inspect
import re
from pathlib import Path

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.people import a_participant, a_session
from workshop import cookies, turns
from workshop.pages import forms
from workshop.pages.phone.page import COOKIE
from workshop.serving import door
from workshop.settings import Settings

PAGES = Path(forms.__file__).parent
SECONDS = 20


@contextlib.asynccontextmanager
async def connection(settings):
    reader, writer = await asyncio.open_connection(settings.host, settings.port)
    try:
        async with asyncio.timeout(SECONDS):
            yield reader, writer
    finally:
        writer.close()


async def answer(reader):
    """The status line; empty when the server closed without a word."""
    with contextlib.suppress(ConnectionError):
        return (await reader.readline()).decode().strip()
    return ""


def head(settings, *lines, way="GET /inloggen"):
    return "\r\n".join([f"{way} HTTP/1.1", f"Host: {settings.host}:{settings.port}", *lines, "", ""]).encode()


async def test_a_page_with_large_cookies_of_others_still_comes(server, settings):
    async with connection(settings) as (reader, writer):
        writer.write(head(settings, f"Cookie: vreemd={'a' * 8000}; taal=nl"))
        assert await answer(reader) == "HTTP/1.1 200 OK"


@pytest.mark.parametrize("size", [17 * 1024, 40 * 1024])
@pytest.mark.parametrize(
    "more", ["Connection: close", "Connection: Upgrade\r\nUpgrade: websocket"], ids=["page", "socket"]
)
async def test_a_head_above_16_kb_is_refused(server, settings, size, more):
    async with connection(settings) as (reader, writer):
        writer.write(head(settings, more, f"Cookie: vreemd={'a' * size}"))
        assert await answer(reader) == "HTTP/1.1 431 Request Header Fields Too Large"
        assert "Wis de cookies" in (await reader.read()).decode()


async def test_a_long_address_is_a_large_head_too(server, settings):
    async with connection(settings) as (reader, writer):
        writer.write(head(settings, way=f"GET /inloggen?{'a=&' * 6000}"))
        assert await answer(reader) == "HTTP/1.1 431 Request Header Fields Too Large"


async def test_a_head_without_an_end_is_not_kept(server, settings):
    """It is refused long before its end, which never comes."""
    async with connection(settings) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nCookie: ")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"a" * 4096)
                await writer.drain()
                if reader.at_eof() or writer.is_closing() or reader._buffer:
                    break
                await asyncio.sleep(0)
        assert await answer(reader) in ("HTTP/1.1 431 Request Header Fields Too Large", "")


HALF = {
    "nothing": "",
    "half a head": "GET / HTTP/1.1\r\nHost: x\r\n",
    "empty lines": "\r\n",
    "half a body": "POST /taal HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Length: 9\r\n\r\na",
}


@pytest.mark.parametrize("begin", HALF.values(), ids=HALF)
async def test_a_half_request_does_not_stay_open(server, settings, begin, monkeypatch):
    for name, seconds in {"SECONDS": 0.1, "SECONDS_OF_BODY": 0.1, "LOOKS_EVERY": 0.05}.items():
        monkeypatch.setattr(door, name, seconds)
    async with connection(settings) as (reader, writer):
        writer.write(begin.format(f"{settings.host}:{settings.port}").encode())
        with contextlib.suppress(ConnectionError):
            await reader.read()


async def test_a_second_request_on_a_connection_has_its_own_time(server, settings, monkeypatch):
    monkeypatch.setattr(door, "LOOKS_EVERY", 0.05)
    async with connection(settings) as (reader, writer):
        for _ in range(3):
            writer.write(head(settings, way="GET /healthz"))
            assert await answer(reader) == "HTTP/1.1 200 OK"
            headers = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(re.search(rb"content-length: (\d+)", headers)[1]))


def test_a_slow_line_may_send_a_large_file_and_a_trickle_may_not():
    body = door.BoundedHttp._allowed
    slow, trickle = type("", (), {"_body": 8000 * 600}), type("", (), {"_body": 60})
    assert body(slow) > 600
    assert body(trickle) < 60


def test_a_cookie_is_found_between_others_and_a_large_header_costs_little():
    def of(header):
        return cookies.of({"headers": [(b"cookie", header.encode("latin-1"))]}, Settings())

    assert of('a="b\\";c"; kompas=abc-_1; taal=nl') == {"kompas": "abc-_1", "taal": "nl"}
    assert of("kompas=a b; kompas=" + "x" * 4097) == {}
    assert len(of("a=;" * 5000 + "; ".join(f"k{n}=1" for n in range(900)))) <= cookies.MOST


def test_no_page_has_cookies_or_forms_read_without_a_bound():
    """The framework's own ways split to the end, and keep a thousand of what they split."""
    unbounded = {"cookies", "form"}
    found = {
        (path.name, node.attr)
        for path in [*PAGES.glob("*.py"), *(PAGES.parent / "accounts").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in unbounded
        and isinstance(node.value, ast.Name)
        and node.value.id in ("request", "socket")
    }
    assert found == {("forms.py", "form")}


async def test_a_phone_with_strange_cookies_beside_its_own_takes_part(client, services):
    phone = await a_participant(services, await a_session(services, step="zorgen-kansen"))
    strange = {"Cookie": f'x="a;b\\"; {phone.header["Cookie"]}; ;;=;y'}
    assert COOKIE in strange["Cookie"]
    assert (await client.get("/deelnemen", headers=strange)).status_code == 200


@pytest.mark.parametrize("path", ["/inloggen", "/doe-mee", "/taal", "/vertrek", "/uitnodiging/x"])
async def test_a_form_of_anybody_is_small(client, path):
    answer = await client.post(path, data={"veld": "a" * 70_000})
    assert answer.status_code == 413


async def test_a_form_is_not_split_after_its_last_field(client, monkeypatch):
    split = []
    monkeypatch.setattr(forms, "unquote_plus", lambda text: split.append(text) or text)
    monkeypatch.setattr(forms, "MOST_FIELDS", 10)
    await client.post(
        "/inloggen",
        content="email=a%40b.nl&" + "a=&" * 5000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert len(split) == 20


def test_uvicorn_is_as_the_door_relies_on():
    """Another version: read what `BoundedHttp` uses in its source, run this file, and write it here."""
    assert uvicorn.__version__.split(".")[:2] == ["0", "54"]
    takes = {
        "connection_made": ["self", "transport"],
        "connection_lost": ["self", "exc"],
        "data_received": ["self", "data"],
        "on_message_begin": ["self"],
        "on_headers_complete": ["self"],
        "on_body": ["self", "body"],
        "on_message_complete": ["self"],
        "handle_websocket_upgrade": ["self"],
        "send_400_response": ["self", "msg"],
    }
    for name, names in takes.items():
        assert list(inspect.signature(getattr(HttpToolsProtocol, name)).parameters) == names


# --- a share of the loop ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/hulp", "/doe-mee", "/inloggen", "/deelnemen"])
@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=bedacht; kompas=bedacht"], ids=["without", "with"])
async def test_a_phone_does_not_wait_until_a_stranger_has_every_page(client, services, path, cookie):
    phone = await a_participant(services, await a_session(services, step="zorgen-kansen"))
    assert (await client.get("/deelnemen/scene", headers=phone.header)).status_code == 200
    answered = []

    async def ask(path, headers):
        answer = await client.get(path, headers=headers)
        answered.append((path, answer.status_code))

    many = 60
    pages = [ask(path, {"Cookie": cookie}) for _ in range(many)]
    await asyncio.gather(*pages, ask("/deelnemen/scene", phone.header))
    assert answered.index(("/deelnemen/scene", 200)) < many / 2


async def test_only_so_many_browsers_are_known(monkeypatch):
    monkeypatch.setattr(turns, "MOST", 2)
    order = turns.Turns()
    for token in "abc":
        order.know(token)
    assert len(order._known) == 2
    async with order._line:
        await order.take("", "c")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(order.take("a"), 0.05)
