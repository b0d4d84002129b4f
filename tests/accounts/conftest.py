import pytest_asyncio

from tests.accounts.house import House
from workshop.accounts.sign_in import TRIES


@pytest_asyncio.fixture
async def house(services, app):
    TRIES.clear()
    yield House(services, app)
    TRIES.clear()
