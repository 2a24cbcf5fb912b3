"""What ten scenarios cost with fresh containers for each of them, as one would write them with a container library alone, and as a
run of Holdfast. Needs a container engine and the images; other work on the machine disturbs the figures.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from subprocess import run

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError
from support.core.processor_time import spent
from support.environments.container_engine import demand_engine
from support.gate.selection.request import read_request
from support.gate.selection.scenarios import FEATURES, describe
from support.systems.protocol import System

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
            gate = (sys.executable, "-m", "support.gate", "run", "-D", "report=no", "-D", f"results={results}")
            ended = run([*gate, *options], cwd=CHECKOUT, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise UsageError(
                f"nothing can be measured on a run that is red: {' '.join(options)}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
            )
    return Cost(time.monotonic() - began, spent().busy - before.busy)


def benchmark(words: Sequence[str], systems: Sequence[System]) -> int:
    """Print both for the first scenarios of a feature, *words*. Raises `UsageError` without an engine, and on a red run."""
    demand_engine()
    ids = [f"{FEATURES}/{describe(one).id}" for one in read_request(words, systems).scenarios][:SCENARIOS]
    fresh = measure([(one, "-D", "backend=containers", "--workers", "1") for one in ids])
    ours = measure([(*ids, "-D", "backend=embedded")])
    print(f"{len(ids)} scenarios of {' '.join(words):40} wall       processor")
    for what, cost in (("a gate with fresh containers for each", fresh), ("one run, embedded", ours)):
        print(f"{what:54} {cost.wall_s:6.1f} s {cost.processor_s:10.1f} s")
    print(f"{'times as fast':54} {fresh.wall_s / ours.wall_s:6.1f}   {fresh.processor_s / ours.processor_s:10.1f}")
    return 0
