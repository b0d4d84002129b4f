"""The configurations that docs/operating.md hands out, as they are, with a stranger in front of them."""

import asyncio
import contextlib
import datetime as dt
import os
import re
import shutil
import ssl
import subprocess
import sys
import uuid

import httpx
import msgspec
import pytest
import pytest_asyncio
import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.attacks.test_door import SECONDS
from tests.conftest import served
from tests.people import a_session, conduct
from tests.servers import free_port, without
from workshop.app import of
from workshop.settings import ROOT

pytestmark = [pytest.mark.programs, pytest.mark.xdist_group("proxy")]

NAME = "kompas.voorbeeld.nl"
MACHINE = ROOT / "docs" / "machine"
ONLY_TLS = ["max-age=31536000"]
WHOLE = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    include {folder}/nginx.conf;
}}
"""
"""Debian's own nginx.conf writes logs and packs too, unless a site says no."""
CARD = "Zqkaart van iemand"


class Front:
    """A proxy before the application: what a visitor reaches."""

    def __init__(self, folder, app):
        self.folder = folder
        self.app, self.plain, self.secure = app, free_port(), free_port()
        """Ports; `app` is where the proxy looks for the application."""
        self.services = None
        self.context = ssl.create_default_context(cadata=_certificate(folder))
        self.process = None

    async def start(self):
        told = self.folder / "told"
        with told.open("wb") as out:
            self.process = await asyncio.create_subprocess_exec(
                *self.command(), env=os.environ | self.environment(), stderr=out
            )
        async with asyncio.timeout(SECONDS):
            while self.process.returncode is None:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.secure)
                    writer.close()
                    return
                await asyncio.sleep(0.05)
        raise AssertionError(told.read_text())

    async def stop(self):
        self.process.terminate()
        await self.process.wait()

    def configure(self, name, *changes):
        """The file as it is, on ports that are free here and with a certificate for this test."""
        text = (MACHINE / name).read_text()
        for said, here in changes:
            assert said in text
            text = text.replace(said, here)
        (self.folder / name).write_text(text)

    def client(self):
        return httpx.AsyncClient(
            base_url=f"https://127.0.0.1:{self.secure}",
            headers={"Host": NAME, "Origin": f"https://{NAME}"},
            verify=self.context,
        )

    async def ask(self, client, method, path, **options):
        return await client.request(method, path, extensions={"sni_hostname": NAME}, **options)

    async def stream(self, name=NAME):
        """A bare TLS connection, for requests that no client would send."""
        return await asyncio.open_connection("127.0.0.1", self.secure, ssl=self.context, server_hostname=name)


class Nginx(Front):
    wakes = b"start worker process"
    """What it writes on its own account."""

    def environment(self):
        return {}

    def command(self):
        self.configure("nginx.conf", *self.changes())
        (self.folder / "whole.conf").write_text(WHOLE.format(folder=self.folder))
        return _program("nginx"), "-p", str(self.folder), "-c", str(self.folder / "whole.conf")

    def changes(self):
        return (
            ("/etc/ssl/kompas-live", str(self.folder)),
            ("127.0.0.1:8000", f"127.0.0.1:{self.app}"),
            ("listen 80", f"listen 127.0.0.1:{self.plain}"),
            ("listen 443", f"listen 127.0.0.1:{self.secure}"),
            ("_timeout       10s", "_timeout 1s"),
        )


class Caddy(Front):
    wakes = b"serving initial configuration"

    def environment(self):
        return {
            "HOME": str(self.folder),
            "KOMPAS_NAME": NAME,
            "KOMPAS_APP": f"127.0.0.1:{self.app}",
            "KOMPAS_TLS": f"tls {self.folder}/fullchain.pem {self.folder}/privkey.pem",
        }

    def command(self):
        here = f"admin off\n\tdefault_bind 127.0.0.1\n\thttp_port {self.plain}\n\thttps_port {self.secure}"
        self.configure("Caddyfile", ("admin off", here), ("read_header 10s", "read_header 1s"))
        return _program("caddy"), "run", "--config", str(self.folder / "Caddyfile")


@pytest.fixture
def settings(settings):
    """As an installation has them that people reach by this name."""
    return msgspec.structs.replace(settings, base_url=f"https://{NAME}")


@pytest_asyncio.fixture(params=[Nginx, Caddy])
async def front(request, every_route, services, settings, listener, tmp_path):
    found = request.param(tmp_path, settings.port)
    found.services = services
    async with served(of(every_route, services), settings, listener):
        await found.start()
        try:
            yield found
        finally:
            await found.stop()


