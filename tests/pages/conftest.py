"""What the pages of a session are tried from."""

import pytest_asyncio

from tests.pages.desks import Desk
from tests.people import a_facilitator, a_partnership, a_session, signed_in


@pytest_asyncio.fixture
async def desk(client, services):
    account = await a_facilitator(services, "Samira")
    partnership = await a_partnership(services, account)
    sign_in = await signed_in(client, services, account)
    session = await a_session(
        services, partnership=partnership, sign_in=sign_in, step="zorgen-kansen", holds_back=True
    )
    return Desk(client, services, session, partnership)
