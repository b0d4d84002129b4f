"""Real sockets: the same pictures by a ready-made frame and by an awaited send; readers that stop reading."""

import asyncio
import contextlib
import gc
import inspect
import re
import socket as sockets
import weakref
import zlib

import pytest
import pytest_asyncio
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.conftest import served
from tests.live.ears import SECONDS
from tests.people import a_participant, a_session
from workshop import bus
from workshop.live import fanout as fanouts
from workshop.live.frames import Frames
from workshop.live.scenes import PHONE_STATE, Scenes
from workshop.live.wire import MOST_WAITING, Awaited, FrameProtocol, ReadyMade
from workshop.pages.phone.page import COOKIE

WAYS = {FrameProtocol: ReadyMade, "websockets-sansio": Awaited}
SIZES = (0, 1, 125, 126, 65535, 65536, 200_000)
"""Around every way in which a frame says how long it is."""
STALLED = 50
pytestmark = pytest.mark.in_this_process


@pytest_asyncio.fixture(params=WAYS, ids=str)
async def way(request, app, settings, listener):
    """The app behind a server that does, or does not, lend out its transport: the line that it gives."""
    async with served(app, settings, listener, ws=request.param):
        yield WAYS[request.param]


@pytest_asyncio.fixture
async def phone(services):
    return await a_participant(services, await a_session(services, step="zorgen-kansen"))


@contextlib.asynccontextmanager
async def stream(settings, phone, query=""):
    address = f"ws://{settings.host}:{settings.port}/deelnemen/stroom{query}"
    headers = {"Cookie": f"{COOKIE}={phone.token}"}
    async with connect(address, origin=settings.origin, additional_headers=headers, max_size=None) as socket:
        yield socket


def watching(services):
    return [browser for browsers in services.fanout._browsers.values() for browser in browsers]


async def until(so):
    async with asyncio.timeout(SECONDS):
        while not so():
            await asyncio.sleep(0.01)


def read(message):
    return message if isinstance(message, str) else zlib.decompress(message).decode()


def test_uvicorn_is_as_the_protocol_relies_on():
    """Another version: read what `FrameProtocol` uses in its source, run this file, and write it here."""
    assert uvicorn.__version__.split(".")[:2] == ["0", "54"]
    signatures = {
        "connection_made": ["self", "transport"],
        "connection_lost": ["self", "exc"],
        "handle_connect": ["self", "event"],
        "start_keepalive": ["self"],
        "resume_writing": ["self"],
        "keepalive_timeout": ["self"],
    }
    for name, takes in signatures.items():
        assert list(inspect.signature(getattr(WebSocketsSansIOProtocol, name)).parameters) == takes
    for name in ("write", "buffered", "drained", "_lent", "_refused"):
        assert not hasattr(WebSocketsSansIOProtocol, name)


async def test_uvicorns_protocol_has_what_ours_reads(settings, app):
    from uvicorn.server import ServerState

    from workshop.serving import server

    config = server.config(app, settings)
    config.load()
    protocol = FrameProtocol(config, ServerState(), {})
    assert protocol.close_sent is False
    assert protocol.writable.is_set()
    assert protocol.conn.extensions == []  # a frame is the same for everybody only when nothing packs it
    assert protocol.drained is None


