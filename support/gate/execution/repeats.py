"""Runs the same scenarios several times, each time with its own seed; a scenario that passed and failed is FLAKY, never green."""

import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from support.gate.execution.results import REPEATS, Claim
from support.gate.execution.runner import PreparedRun, execute
from support.gate.output.merged_results import merge_results
from support.gate.selection.criteria import Criteria
from support.gate.verdict.crosscheck import STOPPED
from support.gate.verdict.findings import ScenarioVerdict, Verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import WORST_FIRST
from support.gate.verdict.verdict import conclude


def repeat(times: int, run: PreparedRun, seed: int, claim: Claim) -> Verdict:
    """Run *times* times, each with its own seed and folder, and combine the verdicts into one.

    Ends early if the run is stopped; the verdict says so.
    """
    verdicts: list[Verdict] = []
    for own_seed in seeds(seed, times):
        number = len(verdicts) + 1
        print(f"\nrepeat {number} of {times}, seed {own_seed}", flush=True)
        folder = claim.folder / REPEATS / str(number)
        folder.mkdir(parents=True)
        verdicts.append(execute(run, own_seed, replace(claim, folder=folder)))
        if any(trouble.startswith(STOPPED) for trouble in verdicts[-1].troubles):
            break
    combined = combine(verdicts, run.criteria)
    _collect(combined, verdicts, claim)
    return combined


def seeds(first: int, times: int) -> Iterator[int]:
    """The given seed, and those derived from it; each repeat can be reproduced by its own seed."""
    yield first
    for number in range(2, times + 1):
        yield zlib.crc32(f"{first}/{number}".encode()) & 0x7FFFFFFF or 1


def combine(verdicts: Sequence[Verdict], criteria: Criteria) -> Verdict:
    """One verdict on all repeats: green is only what was green in each of them."""
    scenarios = [_combined(repeats) for repeats in zip(*(verdict.scenarios for verdict in verdicts), strict=True)]
    troubles = [
        f"repeat {number}: {trouble}" for number, one in enumerate(verdicts, start=1) for trouble in one.troubles
    ]
    doubts = [one.because for one in verdicts if one.verdict == "unknown"]
    whole = replace(
        verdicts[0],
        duration_s=sum(one.duration_s for one in verdicts),
        repeats=len(verdicts),
        troubles=troubles,
        scenarios=scenarios,
        figures=[figure for one in verdicts for figure in one.figures],
    )
    return conclude(whole, doubts, criteria)


def combined_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of a scenario from those of its repeats: FLAKY if it passed and failed, else the worst."""
    if {Outcome.PASSED, Outcome.FAILED} <= set(outcomes):
        return Outcome.FLAKY
    return min(outcomes, key=WORST_FIRST.index)


def _combined(repeats: Sequence[ScenarioVerdict]) -> ScenarioVerdict:
    counts = Counter(one.outcome for one in repeats)
    worst = repeats[worst_repeat(repeats)]
    often = ", ".join(f"{outcome} {count} of {len(repeats)} times" for outcome, count in counts.most_common())
    return replace(
        worst,
        outcome=combined_outcome([one.outcome for one in repeats]),
        reason="" if worst.outcome is Outcome.PASSED else f"{often}; {worst.reason}",
        duration_s=fmean(one.duration_s for one in repeats),
        faults=[fault for one in repeats for fault in one.faults],
        figures=[figure for one in repeats for figure in one.figures],
        losses=[ledger for one in repeats for ledger in one.losses],
        repeats={outcome.value: count for outcome, count in counts.items()},
    )


def worst_repeat(repeats: Sequence[ScenarioVerdict]) -> int:
    """The index of the repeat with the worst outcome; the first of several."""
    return min(range(len(repeats)), key=lambda place: WORST_FIRST.index(repeats[place].outcome))


def _collect(combined: Verdict, verdicts: Sequence[Verdict], claim: Claim) -> None:
    """The report shows each scenario once, by its worst repeat; the results of all repeats stay in their folders."""
    folders = [claim.folder / REPEATS / str(number) for number, _ in enumerate(verdicts, start=1)]
    chosen = [worst_repeat(repeats) for repeats in zip(*(verdict.scenarios for verdict in verdicts), strict=True)]
    merge_results(combined.scenarios, [folders[place] for place in chosen], claim.folder)
    (claim.folder / "junit").mkdir()
    for folder in folders:
        for path in (folder / "junit").glob("*.xml"):
            shutil.copy(path, claim.folder / "junit" / f"repeat-{folder.name}-{path.name}")
