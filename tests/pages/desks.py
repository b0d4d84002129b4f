"""A facilitator's browser at one session."""

import uuid
from html import unescape

from tests.pages.presses import pressed_twice
from tests.people import a_participant, activity, reloaded
from workshop.models import Contribution

HX = {"HX-Request": "true"}


class Desk:
    """One facilitator's browser at one session, which is at its cards."""

    def __init__(self, client, services, session, partnership):
        self.client, self.services, self.session, self.partnership = client, services, session, partnership
        self.home = f"/sessies/{session.id}"
        self.step = f"{self.home}/stappen/{session.activity_id}"

    async def post(self, path, status=303, headers=None, /, **form):
        answer = await self.client.post(f"{self.home}{path}", data=form, headers=headers)
        assert answer.status_code == status, answer.text
        return unescape(answer.text)

    async def block(self, path, status=200, /, **form):
        """As htmx asks."""
        return await self.post(path, status, HX, **form)

    async def html(self, path="/regie"):
        answer = await self.client.get(f"{self.home}{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def page(self, path="/regie"):
        """To read."""
        return unescape(await self.html(path))

    async def twice(self, address, form, headers=None):
        """Both answers, and whether the second press changed something."""
        return await pressed_twice(self.services, self.client, address, form, headers)

    async def now(self):
        return await reloaded(self.services, self.session.id)

    async def activity(self):
        return activity(await self.now(), "zorgen-kansen")

    async def screen(self):
        return unescape((await self.client.get(f"/scherm/{self.session.screen_token}")).text)

    async def card(self, words, phone=True, **form):
        """A phone sends a card; returns its id."""
        sender = await a_participant(self.services, self.session) if phone else None
        receipt = await self.services.room.contribute(
            self.session.id,
            sender and sender.id,
            self.session.activity_id,
            uuid.uuid4(),
            {"column": ["zorg"], "text": [words]} | form,
        )
        return receipt.id

    async def row(self, id, kind=Contribution):
        async with self.services.db.read() as db:
            return await db.get(kind, id)
