"""Examples of an outline that all fail alike: after a few slow ones the rest would only cost time."""

import re
from collections.abc import Sequence

from support.gate.verdict.outcome import Finding, Outcome

NOT_RUN = "not run: the first"
ENOUGH = 3
SLOW_S = 30.0  # what those have cost together; quick examples are all run, since each may tell more


def why_enough(earlier: Sequence[tuple[Finding, float]]) -> str:
    """Why the next example of an outline is not run; empty when it is.

    *earlier* has the finding and the duration in seconds of each example that has been run.
    """
    earlier = [(finding, took) for finding, took in earlier if NOT_RUN not in finding.reason]
    failures = {_without_values(finding.reason) for finding, _ in earlier if finding.outcome is Outcome.FAILED}
    spent_s = sum(duration_s for _, duration_s in earlier)
    if len(earlier) < ENOUGH or spent_s < SLOW_S or len(failures) != 1:
        return ""
    if any(finding.outcome is not Outcome.FAILED for finding, _ in earlier):
        return ""
    return f"{NOT_RUN} {len(earlier)} examples failed alike, in {spent_s:.0f} s; the last one: {earlier[-1][0].reason}"


def _without_values(reason: str) -> str:
    """*reason* without what differs between examples: numbers, quoted texts, and what follows the first line."""
    return re.sub(r"\"[^\"]*\"|'[^']*'|\d+(?:\.\d+)?", "...", reason.partition("\n")[0])
