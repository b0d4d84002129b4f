"""What nobody would send: frames of a WebSocket, archives and worksheets with any bytes changed."""

import contextlib
import shutil
import struct
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.attacks.test_door import connection, head
from tests.documents.test_archive import a_dossier
from tests.documents.zips import unzipped, with_data
from tests.people import a_participant, a_session
from workshop.archive import exchange
from workshop.archive.arriving import ArchiveError
from workshop.content.check import check
from workshop.content.errors import ContentError
from workshop.content.library import Library
from workshop.settings import ROOT, Settings

PERSONS = "Zqwoorden van iemand"
CHECKED = examples(max_examples=40, suppress_health_check=list(HealthCheck))


@st.composite
def frames(draw):
    """One frame, as it should be or not: any opcode, flag, mask and length, with fewer bytes than it says."""
    first = draw(st.integers(0, 255))
    body = draw(st.binary(max_size=40)) + draw(st.sampled_from((b"", PERSONS.encode())))
    said = draw(st.sampled_from((len(body), len(body), len(body) + 1, 126, 65_536, 2**40)))
    masked = draw(st.sampled_from((0x80, 0x80, 0)))
    if said < 126:
        length = bytes([masked | said])
    elif said < 65_536:
        length = bytes([masked | 126]) + struct.pack("!H", said)
    else:
        length = bytes([masked | 127]) + struct.pack("!Q", said)
    return bytes([first]) + length + (b"\0\0\0\0" if masked else b"") + body


SENT = st.lists(frames(), min_size=1, max_size=6)


@given(sent=SENT)
@CHECKED
async def test_no_frame_of_a_phone_stops_another_or_is_written_anywhere(
    server, services, settings, caplog, record_property, sent
):
    record_property("frames", len(sent))
    caplog.clear()
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    lines = (*upgrade, key, f"Cookie: {phone.header['Cookie']}", f"Origin: {settings.origin}")
    async with connection(settings) as (reader, writer):
        writer.write(head(settings, *lines, way="GET /deelnemen/stroom"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            writer.write(b"".join(sent))
            await writer.drain()
        async with httpx.AsyncClient(base_url=server, headers=phone.header) as client:
            answer = await client.get("/deelnemen/scene")
        assert answer.status_code == 200
    assert PERSONS not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.fixture(scope="module")
def library():
    return Library.load(ROOT / "sessions")


@pytest.fixture(scope="module")
def good(library):
    return exchange.pack(a_dossier(), library, Settings())


@st.composite
def changes(draw):
    """Where (as a part of the whole), how many bytes go, and what comes there."""
    gone = draw(st.sampled_from((0, 1, 1, 4, 100)))
    return draw(st.floats(0, 1)), gone, draw(st.binary(max_size=8))


def changed(content, *some):
    for place, gone, come in some:
        at = int(place * len(content))
        content = content[:at] + come + content[at + gone :]
    return content


@given(some=st.lists(changes(), min_size=1, max_size=4), inside=st.booleans())
@CHECKED
def test_an_archive_with_any_bytes_changed_is_taken_or_refused_with_a_sentence(library, good, some, inside):
    if inside:
        content = with_data(good, changed(unzipped(good)[exchange.DATA], *some))
    else:
        content = changed(good, *some)
    with contextlib.suppress(ArchiveError):
        exchange.unpack(content, library)


FILES = sorted(file.name for file in (ROOT / "sessions").glob("*.toml"))


@given(name=st.sampled_from(FILES), some=st.lists(changes(), min_size=1, max_size=3))
@CHECKED
def test_a_worksheet_with_any_bytes_changed_is_read_or_its_fault_named(tmp_path_factory, name, some):
    folder = Path(shutil.copytree(ROOT / "sessions", tmp_path_factory.mktemp("inhoud") / "sessions"))
    file = folder / name
    file.write_bytes(changed(file.read_bytes(), *some))
    try:
        assert all(map(str, check(Library.load(folder))))
    except ContentError as error:
        assert ".toml" in str(error)
    finally:
        shutil.rmtree(folder)
