"""The same scenarios several times, each time with a seed of its own: what passed and failed is FLAKY, and never green."""

import shutil
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from support.gate.execution.judging import Job, judge
from support.gate.execution.results import REPEATS, Claim
from support.gate.output.merged_results import retell
from support.gate.selection.terms import Terms
from support.gate.verdict.crosscheck import STOPPED
from support.gate.verdict.findings import ScenarioVerdict, Verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import WORST_FIRST
from support.gate.verdict.verdict import conclude


def repeat(times: int, job: Job, seed: int, claim: Claim) -> Verdict:
    """Reach a verdict *times* times, each with its own seed and folder, and make one of them.

    Ends early when the run is stopped, which the verdict says.
    """
    verdicts: list[Verdict] = []
    for own_seed in seeds(seed, times):
        number = len(verdicts) + 1
        print(f"\nrepeat {number} of {times}, seed {own_seed}", flush=True)
        folder = claim.folder / REPEATS / str(number)
        folder.mkdir(parents=True)
        verdicts.append(judge(job, own_seed, replace(claim, folder=folder)))
        if any(trouble.startswith(STOPPED) for trouble in verdicts[-1].troubles):
            break
    joined = join(verdicts, job.terms)
    _gather(joined, verdicts, claim)
    return joined


def seeds(first: int, times: int) -> Iterator[int]:
    """The printed seed, and those derived from it; what a repeat drew can be had again by its own seed alone."""
    yield first
    for number in range(2, times + 1):
        yield zlib.crc32(f"{first}/{number}".encode()) & 0x7FFFFFFF or 1


def join(verdicts: Sequence[Verdict], terms: Terms) -> Verdict:
    """One verdict on all repeats: no more than green in each of them is green."""
    scenarios = [_joined(repeats) for repeats in zip(*(verdict.scenarios for verdict in verdicts), strict=True)]
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
    return conclude(whole, doubts, terms)


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """What the repeats of one scenario come to: FLAKY if it kept its promise and broke it, else the worst of them."""
    if {Outcome.PASSED, Outcome.FAILED} <= set(outcomes):
        return Outcome.FLAKY
    return min(outcomes, key=WORST_FIRST.index)


def _joined(repeats: Sequence[ScenarioVerdict]) -> ScenarioVerdict:
    counts = Counter(one.outcome for one in repeats)
    worst = repeats[telling(repeats)]
    often = ", ".join(f"{outcome} {count} of {len(repeats)} times" for outcome, count in counts.most_common())
    return replace(
        worst,
        outcome=together([one.outcome for one in repeats]),
        reason="" if worst.outcome is Outcome.PASSED else f"{often}; {worst.reason}",
        duration_s=fmean(one.duration_s for one in repeats),
        faults=[fault for one in repeats for fault in one.faults],
        figures=[figure for one in repeats for figure in one.figures],
        losses=[ledger for one in repeats for ledger in one.losses],
        repeats={outcome.value: count for outcome, count in counts.items()},
    )


def telling(repeats: Sequence[ScenarioVerdict]) -> int:
    """The place of the repeat that tells most: the first of the worst ones."""
    return min(range(len(repeats)), key=lambda place: WORST_FIRST.index(repeats[place].outcome))


def _gather(joined: Verdict, verdicts: Sequence[Verdict], claim: Claim) -> None:
    """The report shows each scenario once, by its telling repeat; the results of all repeats stay in their folders."""
    folders = [claim.folder / REPEATS / str(number) for number, _ in enumerate(verdicts, start=1)]
    chosen = [telling(repeats) for repeats in zip(*(verdict.scenarios for verdict in verdicts), strict=True)]
    retell(joined.scenarios, [folders[place] for place in chosen], claim.folder)
    (claim.folder / "junit").mkdir()
    for folder in folders:
        for path in (folder / "junit").glob("*.xml"):
            shutil.copy(path, claim.folder / "junit" / f"repeat-{folder.name}-{path.name}")
