"""An installation with people in it, for the tests of accounts and of their pages."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from tests.people import PASSWORD_HASH
from workshop.accounts import dossiers
from workshop.accounts.sign_in import begin
from workshop.models import Account, Membership
from workshop.pages.visitor import COOKIE
from workshop.services import Services


class House:
    def __init__(self, services: Services, app: Any) -> None:
        self.services = services
        self.db = services.db
        self.origin = services.settings.origin
        self._app = app

    def browser(self) -> httpx.AsyncClient:
        """Somebody's browser: keeps cookies, follows nothing, and posts from our own origin."""
        transport = httpx.ASGITransport(self._app)
        return httpx.AsyncClient(transport=transport, base_url=self.origin, headers={"Origin": self.origin})

    async def account(self, name: str, is_manager: bool = False) -> Account:
        """`samira@lindewaard.nl` for Samira; the password is that of tests/people.py."""
        email = f"{name.lower()}@lindewaard.nl"
        account = Account(email=email, name=name, password_hash=PASSWORD_HASH, is_manager=is_manager)
        return await self._store(account)

    async def signed_in(self, account: Account) -> httpx.AsyncClient:
        browser = self.browser()
        token = await self.db.write(lambda db: begin(db, account.id, days=1))
        browser.cookies.set(COOKIE, token)
        return browser

    async def dossier(self, coordinator: Account, name: str = "Veilig opgroeien") -> uuid.UUID:
        return await dossiers.create(self.db, coordinator, name, "Lindewaard")

    async def join(self, account: Account, partnership_id: uuid.UUID, role: str) -> Membership:
        return await self._store(Membership(partnership_id=partnership_id, account_id=account.id, role=role))

    async def one(self, query: Any) -> Any:
        async with self.db.read() as db:
            return await db.scalar(query)

    async def change(self, kind: type, id: uuid.UUID, **values: Any) -> None:
        async def assign(db):
            row = await db.get(kind, id)
            for name, value in values.items():
                setattr(row, name, value)

        await self.db.write(assign)

    async def _store(self, row: Any) -> Any:
        async def store(db):
            db.add(row)
            await db.flush()
            return row

        return await self.db.write(store)
