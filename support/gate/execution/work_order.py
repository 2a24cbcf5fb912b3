"""The order in which feature files are run. Pure: scenarios and their recorded times in, the order out.

The unit of work is a feature file: its scenarios stay in one process and in order.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.gate.selection.scenarios import Selected

EXCLUSIVE_TAGS = {"alone", "load"}  # tags of scenarios that need the whole machine
DEFAULT_DURATION_S = 1.0  # of a scenario, as long as no time was recorded


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """Feature files in the order in which they are started; the *exclusive* ones one at a time. *seconds* are expected, by file."""

    parallel: list[str]
    exclusive: list[str]
    seconds: Mapping[str, float]


def timing_key(scenario: Selected) -> str:
    """The name under which the time of a scenario is recorded; without a line number, so that edits above it do not matter."""
    return f"{scenario.file}: {scenario.name}"


def expected_durations(scenarios: Sequence[Selected], times: Mapping[str, float]) -> dict[str, float]:
    """Seconds by the scenario's id: the recorded time, else the mean of all recorded ones."""
    known = [times[timing_key(one)] for one in scenarios if timing_key(one) in times]
    mean = statistics.fmean(known) if known else DEFAULT_DURATION_S
    return {one.id: times.get(timing_key(one), mean) for one in scenarios}


def work_order(scenarios: Sequence[Selected], times: Mapping[str, float]) -> WorkOrder:
    """Longest files first, so that no long one starts last. A file with an @alone or @load scenario runs exclusively."""
    took = expected_durations(scenarios, times)
    seconds: dict[str, float] = {}
    for one in scenarios:
        seconds[one.file] = seconds.get(one.file, 0.0) + took[one.id]
    longest_first = sorted(seconds, key=lambda file: (-seconds[file], file))
    exclusive = {one.file for one in scenarios if EXCLUSIVE_TAGS & set(one.tags)}
    return WorkOrder(
        [file for file in longest_first if file not in exclusive],
        [file for file in longest_first if file in exclusive],
        seconds,
    )


def split_into_shards(scenarios: Sequence[Selected], times: Mapping[str, float], shards: int) -> list[list[str]]:
    """The feature files of each shard: longest first, each to the shard with the least load so far."""
    seconds = work_order(scenarios, times).seconds
    loads = [0.0] * shards
    files: list[list[str]] = [[] for _ in range(shards)]
    for file in sorted(seconds, key=lambda file: (-seconds[file], file)):
        least = loads.index(min(loads))
        loads[least] += seconds[file]
        files[least].append(file)
    return files
