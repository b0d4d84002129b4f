"""What the simulated phones know themselves: which ids were acknowledged, how fast, and what failed."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SENT, ACKNOWLEDGED, REFUSED, WITHDRAWN = "sent", "acknowledged", "refused", "withdrawn"
NO_ANSWER = "geen antwoord"


class Ledger:
    """What the phones were told, whatever the server says afterwards: fault tests compare the database with
    it.

    `sent` in `states` is a contribution that was never answered: it may be stored or not.
    """

    def __init__(self) -> None:
        self.states: dict[uuid.UUID, tuple[str, str]] = {}
        """Contribution -> the step it was for, and its state."""
        self.phones = self.joined = self.frames = self.reconnects = self.repeats = 0
        self.errors: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.failures: Counter[str] = Counter()
        """What may never happen but did, in Dutch words, and how often."""

    def send(self, id: uuid.UUID, step: str) -> None:
        self.states.setdefault(id, (step, SENT))

    def settle(self, id: uuid.UUID, state: str) -> None:
        self.states[id] = (self.states[id][0] if id in self.states else "", state)

    def state(self, id: uuid.UUID) -> str:
        return self.states[id][1]

    def ids(self, *states: str, step: str = "") -> set[uuid.UUID]:
        return {id for id, (of, state) in self.states.items() if state in states and step in ("", of)}

    @property
    def acknowledged(self) -> set[uuid.UUID]:
        """Also those that were taken back afterwards."""
        return self.ids(ACKNOWLEDGED, WITHDRAWN)

    def report(self) -> dict[str, Any]:
        """Returns the figures of a run: `{"phones": 30, "acknowledged": 41, "p50_ms": 8.1, "errors": {"503":
        2}, …}`."""
        return {
            "phones": self.phones,
            "joined": self.joined,
            "acknowledged": len(self.acknowledged),
            "withdrawn": len(self.ids(WITHDRAWN)),
            "repeats": self.repeats,
            "unanswered": len(self.ids(SENT)),
            "frames": self.frames,
            "reconnects": self.reconnects,
            "errors": dict(sorted(self.errors.items())),
            "p50_ms": percentile(self.seconds, 50),
            "p95_ms": percentile(self.seconds, 95),
            "failures": dict(self.failures),
        }

    def write(self, file: Path) -> None:
        """Writes one line of JSON per contribution: `id`, `step` and `state`."""
        lines = (
            json.dumps({"id": str(id), "step": step, "state": state})
            for id, (step, state) in self.states.items()
        )
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def percentile(seconds: list[float], part: int) -> float | None:
    """Returns a percentile of seconds in milliseconds; None when there are none."""
    if not seconds:
        return None
    index = min(len(seconds) - 1, len(seconds) * part // 100)
    return round(sorted(seconds)[index] * 1000, 1)


def words(report: Mapping[str, Any]) -> str:
    """Writes the report in Dutch, for a person."""
    errors = ", ".join(f"{count} keer {status}" for status, count in report["errors"].items()) or "geen"
    lines = [
        f"Telefoons:      {report['joined']} van {report['phones']} doen mee",
        f"Bewaard:        {report['acknowledged']} bijdragen, daarvan {report['withdrawn']} weer weggehaald",
        f"Nog eens:       {report['repeats']} keer hetzelfde gestuurd",
        f"Geen antwoord:  {report['unanswered']}",
        f"Beelden:        {report['frames']} ontvangen, {report['reconnects']} keer opnieuw verbonden",
        f"Fouten:         {errors}",
    ]
    if report["p50_ms"] is not None:
        lines.append(f"Antwoord na:    {report['p50_ms']} ms (helft), {report['p95_ms']} ms (95 %)")
    lines += [f"MIS: {what} ({count} keer)" for what, count in report["failures"].items()]
    return "\n".join(lines)
