"""A dossier with two members, in a started database."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from workshop.accounts import roles
from workshop.content.library import Library
from workshop.models import Account, Membership, Partnership, Session
from workshop.settings import ROOT
from workshop.storage.database import Database


@dataclass(frozen=True)
class Dossier:
    database: Database
    id: uuid.UUID
    samira: uuid.UUID
    kevin: uuid.UUID

    async def add(self, *rows):
        """Stores rows of this dossier; returns the first."""

        async def store(db):
            db.add_all(rows)
            await db.flush()
            return rows[0]

        return await self.database.write(store)

    async def session(self, worksheet="1-A", **values):
        return await self.add(Session(partnership_id=self.id, worksheet=worksheet, title="Sessie", **values))


@pytest_asyncio.fixture
async def dossier(database):
    return await a_dossier(database)


async def a_dossier(database: Database) -> Dossier:
    people = [
        Account(email=f"{uuid.uuid4()}@x.nl", name=name, password_hash="x") for name in ("Samira", "Kevin")
    ]
    partnership = Partnership(name="Veilig Voorbeeldstad")

    async def store(db):
        db.add_all([*people, partnership])
        await db.flush()
        for account, role in zip(people, (roles.COORDINATOR, roles.LEZER), strict=True):
            db.add(Membership(partnership_id=partnership.id, account_id=account.id, role=role))

    await database.write(store)
    return Dossier(database, partnership.id, people[0].id, people[1].id)


@pytest.fixture(scope="session")
def library():
    return Library.load(Path(ROOT) / "sessions")