@pytest.mark.parametrize("query", ["", "?ingepakt"])
async def test_a_phone_hears_the_same_whichever_way_it_is_sent(way, services, settings, phone, query):
    async with stream(settings, phone, query) as socket:
        assert 'id="stap"' in read(await socket.recv())
        (browser,) = watching(services)
        assert isinstance(browser.outlet._line, way)
        services.fanout.mark(phone.participant.session_id, {PHONE_STATE})
        state = await socket.recv()
        assert 'id="stand"' in read(state)
        assert isinstance(state, bytes) == bool(query)
        texts = ["é" * (size // 2) + "x" * (size % 2) for size in SIZES]
        for text in texts:
            browser.put(Frames(text))
            assert read(await socket.recv()) == text
        await asyncio.wait_for(await socket.ping(), SECONDS)
        browser.close()
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 4401
    await until(lambda: not watching(services))


async def test_a_stream_that_ended_leaves_nothing_for_the_garbage_collection(
    server, services, settings, phone
):
    async with stream(settings, phone) as socket:
        await socket.recv()
        (browser,) = watching(services)
        protocol = weakref.ref(browser.outlet._line._protocol)
        del browser
        gc.disable()
    try:
        await until(lambda: not watching(services) and protocol() is None)
    finally:
        gc.enable()


async def test_who_says_something_is_sent_away_and_forgotten(way, services, settings, phone):
    async with stream(settings, phone) as socket:
        await socket.recv()
        await socket.send("ping")
        await socket.send("x" * 17)
        await socket.wait_closed()
        assert socket.close_code == 1009
    await until(lambda: not watching(services))


async def test_who_asks_for_a_stream_in_a_wrong_way_is_refused_and_nothing_fails(server, settings, caplog):
    host = f"{settings.host}:{settings.port}"
    reader, writer = await asyncio.open_connection(settings.host, settings.port)
    writer.write(
        f"GET /deelnemen/stroom HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n\r\n".encode()
    )
    async with asyncio.timeout(SECONDS):
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
    writer.close()
    await asyncio.sleep(0.1)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_browser_that_has_left_is_written_nothing(server, services, settings, phone):
    async with stream(settings, phone) as socket:
        await socket.recv()
        (browser,) = watching(services)
        outlet = browser.outlet
        socket.transport.abort()
        await until(lambda: not watching(services))
    assert outlet._line.write(Frames("late"))
    assert outlet._line.buffered() == 0


# --- readers that stop reading --------------------------------------------------------------------


class Screens:
    """A session whose screens see the number of the picture and a lot more."""

    def __init__(self, services, settings, session):
        self.services = services
        self.settings = settings
        self.session = session
        self.drawn = 0
        self.path = f"/scherm/{session.screen_token}/stroom"

    def shared(self, *_):
        self.drawn += 1
        return f"<{self.drawn}>" + "x" * (MOST_WAITING // 4)

    async def show(self):
        """One more picture."""
        self.services.fanout.mark(self.session.id, bus.INPUT)
        await until(lambda: not self.services.fanout._tasks)

    def reader(self):
        address = f"ws://{self.settings.host}:{self.settings.port}{self.path}"
        return connect(address, origin=self.settings.origin, max_queue=None)

    def stalled(self):
        """Opens its stream and reads nothing of it."""
        socket = sockets.create_connection((self.settings.host, self.settings.port))
        host = f"{self.settings.host}:{self.settings.port}"
        socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        socket.send(
            f"GET {self.path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {self.settings.origin}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        return socket


@pytest_asyncio.fixture
async def screens(services, settings, listener, monkeypatch):
    listener.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)  # else the system itself holds megabytes
    screens = Screens(services, settings, await a_session(services))
    monkeypatch.setattr(fanouts, "PICTURE_SECONDS", 0.0)
    monkeypatch.setattr(Scenes, "shared", screens.shared)
    return screens


@contextlib.asynccontextmanager
async def stopped(screens, count):
    """So many screens that stopped reading when they had seen the scene: theirs and our side of them."""
    with contextlib.ExitStack() as stack:
        theirs = [stack.enter_context(screens.stalled()) for _ in range(count)]
        await until(lambda: len(watching(screens.services)) == count)
        ours = watching(screens.services)
        await until(lambda: all(browser.outlet and not browser.outlet._behind for browser in ours))
        yield theirs, ours


async def told(reader, number):
    """Until this picture has come, or a newer one: a reader that was behind gets a scene of its own."""
    newest = 0
    async with asyncio.timeout(SECONDS):
        while newest < number:
            (newest,) = shown((await reader.recv()).encode())


def shown(data):
    """The numbers of the pictures in what a socket gave."""
    return [int(number) for number in re.findall(rb"<(\d+)>", data)]


async def test_readers_that_stop_hold_up_nobody_and_keep_little(app, settings, listener, screens):
    async with (
        served(app, settings, listener, ws_ping_interval=None),
        stopped(screens, STALLED) as (theirs, ours),
        screens.reader() as reader,
    ):
        while not all(browser.outlet._behind for browser in ours):
            await screens.show()
            await told(reader, screens.drawn)
            assert all(browser.outlet._line.buffered() <= MOST_WAITING for browser in ours)
        for _ in range(10):
            await screens.show()
        last = screens.drawn
        await told(reader, last)
        found = b""
        theirs[0].setblocking(False)
        async with asyncio.timeout(SECONDS):
            while not found.endswith(b"x" * 100) or shown(found)[-1] < last:
                found += await asyncio.get_running_loop().sock_recv(theirs[0], 2**20)
        assert len(shown(found)) < last
        assert len([browser for browser in ours if browser.outlet._behind]) == STALLED - 1


async def test_who_never_reads_again_is_let_go(app, settings, listener, services, screens):
    async with (
        served(app, settings, listener, ws_ping_interval=0.2, ws_ping_timeout=1),
        stopped(screens, 1) as (_, (browser,)),
    ):
        while browser.outlet and not browser.outlet._behind:
            await screens.show()
        await until(lambda: not watching(services))
