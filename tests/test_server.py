"""The process: how it listens, and that its log cannot tell on anybody."""

import ast
import gc
import io
import logging
import re
import subprocess
import sys
import uuid
import weakref

import pytest

from tests.people import both_databases
from workshop.live.wire import FrameProtocol
from workshop.serving import server, terminal
from workshop.serving.door import BoundedHttp
from workshop.settings import ROOT, Settings

CARD = "Mijn buurman deed dat"
TOKEN = "pX3v9ZkQ0aBcDeFgHiJkLm"


@pytest.fixture
def log():
    """What a log of the running process would hold."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(server.DiscreetFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: written.getvalue()
    root.removeHandler(handler)


def test_uvicorn_is_as_we_measured_it():
    config = server.config(None, Settings())
    config.load()
    assert config.ws_protocol_class is FrameProtocol
    assert config.http_protocol_class is BoundedHttp
    assert (config.ws_max_size, config.ws_per_message_deflate) == (16 * 1024, False)
    assert (config.access_log, config.log_config, config.server_header, config.proxy_headers) == (
        False,
        None,
        False,
        False,
    )


class Knot:
    """Holds itself, so that only a garbage collection ends it."""

    def __init__(self):
        self.itself = self


@pytest.mark.parametrize(("there", "is_gone"), [(server.QUIET, True), (server.QUIET + 1, False)])
async def test_who_waits_for_an_answer_never_waits_for_a_garbage_collection(there, is_gone):
    config = server.config(None, Settings())
    config.load()
    process = server.Server(config)
    process.server_state.connections = set(range(there))
    gc.disable()
    try:
        knot = weakref.ref(Knot())
        await process.on_tick(server.TICKS_BETWEEN - 1)
        assert knot()
        await process.on_tick(server.TICKS_BETWEEN)
        assert (knot() is None) is is_gone
    finally:
        gc.enable()


def test_a_port_is_taken_once():
    with server.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(server.PortError, match=f"Poort {port} is al in gebruik"):
            server.bind("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_a_sentence():
    with pytest.raises(server.PortError, match="Kijk WORKSHOP_HOST na"):
        server.bind("192.0.2.1", 0)


def test_few_open_files_are_told_in_a_sentence(monkeypatch, caplog):
    monkeypatch.setattr(server.resource, "getrlimit", lambda _: (256, 1024))
    monkeypatch.setattr(server.resource, "setrlimit", lambda *_: None)
    assert server.raise_open_files() == 1024
    assert "Zet 'ulimit -n' op 4096 of meer" in caplog.text


def test_a_librarys_message_is_written_without_its_values(log):
    logging.getLogger("uvicorn.error").warning(
        '%s - "WebSocket %s" [accepted]', "203.0.113.9:5", f"/x?t={TOKEN}"
    )
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=failure())
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {CARD}")
    assert "Exception in ASGI application [ValueError in test_server.py" in log()
    assert "ERROR asyncio: (a message of test_server.py:" in log()
    assert_tells_nothing(log())


def test_words_of_a_library_are_written_only_as_they_stand_in_its_source(log):
    library = logging.getLogger("redis.client")
    library.warning("a fixed sentence of %s", CARD)
    library.warning(f"a sentence made of {CARD}")
    library.warning("a sentence made of " + CARD)
    library.warning(CARD.upper())
    library.warning(ValueError(CARD.upper()))
    assert log().count("redis.client: a fixed sentence of %s\n") == 1
    assert log().count("redis.client: (a message of test_server.py:") == 4
    assert_tells_nothing(log().lower())


def test_no_source_is_read_to_know_the_words_of_a_library(log):
    logs = compile("library.warning('a sentence of %s', card)", "/nowhere/library.py", "exec")
    exec(logs, {"library": logging.getLogger("library"), "card": CARD})
    assert log().endswith("WARNING library: a sentence of %s\n")


def test_of_a_message_that_is_written_later_only_the_place_is_told():
    record = logging.LogRecord("library", logging.WARNING, __file__, 1, "a sentence of %s", (CARD,), None)
    assert "library: (a message of test_server.py:1)" in server.DiscreetFormatter().format(record)


STRAY = """
import asyncio, sys, threading, warnings
from workshop.serving import server
server.set_up_logging()
card = "Mijn buurman " + "deed dat"

class Leaves:
    def __del__(self):
        raise ValueError(card)

async def forgotten():
    raise ValueError(card)

async def main():
    asyncio.get_running_loop().set_exception_handler(server._loop_failed)
    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)
    del task

