import pytest

from tests.accounts.house import House


@pytest.fixture
def house(services, app):
    return House(services, app)
