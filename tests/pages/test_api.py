"""Machines read one dossier with a key, see what the pages show, and nothing else."""

import asyncio
import re
import sys
import uuid
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from tests.people import a_facilitator, a_partnership, both_databases, signed_in
from workshop import days
from workshop.accounts import keys
from workshop.items import Item
from workshop.log.what import What
from workshop.models import ApiKey, Deed, Membership, Session, ThemeMarks, now
from workshop.pages.api import description
from workshop.record import actions, answers

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "api.md"
THOROUGH = (
    *("--phases=examples,coverage,fuzzing", "--checks=all"),
    *("--generation-deterministic", "--max-examples=5", "--no-color"),
)
PATHS = ("", "/werkbladen/1-a", "/cijfers", "/acties", "/momenten", "/indicatoren")


@pytest_asyncio.fixture
async def member(services):
    """Fatima, coordinator of a dossier with something in it."""
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)

    async def fill(db):
        await answers.write(
            db, partnership.id, "1-A.zorgen", [Item("a", "Online pesten", by="Fatima")], account_id=account.id
        )
        indicator = Item("i", "Minder meldingen", details={"kind": "indicator", "owner": "GGD"})
        await answers.write(db, partnership.id, "2.indicatoren", [indicator], account_id=account.id)
        await actions.create(db, partnership.id, "1-A.zorgen", "Bel de GGD", account_id=account.id)
        session = Session(
            partnership_id=partnership.id, worksheet="1-A", title="S", ended_at=now(), code=None
        )
        db.add(session)
        await db.flush()
        for theme, counts in (("veel", [0] * 6 + [5, 0, 0, 0]), ("weinig", [0] * 6 + [3, 0, 0, 0])):
            db.add(
                ThemeMarks(
                    partnership_id=partnership.id,
                    session_id=session.id,
                    field="1-A.zorgen",
                    theme=theme,
                    label=theme,
                    counts=counts,
                    groups={"jongere": counts},
                )
            )
        return await db.scalar(select(Membership).where(Membership.partnership_id == partnership.id))

    return await services.db.write(fill)


@pytest_asyncio.fixture
async def token(services, member):
    return await keys.make(services.db, member, "dashboard")