async def test_a_phone_joins_sends_and_hears_through_it(front):
    session = await a_session(front.services, step="zorgen-kansen")
    async with front.client() as client:
        joined = await front.ask(client, "POST", f"/j/{session.join_token}", data={"group": ""})
        assert joined.status_code in (204, 303)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        async with websockets.connect(
            f"wss://{NAME}/deelnemen/stroom",
            host="127.0.0.1",
            port=front.secure,
            ssl=front.context,
            origin=f"https://{NAME}",
            additional_headers={"Cookie": cookie},
        ) as socket:
            assert 'id="stap"' in await asyncio.wait_for(socket.recv(), SECONDS)
            form = {"activity": str(session.activity_id), "contribution": str(uuid.uuid4())}
            form |= {"column": "zorg", "text": CARD}
            sent = await front.ask(
                client, "POST", "/deelnemen/bijdragen", data=form, headers={"HX-Request": "true"}
            )
            assert sent.status_code == 200
            assert CARD in sent.text
            await (await conduct(front.services, session)).call_help()
            assert 'id="stand"' in await asyncio.wait_for(socket.recv(), SECONDS)
        assert all(cookie.secure for cookie in client.cookies.jar)
    assert_nothing_is_written(front, CARD, session.join_token, cookie.partition("=")[2][:20], "/deelnemen")


async def test_every_answer_says_once_that_only_tls_will_do(front):
    async with front.client() as client:
        for path, status in (("/", 200), ("/bestaat-niet", 404), ("/metrics", 404)):
            answer = await front.ask(client, "GET", path)
            assert answer.status_code == status
            assert answer.headers.get_list("strict-transport-security") == ONLY_TLS


@pytest.mark.parametrize("host", [NAME, "kwaad.example"])
async def test_without_tls_there_is_only_our_own_name_to_go_to(front, host):
    async with httpx.AsyncClient() as client:
        with contextlib.suppress(httpx.TransportError):  # hung up on
            answer = await client.get(f"http://127.0.0.1:{front.plain}/doe-mee", headers={"Host": host})
            assert host == NAME
            assert answer.status_code == 301
            assert "set-cookie" not in answer.headers
            assert answer.headers["location"] == f"https://{NAME}/doe-mee"
            return
    assert host != NAME


async def test_another_name_gets_no_certificate_and_no_page(front):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await front.stream("kwaad.example")
    async with front.client() as client:
        with contextlib.suppress(httpx.TransportError):  # hung up on, or told that it came to the wrong place
            answer = await front.ask(client, "GET", "/", headers={"Host": "kwaad.example"})
            assert (answer.status_code, answer.text) == (421, "")


async def test_nobody_tells_the_app_another_address(front):
    session = await a_session(front.services)
    forged = {
        "X-Forwarded-Host": "kwaad.example",
        "Forwarded": "host=kwaad.example",
        "X-Host": "kwaad.example",
    }
    async with front.client() as client:
        answer = await front.ask(client, "GET", f"/scherm/{session.screen_token}", headers=forged)
    assert answer.status_code == 200
    assert NAME in answer.text
    assert "kwaad.example" not in answer.text


async def test_a_large_head_and_a_large_body_are_refused(front):
    async with front.client() as client:
        head = await front.ask(client, "GET", "/", headers={"Cookie": "a=" + "b" * 40_000})
        assert head.status_code in (400, 431)
        with contextlib.suppress(httpx.TransportError):  # hung up on while it still sends
            body = await front.ask(client, "POST", "/deelnemen/bijdragen", content=b"a" * 18 * 1024 * 1024)
            assert body.status_code in (401, 413)  # the app does not wait for it: it asks who you are first


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\nHost: " + NAME.encode(), b""])
async def test_a_half_request_does_not_stay_open(front, begin):
    reader, writer = await front.stream()
    writer.write(begin)
    async with asyncio.timeout(SECONDS):
        with contextlib.suppress(ConnectionError):
            assert b"200 OK" not in await reader.read()
    writer.close()


async def test_who_comes_while_the_app_is_away_reads_that_it_comes_back(front):
    await front.stop()
    front.app = free_port()
    await front.start()
    async with front.client() as client:
        answer = await front.ask(client, "GET", "/")
    assert answer.status_code == 503
    assert "Kompas Live is zo terug" in answer.text
    assert answer.headers["retry-after"] == "5"
    assert answer.headers.get_list("strict-transport-security") == ONLY_TLS


@pytest.mark.parametrize("unit", sorted(MACHINE.glob("*.service")), ids=lambda unit: unit.stem)
def test_a_service_starts_a_command_that_is_there(unit):
    started = re.search(r"^ExecStart=\S+/python -m workshop (\w+)", unit.read_text(), re.MULTILINE)
    assert started
    asked = [sys.executable, "-m", "workshop", started[1], "--help"]
    assert subprocess.run(asked, cwd=ROOT, capture_output=True).returncode == 0


# --- how ------------------------------------------------------------------------------------------


def assert_nothing_is_written(front, *words):
    """In no file of the proxy: neither logs nor what it put aside."""
    files = [
        file
        for file in front.folder.rglob("*")
        if file.is_file() and file.suffix not in (".pem", ".conf") and file.name != "Caddyfile"
    ]
    written = b"".join(file.read_bytes() for file in files if not file.name.startswith("workshop"))
    assert front.wakes in written
    for word in (*words, "127.0.0.1, server"):
        assert word.encode() not in written


def _program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin") or without(name)


def _certificate(folder):
    """Writes a certificate for our name and its key; returns it as text."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM)
    (folder / "fullchain.pem").write_bytes(text)
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return text.decode()
