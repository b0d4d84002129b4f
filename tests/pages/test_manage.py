"""The pages on which a coordinator takes a dossier along, gives keys, deletes it, and takes one over."""

import io
import re
import uuid
import zipfile

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from tests.people import a_facilitator, a_member, a_partnership, a_session, signed_in
from workshop import days
from workshop.accounts import roles
from workshop.archive import exchange
from workshop.log.what import What
from workshop.models import ApiKey, Deed, Erasure, Membership, Partnership

DEEDS = ("archief", "sleutels", "verwijdering", "behoud")


@pytest_asyncio.fixture
async def place(services, client):
    """A dossier of whoever sits at `client`."""
    account = await a_facilitator(services)
    await signed_in(client, services, account)
    return await a_partnership(services, account)


def address(place, deed=""):
    return f"/dossiers/{place.id}/beheer" + (f"/{deed}" if deed else "")


async def rows(services, model):
    async with services.db.read() as db:
        return list(await db.scalars(select(model)))


async def as_member(client, services, place, role):
    account = await a_facilitator(services, "Kevin")
    await a_member(services, place, account, role)
    await signed_in(client, services, account)


@pytest.mark.parametrize("role", [roles.BEGELEIDER, roles.LEZER])
async def test_only_a_coordinator_manages_a_dossier(client, services, place, role):
    await as_member(client, services, place, role)
    assert (await client.get(address(place))).status_code == 403
    for deed in (*DEEDS, f"sleutels/{uuid.uuid4()}/intrekking"):
        answer = await client.post(address(place, deed), data={"name": "x", "dossier": place.name})
        assert answer.status_code == 403
    assert await rows(services, ApiKey) == []
    assert await rows(services, Erasure) == []
    assert "Beheer van dit dossier" not in (await client.get(f"/dossiers/{place.id}/leden")).text


async def test_a_coordinator_finds_the_page_from_the_members(client, place):
    assert f'href="{address(place)}"' in (await client.get(f"/dossiers/{place.id}/leden")).text
    shown = (await client.get(address(place))).text
    for heading in ("Neem het dossier mee", "API-sleutels", "Verwijder het dossier"):
        assert heading in shown


async def test_the_archive_is_downloaded_and_that_is_told_in_the_log(client, services, place):
    answer = await client.post(address(place, "archief"))
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="kompas-live-dossier-\d{4}-\d\d-\d\d\.zip"',
        answer.headers["content-disposition"],
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        assert exchange.MANIFEST in opened.namelist()
    assert What.DOSSIER_EXPORTED in [deed.what for deed in await rows(services, Deed)]


