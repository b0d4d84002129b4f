"""The log as it is written, and as our own modules wrote it before it was washed."""

import io
import logging

import pytest

from workshop.serving import server

OWN_CLIENT = ("httpx", "httpcore")
"""The browser of the test itself logs where it goes; that is not our log."""


class Everything(logging.Handler):
    """Every record of every library from INFO up, as our own log writes it; our own also unwashed."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.raw, self.written = io.StringIO(), io.StringIO()
        self.discreet = server.DiscreetFormatter()

    def emit(self, record):
        if record.name.split(".")[0] in OWN_CLIENT:
            return
        self.written.write(self.discreet.format(record) + "\n")
        if record.name.split(".")[0] == "workshop":
            self.raw.write(self.format(record) + "\n")


@pytest.fixture
def log():
    handler, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)
