"""The demonstration's dossier, and every document of it in a folder."""

import datetime as dt
import shutil
from types import SimpleNamespace

import pytest
import pytest_asyncio

from workshop.app import make_services, running
from workshop.content.library import Library
from workshop.demo import history
from workshop.documents import formats, orders
from workshop.record import sessions
from workshop.settings import ROOT, Settings

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def library():
    return Library.load(ROOT / "sessions")


@pytest_asyncio.fixture(scope="session")
async def demonstration(migrated_file, tmp_path_factory):
    file = tmp_path_factory.mktemp("documents") / "demo.sqlite"
    shutil.copy(migrated_file, file)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{file}", base_url="http://127.0.0.1:8000")
    services = make_services(settings)
    async with running(services):
        made = await history.make(services, TODAY)
        yield SimpleNamespace(services=services, id=made.partnership_id, folder=file.parent)


@pytest_asyncio.fixture(scope="session")
async def documents(demonstration):
    """Name -> how it is made, of every document that the pages offer."""
    services, id = demonstration.services, demonstration.id
    async with services.db.read() as db:
        held = await sessions.of(db, id)
    found = {"dossier": await orders.of_dossier(services, id)}
    for one in services.library.bouwstenen:
        found[f"bouwsteen-{one.number}"] = await orders.of_bouwsteen(services, id, one)
    for sheet in services.library.worksheets:
        found[f"werkblad-{sheet.slug}"] = await orders.of_worksheet(services, id, sheet)
    for number, session in enumerate(held):
        found[f"sessie-{number}"] = await orders.of_session(services, id, session.id)
    return found


@pytest_asyncio.fixture(scope="session")
async def pdfs(documents, demonstration):
    return await made_in(demonstration.folder, documents, "pdf")


async def made_in(folder, documents, ending, after=""):
    files = [folder / f"{name}{after}.{ending}" for name in documents]
    for file, build in zip(files, documents.values(), strict=True):
        file.write_bytes((await formats.make(ending, build)).file)
    return files
