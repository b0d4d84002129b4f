"""The door: which host and origin may speak, and the headers that every answer carries."""

import zlib

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.pages.screens import without_its_number
from tests.people import a_participant, a_session, conduct, signed_in
from workshop.live.scenes import Scenes
from workshop.pages.assets import asset
from workshop.pages.policy import content_security_policy


def strangers(settings):
    """Origins that are not ours, however much they look like it."""
    port = settings.port
    return [
        "https://evil.example",
        "null",
        f"http://127.0.0.1:{port + 1}",
        "http://127.0.0.1",
        f"https://127.0.0.1:{port}",
        f"http://evil.127.0.0.1:{port}",
        f"http://127.0.0.1:{port}.evil.example",
        f"http://127.0.0.1:{port}@evil.example",
        f"http://127.0.0.1:{port}/",
        f"HTTP://127.0.0.1:{port}",
        "",
    ]


# --- origin ---------------------------------------------------------------------------------------


async def test_a_post_from_another_origin_is_refused_and_does_nothing(client, services, settings):
    session = await a_session(services)
    for origin in strangers(settings):
        answer = await client.post(f"/j/{session.join_token}", headers={"Origin": origin})
        assert (answer.status_code, "andere website" in answer.text) == (403, True), origin
    del client.headers["Origin"]
    assert (await client.post(f"/j/{session.join_token}")).status_code == 403
    assert (await services.fanout.scene(session.id)).joined == 0


async def test_a_referer_is_no_origin(client, services, settings):
    session = await a_session(services)
    del client.headers["Origin"]
    headers = {"Referer": f"{settings.origin}/j/{session.join_token}"}
    assert (await client.post(f"/j/{session.join_token}", headers=headers)).status_code == 403


async def test_a_key_in_a_header_opens_no_page_of_people(client, services):
    session = await a_session(services)
    headers = {"Origin": "https://evil.example", "Authorization": "Bearer x"}
    for path in (f"/j/{session.join_token}", "/api/../vertrek", "//api/x"):
        assert (await client.post(path, headers=headers)).status_code == 403


async def test_a_link_from_another_site_may_be_followed(client, services):
    session = await a_session(services)
    answer = await client.get(f"/j/{session.join_token}", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


async def test_a_stream_for_another_origin_is_refused_on_every_socket(server, services, settings):
    session = await a_session(services)
    phone = await a_participant(services, session)
    desk = await conduct(services, session)
    streams = {
        "/deelnemen/stroom": phone.header,
        f"/scherm/{session.screen_token}/stroom": {},
        f"/sessies/{session.id}/regie/stroom": {"Cookie": f"kompas={desk.sign_in.id}"},
    }
    for path, cookies in streams.items():
        for origin in [None, *strangers(settings)[:-1]]:
            with pytest.raises(InvalidStatus) as refused:
                await connect(server.replace("http", "ws") + path, origin=origin, additional_headers=cookies)
            assert refused.value.response.status_code == 403, (path, origin)
    assert services.fanout.open_streams() == 0


async def test_our_own_origin_gets_its_stream_on_every_socket(server, client, services, settings):
    session = await a_session(services)
    phone = await a_participant(services, session)
    await signed_in(client, services, (await conduct(services, session)).sign_in.account)
    streams = {
        "/deelnemen/stroom": (phone.header["Cookie"], 'id="stap"'),
        f"/scherm/{session.screen_token}/stroom": ("", 'id="scherm"'),
        f"/sessies/{session.id}/regie/stroom": (f"kompas={client.cookies['kompas']}", 'id="regie"'),
    }
    for path, (cookie, block) in streams.items():
        address, headers = server.replace("http", "ws") + path, {"Cookie": cookie}
        async with connect(address, origin=settings.origin, additional_headers=headers) as socket:
            assert block in await socket.recv()


async def test_a_phone_that_can_unpack_gets_the_same_scene_in_fewer_bytes(server, services, settings):
    phone = await a_participant(services, await a_session(services, step="zorgen-kansen"))
    address = server.replace("http", "ws") + "/deelnemen/stroom"
    headers, scenes = phone.header, []
    for query in ("", "?ingepakt"):
        async with connect(address + query, origin=settings.origin, additional_headers=headers) as socket:
            scenes.append(await socket.recv())
    plain, packed = scenes
    assert zlib.decompress(packed).decode() == plain
    assert len(packed) < len(plain) / 2


# --- host -----------------------------------------------------------------------------------------


async def test_a_forged_host_is_refused_on_pages_and_sockets(client, services, settings, server):
    session = await a_session(services)
    for host in ("evil.example", f"127.0.0.1.evil.example:{settings.port}", "127.0.0.1", ""):
        for path in ("/", f"/j/{session.join_token}", "/static/kompas.css"):
            answer = await client.get(path, headers={"Host": host})
            assert (answer.status_code, "hoort niet bij deze Kompas Live" in answer.text) == (400, True)
            assert "content-security-policy" in answer.headers
    stream = server.replace("http", "ws") + f"/scherm/{session.screen_token}/stroom"
    headers = {"X-Forwarded-Host": "evil.example"}
    async with connect(stream, origin=settings.origin, additional_headers=headers) as socket:
        assert "evil.example" not in await socket.recv()


async def test_requests_for_another_address_are_told_once_without_what_they_asked(client, caplog, settings):
    for _ in range(3):
        assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400
    (told,) = [record.getMessage() for record in caplog.records if record.name == "workshop.pages.guard"]
    assert settings.origin in told
    assert "evil" not in told


async def test_the_qr_is_of_the_configured_address_whatever_a_proxy_claims(client, services, settings):
    session = await a_session(services)
    address = f"/scherm/{session.screen_token}"
    plain = without_its_number((await client.get(address)).text)
    claims = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": "host=evil.example;proto=https",
        "X-Original-URL": "/evil",
    }
    assert without_its_number((await client.get(address, headers=claims)).text) == plain
    assert f"127.0.0.1:{settings.port}" in plain
    await client.post(f"/j/{session.join_token}")
    assert "evil" not in (await client.get("/deelnemen", headers=claims)).text


