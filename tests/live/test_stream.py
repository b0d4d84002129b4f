"""What one browser is sent while it comes, stops reading, and goes."""

import asyncio
import uuid

import pytest

from tests.live.ears import SECONDS
from workshop.languages import spoken
from workshop.live.fanout import FACILITATOR, Browser
from workshop.live.frames import Frames
from workshop.live.socket import Stream
from workshop.live.wire import MOST_WAITING

LARGE = "x" * (MOST_WAITING // 10)


class Socket:
    """A socket of some ASGI server. Takes a message when the test lets it."""

    def __init__(self):
        self.scope = {}
        self.got = []
        self.closed_with = None
        self.reads = asyncio.Event()
        self.reads.set()

    async def send_data(self, message, mode):
        await self.reads.wait()
        self.got.append(message.decode())

    async def close(self, code):
        self.closed_with = code


class Scene:
    """Says its number; the test decides when it is made."""

    def __init__(self):
        self.number = 0
        self.asked = 0
        self.languages = []
        self.may = asyncio.Event()
        self.may.set()

    async def __call__(self):
        self.asked += 1
        self.languages.append(spoken())
        number = self.number
        await self.may.wait()
        return f"scene {number}"


@pytest.fixture
def socket():
    return Socket()


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def browser():
    return Browser(uuid.uuid4(), FACILITATOR, language="en")


@pytest.fixture
def stream(socket, browser, scene):
    stream = Stream(socket, browser, scene)
    yield stream
    stream.end()


async def until(so):
    async with asyncio.timeout(SECONDS):
        while not so():
            await asyncio.sleep(0)


async def test_the_whole_scene_comes_first_and_then_every_picture(stream, socket, browser):
    browser.put(Frames("too early: the scene that is still to be read holds it"))
    stream.begin()
    await until(lambda: socket.got)
    browser.put(Frames("one"))
    browser.put(Frames("two"))
    await until(lambda: len(socket.got) == 3)
    assert socket.got == ["scene 0", "one", "two"]


async def test_a_picture_that_comes_while_the_scene_is_made_is_in_a_newer_scene(
    stream, socket, browser, scene
):
    scene.may.clear()
    stream.begin()
    await until(lambda: scene.asked)
    scene.number = 1
    browser.put(Frames("picture 1"))
    scene.may.set()
    await until(lambda: len(socket.got) == 2)
    assert socket.got == ["scene 0", "scene 1"]
    browser.put(Frames("picture 2"))
    await until(lambda: len(socket.got) == 3)
    assert socket.got[-1] == "picture 2"


async def test_who_does_not_read_keeps_little_waiting_and_then_gets_one_fresh_scene(
    stream, socket, browser, scene
):
    stream.begin()
    await until(lambda: socket.got)
    socket.reads.clear()
    for _ in range(100):
        browser.put(Frames(LARGE))
        assert stream._line.buffered() <= MOST_WAITING
    scene.number = 100
    await asyncio.sleep(0)
    assert scene.asked == 1
    socket.reads.set()
    await until(lambda: socket.got[-1] == "scene 100")
    assert len(socket.got) == 1 + MOST_WAITING // len(LARGE) + 1
    browser.put(Frames("after"))
    await until(lambda: socket.got[-1] == "after")
    assert scene.asked == 2


async def test_a_picture_larger_than_may_wait_is_sent_to_who_has_nothing_waiting(stream, socket, browser):
    stream.begin()
    await until(lambda: socket.got)
    browser.put(Frames("x" * MOST_WAITING * 2))
    await until(lambda: len(socket.got) == 2)


async def test_every_scene_is_in_the_browsers_own_language(stream, socket, browser, scene):
    stream.begin()
    await until(lambda: socket.got)
    socket.reads.clear()
    for _ in range(100):
        browser.put(Frames(LARGE))
    socket.reads.set()
    await until(lambda: scene.asked == 2)
    assert scene.languages == ["en", "en"]
    assert spoken() == "nl"


async def test_a_closed_stream_ends_and_sends_nothing_more(stream, socket, browser):
    stream.begin()
    await until(lambda: socket.got)
    browser.close()
    browser.put(Frames("secret"))
    await until(lambda: socket.closed_with)
    assert (socket.closed_with, socket.got) == (4401, ["scene 0"])


async def test_who_was_signed_out_while_it_came_sees_nothing(stream, socket, browser, scene):
    scene.may.clear()
    stream.begin()
    await until(lambda: scene.asked)
    browser.close()
    scene.may.set()
    await until(lambda: socket.closed_with)
    assert (socket.closed_with, socket.got) == (4401, [])


async def test_who_was_signed_out_before_it_was_open_sees_nothing(stream, socket, browser, scene):
    browser.close()
    stream.begin()
    await until(lambda: socket.closed_with)
    assert (socket.closed_with, socket.got, scene.asked) == (4401, [], 0)


async def test_a_scene_that_fails_lets_the_browser_come_back_and_tells_nothing(socket, browser, caplog):
    async def fails():
        raise ValueError("een kaart van iemand")

    stream = Stream(socket, browser, fails)
    stream.begin()
    await until(lambda: socket.closed_with)
    assert socket.closed_with == 1011  # one of those after which hx-ws tries again
    assert "een kaart van iemand" not in caplog.text
    stream.end()
