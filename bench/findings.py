"""How much was attacked, and what got through: the tests of attacks, played and counted."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from bench.house import ROOT
from bench.measure import Table, heading

ATTACKS = (
    "tests/attacks",
    "tests/pages/test_routes.py",
    "tests/pages/test_limits.py",
    "tests/browser/test_every_page.py",
)
NOTED = {
    "payloads": "columns of text that held HTML, a template's code and ends of attributes",
    "sinks": "pages and widths at which all of it was shown",
    "frames": "frames of a WebSocket that no browser would send",
}
"""What the tests note of themselves (`record_property`)."""


def findings(table: Table) -> None:
    """Raises `RuntimeError` when nothing was played."""
    heading("What attackers find")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        asked = ["pytest", "-q", "-n", "2", "--dist", "loadgroup", f"--junitxml={report}", *ATTACKS]
        done = subprocess.run([sys.executable, "-m", *asked], cwd=ROOT, capture_output=True, text=True)
        if not report.exists():
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        told = ET.parse(report).getroot()
    cases = list(told.iter("testcase"))
    if not cases:
        raise RuntimeError("no test was played")
    noted: Counter[str] = Counter()
    for one in told.iter("property"):
        noted[one.attrib["name"]] += int(one.attrib["value"])
    table.add("cases", "tests of attacks that were played", len(cases), "tests")
    for name, words in NOTED.items():
        table.add(name, words, noted[name], "", least=1)
    wrong = [
        case.attrib["name"]
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]
    table.add("findings", "of them that got through", len(wrong), "", most=0, note="; ".join(wrong))
