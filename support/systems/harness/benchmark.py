"""`python -m support.systems.harness.benchmark`: what ten scenarios of the fallback chain cost with fresh containers for each of them, as one would
write them with a container library alone, and as a run of Holdfast. Needs a container engine; other work disturbs the figures.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

from support.core.checkout import CHECKOUT
from support.core.errors import HoldfastError, UsageError
from support.core.processor_time import spent
from support.environments.container_engine import demand_engine
from support.gate.selection.request import read_request
from support.gate.selection.scenarios import describe
from support.systems.registry import systems

FEATURE = "features/catalog/fallback_chain.feature"
SCENARIOS = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds: by the clock, and of busy processors of the whole machine, so that those of containers count."""

    wall_s: float
    processor_s: float


def measure(runs: Sequence[Sequence[str]]) -> Cost:
    """Of one gate after the other, each with the options of one of the *runs*. Raises `UsageError` if one is red."""
    began, before = time.monotonic(), spent()
    for options in runs:
        with tempfile.TemporaryDirectory(prefix="holdfast-benchmark-") as results:
            command = [
                sys.executable,
                "-m",
                "support.gate",
                "run",
                *options,
                "-D",
                f"results={results}",
                "-D",
                "report=no",
            ]
            ended = run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise UsageError(
                f"nothing can be measured on a run that is red: {' '.join(options)}\n{ended.stdout[-2000:]}"
            )
    return Cost(time.monotonic() - began, spent().busy - before.busy)


def main() -> int:
    try:
        demand_engine()
        ids = [
            f"{FEATURE.partition('/')[0]}/{describe(one).id}" for one in read_request([FEATURE], systems()).scenarios
        ]
        chosen = ids[:SCENARIOS]
        fresh = measure([(one, "-D", "backend=containers", "--workers", "1") for one in chosen])
        ours = measure([(*chosen, "-D", "backend=embedded")])
    except HoldfastError as error:
        print(error, file=sys.stderr)
        return 64
    print(f"{len(chosen)} scenarios of {Path(FEATURE).name}           wall       processor")
    for what, cost in (("fresh containers for each scenario", fresh), ("Holdfast", ours)):
        print(f"{what:40} {cost.wall_s:8.1f} s {cost.processor_s:12.1f} s")
    print(f"{'times as fast':40} {fresh.wall_s / ours.wall_s:8.1f}   {fresh.processor_s / ours.processor_s:12.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
