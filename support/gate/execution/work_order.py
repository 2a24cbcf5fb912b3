"""Who runs what. Pure: scenarios and the times that they took go in, the order of the feature files comes out.

A feature file is what is handed out: its scenarios stay together and in order.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from support.gate.selection.scenarios import Selected

ALONE = {"alone", "load"}  # tags of scenarios that need the machine for themselves
GUESS_S = 1.0  # for a scenario, when nothing was ever recorded


@dataclass(frozen=True, slots=True)
class Plan:
    """Feature files, each list in the order in which they are to be begun. *seconds* are expected, by file."""

    together: list[str]
    alone: list[str]
    seconds: Mapping[str, float]


def key(scenario: Selected) -> str:
    """What a scenario's time is recorded under; no line number, so that it outlives an edit above it."""
    return f"{scenario.file}: {scenario.name}"


def expected(scenarios: Sequence[Selected], times: Mapping[str, float]) -> dict[str, float]:
    """Seconds by scenario's id: those recorded, else the mean of the recorded ones."""
    known = [times[key(one)] for one in scenarios if key(one) in times]
    mean = statistics.fmean(known) if known else GUESS_S
    return {one.id: times.get(key(one), mean) for one in scenarios}


def plan(scenarios: Sequence[Selected], times: Mapping[str, float]) -> Plan:
    """Longest files first, so that none is begun when the others are done. A file with an @alone scenario runs alone."""
    took = expected(scenarios, times)
    seconds: dict[str, float] = {}
    for one in scenarios:
        seconds[one.file] = seconds.get(one.file, 0.0) + took[one.id]
    longest_first = sorted(seconds, key=lambda file: (-seconds[file], file))
    apart = {one.file for one in scenarios if ALONE & set(one.tags)}
    return Plan(
        [file for file in longest_first if file not in apart],
        [file for file in longest_first if file in apart],
        seconds,
    )


def split(scenarios: Sequence[Selected], times: Mapping[str, float], shards: int) -> list[list[str]]:
    """The feature files of each shard: the longest one first, always to the shard that has the least so far."""
    seconds = plan(scenarios, times).seconds
    loads = [0.0] * shards
    files: list[list[str]] = [[] for _ in range(shards)]
    for file in sorted(seconds, key=lambda file: (-seconds[file], file)):
        least = loads.index(min(loads))
        loads[least] += seconds[file]
        files[least].append(file)
    return files
