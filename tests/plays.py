"""How much the plays of Hypothesis play: little and always the same in `./test`. `PLAYS=50 ./test FILE` plays
fifty times as much, each time something else, and looks for the shortest play that fails."""

import os

from hypothesis import HealthCheck, Phase, settings

PLAYS = int(os.environ.get("PLAYS", "1"))


def plays(number: int, **more) -> settings:
    return settings(
        max_examples=number * PLAYS,
        derandomize=PLAYS == 1,
        phases=(Phase.explicit, Phase.generate) if PLAYS == 1 else tuple(Phase),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )
