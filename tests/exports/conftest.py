import pytest

from workshop.bouwstenen import Library
from workshop.settings import ROOT


@pytest.fixture(scope="session")
def library():
    return Library.load(ROOT / "sessions")