@pytest_asyncio.fixture
async def machine(app, settings, token):
    """A program with the key: no cookies, no Origin."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url=settings.origin,
        headers={"Authorization": f"Bearer {token}"},
    ) as machine:
        yield machine


def address(member, path=""):
    return f"/api/v1/dossiers/{member.partnership_id}{path}"


@both_databases
async def test_a_key_reads_the_whole_dossier(machine, member):
    found = {path: (await machine.get(address(member, path))).json() for path in PATHS}
    assert found[""]["name"] == "Veilig Voorbeeldstad"
    assert next(sheet for sheet in found[""]["worksheets"] if sheet["id"] == "1-A")["answered"] == 1
    [answer] = found["/werkbladen/1-a"]["answers"]
    assert (answer["field"], answer["lines"][0]["text"]) == ("1-A.zorgen", "Online pesten")
    assert found["/acties"][0]["text"] == "Bel de GGD"
    assert found["/indicatoren"][0]["details"]["owner"] == "GGD"


async def test_marks_below_the_threshold_are_a_count_and_groups_are_not_told(machine, member):
    answer = await machine.get(address(member, "/cijfers"))
    means = {theme["theme"]: theme["moments"][0] for theme in answer.json()}
    assert (means["veel"]["marks"], means["veel"]["mean"]) == (5, 7.0)
    assert (means["weinig"]["marks"], means["weinig"]["mean"]) == (3, None)
    assert "jongere" not in answer.text


async def test_names_of_people_are_not_told(machine, member):
    for path in PATHS:
        assert "Fatima" not in (await machine.get(address(member, path))).text


async def test_without_a_key_nothing_is_told_and_a_cookie_is_not_a_key(client, services, member):
    await signed_in(client, services, await _account(services, member))
    for path in PATHS:
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
            answer = await client.get(address(member, path), headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == 401
            assert "sleutel" in answer.json()["detail"]
            assert "set-cookie" not in answer.headers


async def test_a_foreign_key_finds_nothing_and_hears_the_same_of_what_is_not_there(machine, services, member):
    theirs = await a_partnership(services, await a_facilitator(services), name="Elders")
    for path in PATHS:
        foreign = await machine.get(f"/api/v1/dossiers/{theirs.id}{path}")
        absent = await machine.get(f"/api/v1/dossiers/{uuid.uuid4()}{path}")
        assert foreign.status_code == absent.status_code == 404
        assert foreign.json() == absent.json()
    for path in ("/werkbladen/9-z", "/iets"):
        assert (await machine.get(address(member, path))).headers[
            "content-type"
        ] == "application/problem+json"


async def test_a_key_that_was_revoked_opens_nothing(machine, services, member):
    [key] = await keys.listed(services.db, member.partnership_id)
    assert (await machine.get(address(member))).status_code == 200
    assert await keys.revoke(services.db, member, key.id)
    assert (await machine.get(address(member))).status_code == 401
    assert not await keys.revoke(services.db, member, key.id)


async def test_only_the_hash_is_kept_and_the_last_day_and_every_deed_is_told(
    machine, services, member, token
):
    await machine.get(address(member))
    async with services.db.read() as db:
        key = await db.scalar(select(ApiKey))
        logged = [deed.what for deed in await db.scalars(select(Deed))]
    assert token not in repr(vars(key))
    assert key.used_on == days.today()
    assert What.API_KEY_MADE in logged


async def test_each_key_has_its_own_pace(machine, services, settings, member):
    most = settings.api_requests_a_minute
    answers = [(await machine.get(address(member))).status_code for _ in range(most + 1)]
    assert answers == [200] * most + [429]
    refused = await machine.get(address(member))
    assert refused.headers["retry-after"] == "60"
    assert refused.headers["content-type"] == "application/problem+json"
    other = {"Authorization": f"Bearer {await keys.make(services.db, member, 'ander')}"}
    assert (await machine.get(address(member), headers=other)).status_code == 200


async def test_nothing_can_be_changed_and_no_other_site_may_read(machine, member):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await machine.request(method, address(member))).status_code == 405
    answer = await machine.get(address(member), headers={"Origin": "https://evil.example"})
    asked = await machine.options(address(member), headers={"Origin": "https://evil.example"})
    for headers in (answer.headers, asked.headers):
        assert not [name for name in headers if name.startswith("access-control")]
    assert answer.headers["cache-control"] == "no-store"


async def test_the_description_is_of_the_api_and_of_nothing_else(client):
    schema = (await client.get("/api/v1/openapi.json")).json()
    assert set(schema["paths"]) == {
        "/dossiers/{dossier_id}" + path.replace("1-a", "{slug}") for path in PATHS
    }
    assert {method for path in schema["paths"].values() for method in path} == {"get"}
    for path in schema["paths"].values():
        assert path["get"]["security"] == [{"key": []}]
    assert schema["components"]["securitySchemes"]["key"] == {"type": "http", "scheme": "bearer"}


SEMVER = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
SEGMENTS = r"(/([a-z0-9-]+|\{[a-z_]+\}))+"


async def test_the_description_keeps_the_dutch_api_design_rules(app, settings, client):
    """What the linter of Logius (a ruleset for Spectral) asks of it, and what it cannot see: the answers."""
    answer = await client.get("/api/v1/openapi.json", headers={"Origin": "https://elders.example"})
    told = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert told["openapi"].startswith("3.")
    assert re.fullmatch(SEMVER, told["info"]["version"])
    assert answer.headers["api-version"] == told["info"]["version"]
    assert set(told["info"]["contact"]) == {"name", "url"}
    assert told["servers"] == [{"url": f"{settings.origin}/api/v1"}]
    for path, operations in told["paths"].items():
        assert re.fullmatch(SEGMENTS, path)
        assert set(operations) == {"get"}
        for status, said in operations["get"]["responses"].items():
            assert "API-Version" in said["headers"]
            assert set(said["content"]) == {
                "application/json" if status == "200" else "application/problem+json"
            }
        assert "400" in operations["get"]["responses"]
    schemas = told["components"]["schemas"]
    assert {"status", "title", "detail"} <= set(schemas["Problem"]["properties"])
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", name) for name in schemas)


def test_who_runs_it_can_be_asked_about_the_api(settings):
    asked = msgspec.structs.replace(settings, accessibility_contact="wij@voorbeeld.nl")
    assert description.contact(asked)["email"] == "wij@voorbeeld.nl"


async def test_every_answer_says_its_version_and_cannot_be_framed_or_kept(machine, client, member):
    for answer, status in (
        (await machine.get(address(member)), 200),
        (await client.get(address(member)), 401),
        (await machine.get(address(member) + "/"), 404),
        (await machine.get("/api/v1/openapi.json/"), 404),
        (await machine.get(address(member), headers={"Host": "elders.example"}), 400),
    ):
        assert answer.status_code == status
        assert answer.headers["api-version"] == "1.0.0"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.programs
async def test_every_answer_is_one_that_the_description_tells_of(
    server, member, token, tmp_path, monkeypatch
):
    """schemathesis asks all that the description allows, and what it does not."""
    monkeypatch.setattr(keys.PACE, "holds", _never)
    known = f'[parameters]\n"path.dossier_id" = "{member.partnership_id}"\n'
    (tmp_path / "schemathesis.toml").write_text(known)
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"),
        *("run", f"{server}/api/v1/openapi.json", f"--header=Authorization: Bearer {token}", *THOROUGH),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    found, _ = await asking.communicate()
    assert asking.returncode == 0, found.decode()
    assert "6 passed" in found.decode()


async def test_what_is_refused_at_the_door_is_a_problem_like_any_other(machine, client, member):
    for refused, status in (
        (await machine.get(address(member, "/werkbladen/%00")), 400),
        (await machine.get(address(member), headers={"Host": "elders.example"}), 400),
        (await client.post(address(member), headers={"Origin": "https://evil.example"}), 403),
        (await machine.get("/api/v1/dossiers/geen-id"), 404),
        (await machine.post(address(member)), 405),
    ):
        assert refused.status_code == refused.json()["status"] == status
        assert refused.headers["content-type"] == "application/problem+json"


async def test_every_example_of_the_document_works(machine, member, settings):
    examples = re.findall(r"^curl .* \$ORIGIN(\S+)$", DOCUMENT.read_text(), re.MULTILINE)
    assert {example.removeprefix("/api/v1/dossiers/$DOSSIER") for example in examples} == set(PATHS)
    for example in examples:
        answer = await machine.get(example.replace("$DOSSIER", str(member.partnership_id)))
        assert answer.status_code == 200, example


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
async def test_a_key_needs_a_name_that_fits(services, member, name):
    with pytest.raises(ValueError, match=r"naam|lang"):
        await keys.make(services.db, member, name)
    assert await keys.listed(services.db, member.partnership_id) == []


async def test_there_is_an_end_to_keys(services, member):
    for number in range(keys.MOST):
        await keys.make(services.db, member, f"sleutel {number}")
    with pytest.raises(ValueError, match="Trek er eerst een in"):
        await keys.make(services.db, member, "nog een")


async def _never(*_):
    return False


async def _account(services, member):
    async with services.db.read() as db:
        return (await db.get_one(Membership, member.id)).account
