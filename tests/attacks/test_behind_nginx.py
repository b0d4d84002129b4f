"""The configuration that docs/operating.md hands out, started as it is, with a stranger in front of it."""

import asyncio
import contextlib
import datetime as dt
import os
import re
import shutil
import signal
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
from tests.servers import without
from workshop import server as serving
from workshop.app import of
from workshop.settings import ROOT

pytestmark = [pytest.mark.programs, pytest.mark.xdist_group("nginx")]

NAME = "kompas.voorbeeld.nl"
SITE = ROOT / "docs" / "machine" / "nginx.conf"
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
    include {folder}/site.conf;
}}
"""
"""Debian's own nginx.conf writes logs and packs too, unless a site says no."""
CARD = "Zqkaart van iemand"


class Front:
    """nginx before the application: what a visitor reaches."""

    def __init__(self, folder, plain, secure, services, context):
        self.folder, self.plain, self.secure = folder, plain, secure
        self.services = services
        self.context = context

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


@pytest.fixture
def settings(settings):
    """As an installation has them that people reach by this name."""
    return msgspec.structs.replace(settings, base_url=f"https://{NAME}")


@pytest_asyncio.fixture
async def front(every_route, services, settings, listener, tmp_path):
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        without("nginx")
    (tmp_path / "site.conf").write_text(_site(tmp_path, settings.port, plain := _free(), secure := _free()))
    (tmp_path / "nginx.conf").write_text(WHOLE.format(folder=tmp_path))
    context = ssl.create_default_context(cadata=_certificate(tmp_path))
    async with served(of(every_route, services), settings, listener):
        process = await asyncio.create_subprocess_exec(
            program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")
        )
        try:
            await _until_it_answers(secure, process)
            yield Front(tmp_path, plain, secure, services, context)
        finally:
            process.terminate()
            await process.wait()


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
            assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]


@pytest.mark.parametrize("host", [NAME, "kwaad.example"])
async def test_without_tls_there_is_only_our_own_name_to_go_to(front, host):
    async with httpx.AsyncClient() as client:
        with contextlib.suppress(httpx.TransportError):  # hung up on
            answer = await client.get(f"http://127.0.0.1:{front.plain}/doe-mee", headers={"Host": host})
            assert host == NAME
            assert answer.status_code == 301
            assert answer.headers["location"] == f"https://{NAME}/doe-mee"
            return
    assert host != NAME


async def test_another_name_gets_no_certificate_and_no_page(front):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await front.stream("kwaad.example")
    async with front.client() as client:
        with pytest.raises(httpx.HTTPError):
            await front.ask(client, "GET", "/", headers={"Host": "kwaad.example"})


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
        body = await front.ask(client, "POST", "/deelnemen/bijdragen", content=b"a" * 18 * 1024 * 1024)
        assert body.status_code == 413


@pytest.mark.parametrize("begin", [b"GET / HTTP/1.1\r\nHost: " + NAME.encode(), b""])
async def test_a_half_request_does_not_stay_open(front, begin):
    reader, writer = await front.stream()
    writer.write(begin)
    async with asyncio.timeout(SECONDS):
        with contextlib.suppress(ConnectionError):
            assert b"200 OK" not in await reader.read()
    writer.close()


async def test_who_comes_while_the_app_is_away_reads_that_it_comes_back(front, listener):
    (front.folder / "site.conf").write_text(
        (front.folder / "site.conf").read_text().replace(str(listener.getsockname()[1]), str(_free()))
    )
    os.kill(int((front.folder / "nginx.pid").read_text()), signal.SIGHUP)
    async with front.client() as client, asyncio.timeout(SECONDS):
        while (
            answer := await front.ask(client, "GET", "/", headers={"Connection": "close"})
        ).status_code == 200:
            await asyncio.sleep(0.05)
    assert answer.status_code == 503
    assert "Kompas Live is zo terug" in answer.text
    assert answer.headers["retry-after"] == "5"
    assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]


@pytest.mark.parametrize("unit", sorted(SITE.parent.glob("*.service")), ids=lambda unit: unit.stem)
def test_a_service_starts_a_command_that_is_there(unit):
    started = re.search(r"^ExecStart=\S+/python -m workshop (\w+)", unit.read_text(), re.MULTILINE)
    assert started
    asked = [sys.executable, "-m", "workshop", started[1], "--help"]
    assert subprocess.run(asked, cwd=ROOT, capture_output=True).returncode == 0


# --- how ------------------------------------------------------------------------------------------


def assert_nothing_is_written(front, *words):
    """In no file of nginx: neither logs nor what it put aside."""
    files = [
        file for file in front.folder.rglob("*") if file.is_file() and file.suffix not in (".pem", ".conf")
    ]
    written = b"".join(file.read_bytes() for file in files if not file.name.startswith("workshop"))
    assert b"signal process started" in written or b"start worker process" in written
    for word in (*words, "127.0.0.1, server"):
        assert word.encode() not in written


def _site(folder, port, plain, secure):
    """The file as it is, on ports that are free here and with a certificate for this test."""
    site = SITE.read_text()
    for said, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("listen 443", f"listen 127.0.0.1:{secure}"),
        ("/etc/ssl/kompas-live", str(folder)),
        ("_timeout       10s", "_timeout 1s"),
    ):
        assert said in site
        site = site.replace(said, here)
    return site


def _free():
    with serving.bind("127.0.0.1", 0) as listener:
        return listener.getsockname()[1]


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


async def _until_it_answers(port, process):
    async with asyncio.timeout(SECONDS):
        while process.returncode is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
    raise AssertionError("nginx did not start")