asyncio.run(main())
Leaves()
warnings.warn(card)
thread = threading.Thread(target=lambda: 1 / len(card[:0]))
thread.start()
thread.join()
import logging
logging.getLogger("workshop.x").error("%d", card)
raise RuntimeError(card)
"""


def test_errors_that_nobody_caught_and_warnings_tell_their_sort_and_place_only():
    ran = subprocess.run([sys.executable, "-c", STRAY], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    said = [line.split(" ", 1)[1] for line in ran.stderr.splitlines()]
    assert said[:3] == [
        "ERROR workshop.serving.server: nobody waited for this: ValueError in <string>:12",
        "ERROR workshop.serving.server: clearing away failed: ValueError in <string>:9",
        "WARNING py.warnings: UserWarning in <string>:22",
    ]
    thread = "ERROR workshop.serving.server: a thread stopped: ZeroDivisionError in <string>:23 < "
    assert said[3].startswith(thread)
    assert len(said) == 5  # what cannot be written as a line is left out
    assert said[-1] == "CRITICAL workshop.serving.server: the process stops: RuntimeError in <string>:28"
    assert_tells_nothing(ran.stderr + ran.stdout)


WITHOUT_WORDS = (
    r"trace_of\(|round_name$|hard$|max\(hard|FEWEST_FILES$|found\.total\(\)$|process\.pid$|code$"
    r"|(self\.)?settings\.origin$"
)


def test_what_we_log_ourselves_is_a_fixed_sentence_with_traces_and_numbers():
    """`trace_of(error)`, whole numbers and what has no words of people: nothing else goes into a line."""
    found = []
    for file in sorted((ROOT / "workshop").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                words, *values = node.args
                found += [(file.name, node.lineno)]
                assert isinstance(words, ast.Constant), (file.name, node.lineno)
                assert not node.keywords, (file.name, node.lineno)
                for value in map(ast.unparse, values):
                    assert re.match(WITHOUT_WORDS, value), (file.name, node.lineno, value)
    assert len(found) > 8


def test_our_own_message_loses_what_looks_like_a_secret(log):
    own = logging.getLogger("workshop.live.room")
    own.error("from 203.0.113.9 to /j/%s?code=12345678 and %s", TOKEN, uuid.uuid4())
    assert log().endswith("ERROR workshop.live.room: from … to /j/…… and …\n")
    assert_tells_nothing(log())


def test_one_event_is_one_line(log):
    logging.getLogger("workshop").error("eerst\ntweede %s", CARD)
    assert log().count("\n") == 1


@both_databases
async def test_nothing_a_visitor_sends_is_in_the_log(client, log, caplog):
    for path in (f"/j/{TOKEN}", f"/deelnemen?kaart={CARD}", f"/dossiers/{TOKEN}", "/metrics"):
        await client.get(path, headers={"Cookie": f"deelnemen={TOKEN}"})
    await client.post("/deelnemen/bijdragen", data={"text": CARD, "id": TOKEN})
    assert_tells_nothing(log())
    assert_tells_nothing(caplog.text)


@both_databases
async def test_health_answers_and_tells_numbers_only(client):
    assert (await client.get("/healthz")).json() == {"process": True}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"database": True, "migrations": True, "disk": True, "bus": True},
    )
    for line in (await client.get("/metrics")).text.splitlines():
        assert line.startswith("#") or float(line.split()[1]) >= 0


async def test_health_answers_under_any_host_because_a_platform_asks_by_address(client):
    for path in ("/healthz", "/readyz"):
        assert (await client.get(path, headers={"Host": "10.0.0.7:8000"})).status_code == 200


async def test_not_ready_while_the_bus_is_away(client, services, monkeypatch):
    async def away():
        return False

    monkeypatch.setattr(services.room.bus, "ready", away)
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["bus"]) == (503, False)
    assert (await client.get("/healthz")).status_code == 200


async def test_the_terminal_shows_a_one_time_address_until_there_is_an_account(services):
    first, second = io.StringIO(), io.StringIO()
    await terminal.announce(services, first)
    await terminal.announce(services, second)
    assert services.settings.origin in first.getvalue()
    addresses = {
        line.strip()
        for out in (first, second)
        for line in out.getvalue().splitlines()
        if "/uitnodiging/" in line
    }
    assert len(addresses) == 2


def test_the_qr_is_of_the_address():
    assert len({terminal.qr(address) for address in ("http://10.0.0.1:8000", "http://10.0.0.2:8000")}) == 2
    assert len({len(line) for line in terminal.qr("http://10.0.0.1:8000").splitlines()}) == 1


def failure():
    try:
        raise ValueError(CARD)
    except ValueError:
        return sys.exc_info()


def assert_tells_nothing(text):
    assert [secret for secret in (CARD, TOKEN, "203.0.113.9") if secret in text] == []