async def test_an_address_with_a_nul_is_refused_before_anybody_looks_it_up(client, services):
    for path in ("/j/%00", "/scherm/a%00b", "/inloggen?verder=%00", "/%00"):
        answer = await client.get(path)
        assert (answer.status_code, "Dit adres klopt niet." in answer.text) == (400, True)


# --- headers --------------------------------------------------------------------------------------


async def test_every_answer_carries_the_same_guard(client, services, settings, monkeypatch):
    def broken(*given):
        raise RuntimeError

    monkeypatch.setattr(Scenes, "shared", broken)
    session = await a_session(services)
    answers = {
        200: await client.get("/"),
        204: await client.options("/"),
        303: await client.post("/vertrek"),
        400: await client.get("/", headers={"Host": "evil.example"}),
        401: await client.get("/deelnemen"),
        403: await client.post("/vertrek", headers={"Origin": "null"}),
        404: await client.get("/bestaat-niet"),
        405: await client.post("/hulp"),
        422: await client.post("/doe-mee", data={"code": "x"}),
        500: await client.get(f"/scherm/{session.screen_token}"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["content-security-policy"] == content_security_policy(settings)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


async def test_errors_are_dutch_sentences_with_a_way_on_and_no_detail(client, services):
    for answer in (
        await client.get("/bestaat-niet"),
        await client.post("/hulp"),
        await client.get("/sessies/x"),
    ):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert 'lang="nl"' in answer.text
        assert 'href="/doe-mee"' in answer.text
        assert "Traceback" not in answer.text
        assert "litestar" not in answer.text.lower()
    block = await client.get("/bestaat-niet", headers={"HX-Request": "true"})
    assert block.text.startswith('<div id="melding"')
    problem = await client.get("/api/bestaat-niet")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


async def test_static_files_are_guarded_too_and_kept_for_long(client, services, settings):
    for name in ("kompas.js", "kompas.css", "icons.svg"):
        answer = await client.get(asset(name))
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    # The last is a drawing, which a browser also opens as a page.
    assert answer.headers["content-security-policy"] == content_security_policy(settings)


async def test_the_policy_allows_our_own_files_and_nothing_inline(settings):
    policy = dict(part.strip().split(" ", 1) for part in content_security_policy(settings).split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == f"'self' http://localhost:{settings.port}"  # Snel weg ends there
    for name, sources in policy.items():
        assert "unsafe" not in sources
        assert "*" not in sources
        if name not in ("default-src", "base-uri", "frame-ancestors", "form-action"):
            assert set(sources.split()) <= {"'self'", "data:"}
    assert policy["script-src"] == "'self'"


async def test_only_the_screen_may_be_framed_and_only_by_ourselves(client, services):
    session = await a_session(services)
    framed = await client.get(f"/scherm/{session.screen_token}")
    assert "frame-ancestors 'self'" in framed.headers["content-security-policy"]
    assert "unsafe" not in framed.headers["content-security-policy"]
    for path in ("/", "/doe-mee", f"/j/{session.join_token}", "/inloggen", "/hulp", "/scherm/onbekend"):
        assert "frame-ancestors 'none'" in (await client.get(path)).headers["content-security-policy"]
