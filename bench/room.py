"""What a room costs: cards, marks, choices, joins, connects, a storm, and what everybody hears.

`.venv/bin/python -m bench.room`; README.md says more.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import house, plot
from bench.acts import acts, commits, forgetting
from bench.arrivals import arrivals
from bench.measure import Table, parser
from bench.messages import messages
from bench.stage import QUICK, Scale, Stage, set_up


def main() -> int:
    asked = arguments()
    table = Table(judges=not asked.quick)
    with house.folder() as folder:
        stage = set_up(QUICK if asked.quick else Scale(crowd=asked.phones), table, folder)
        with _one_for_all(stage) if asked.quick else contextlib.nullcontext():
            acts(stage)
            commits(stage)
            forgetting(stage)
            arrivals(stage)
            found = messages(stage, with_references=not asked.quick)
    table.add("load-busy", "how busy the load was at most", stage.busiest, "of a core", most=0.9)
    if asked.plot:
        asked.plot.write_text(plot.bars("Processor time of one message to a phone, in µs", found))
    return table.end(asked.json)


@contextlib.contextmanager
def _one_for_all(stage: Stage) -> Iterator[None]:
    """Starting is most of the time of a quick run."""
    with stage.app() as stage.kept:
        yield
        stage.kept = None


def arguments() -> argparse.Namespace:
    asked = parser(__doc__)
    asked.add_argument("--phones", type=int, default=Scale.crowd, help="how large the crowd is")
    asked.add_argument("--plot", type=Path, metavar="FILE", help="draws what a message costs, as SVG")
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