async def test_a_key_is_shown_once_and_can_be_revoked(client, services, place):
    answer = await client.post(address(place, "sleutels"), data={"name": "dashboard <b>"})
    token = re.search(r'id="sleutel">([\w-]{22})<', answer.text)[1]
    assert "dashboard &lt;b&gt;" in answer.text
    again = (await client.get(address(place))).text
    assert token not in again
    assert "nog niet gebruikt" in again
    asked = await client.get(f"/api/v1/dossiers/{place.id}", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 200
    [key] = await rows(services, ApiKey)
    revoked = await client.post(address(place, f"sleutels/{key.id}/intrekking"))
    assert revoked.headers["location"].endswith("?klaar=ingetrokken")
    assert await rows(services, ApiKey) == []


async def test_a_key_of_another_dossier_cannot_be_revoked(client, services, place):
    await client.post(address(place, "sleutels"), data={"name": "dashboard"})
    [key] = await rows(services, ApiKey)
    other = await a_facilitator(services, "Els")
    theirs = await a_partnership(services, other, name="Elders")
    await signed_in(client, services, other)
    assert (await client.post(address(theirs, f"sleutels/{key.id}/intrekking"))).status_code == 404
    assert len(await rows(services, ApiKey)) == 1


async def test_a_key_without_a_name_is_asked_for_again(client, services, place):
    answer = await client.post(address(place, "sleutels"), data={"name": " "})
    assert answer.status_code == 422
    assert "Geef de sleutel een naam" in answer.text


async def test_deleting_asks_for_the_name_and_keeps_what_was_typed(client, services, place):
    answer = await client.post(address(place, "verwijdering"), data={"dossier": "Veilig <i>"})
    assert answer.status_code == 422
    assert "Typ hem over" in answer.text
    assert 'value="Veilig &lt;i&gt;"' in answer.text
    assert await rows(services, Erasure) == []


async def test_every_page_of_the_dossier_says_when_it_goes_and_a_coordinator_keeps_it(
    client, services, place
):
    session = await a_session(services, partnership=place)
    await client.post(address(place, "verwijdering"), data={"dossier": place.name})
    pages = ["", "/bouwstenen", "/bouwstenen/1-a", "/sessies", "/acties", "/cijfers", "/leden", "/beheer"]
    pages += ["/terugkijken", "/sessies/nieuw"]
    addresses = [f"/dossiers/{place.id}{page}" for page in pages]
    addresses += [f"/sessies/{session.id}/{page}" for page in ("programma", "regie")]
    for url in addresses:
        shown = (await client.get(url)).text
        assert "Dit dossier verdwijnt op" in shown, url
        assert "Toch bewaren" in shown, url
    await as_member(client, services, place, roles.LEZER)
    shown = (await client.get(f"/dossiers/{place.id}")).text
    assert "Dit dossier verdwijnt op" in shown
    assert "Toch bewaren" not in shown
    another = await a_facilitator(services, "Noor")
    await a_member(services, place, another, roles.COORDINATOR)
    await signed_in(client, services, another)
    await client.post(address(place, "behoud"))
    assert "Dit dossier verdwijnt op" not in (await client.get(f"/dossiers/{place.id}")).text
    assert await rows(services, Erasure) == []


async def test_a_dossier_that_was_taken_along_is_taken_over_by_who_uploads_it(client, services, place):
    file = (await client.post(address(place, "archief"))).content

    async def gone(db):
        await db.delete(await db.get_one(Partnership, place.id))

    await services.db.write(gone)
    els = await a_facilitator(services, "Els")
    await signed_in(client, services, els)
    assert 'enctype="multipart/form-data"' in (await client.get("/dossiers/overnemen")).text
    answer = await client.post("/dossiers/overnemen", files={"file": ("dossier.zip", file)})
    assert answer.headers["location"] == f"/dossiers/{place.id}"
    assert place.name in (await client.get(f"/dossiers/{place.id}")).text
    [member] = await rows(services, Membership)
    assert (member.account_id, member.role) == (els.id, roles.COORDINATOR)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Kies eerst een bestand."),
        ({"file": ("leeg.zip", b"")}, "Kies eerst een bestand."),
        ({"file": ("brief.txt", b"Beste collega")}, "Dit is geen archief van Kompas Live."),
        ({"file": ("groot.zip", b" " * (exchange.LARGEST_FILE + 1))}, "Dit archief is te groot."),
        ({"file": ("groter.zip", b" " * (exchange.LARGEST_FILE + 2**20))}, "Dit archief is te groot."),
    ],
)
async def test_what_is_no_archive_is_told_at_the_field_and_changes_nothing(
    client, services, place, files, sentence
):
    answer = await client.post("/dossiers/overnemen", files=files or None, data={"x": "y"})
    assert answer.status_code == 422
    assert sentence in answer.text
    async with services.db.read() as db:
        assert await db.scalar(select(func.count()).select_from(Partnership)) == 1


async def test_the_day_is_as_far_ahead_as_the_installation_says(client, services, settings, place):
    await client.post(address(place, "verwijdering"), data={"dossier": place.name})
    [erasure] = await rows(services, Erasure)
    assert (erasure.on - days.today()).days == settings.erasure_days == 14
