"""The comparison with an earlier verdict: the option --against, and the command compare."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from support.core.errors import UsageError
from support.gate.selection.policy import PATH, load_policy
from support.gate.verdict.against import compare, load_verdict
from support.gate.verdict.findings import Row

AGAINST = "--against"


def parse_against(options: Sequence[str]) -> tuple[list[str], Row | None]:
    """The options without `--against FILE`, and the verdict in that file: read at once, since the run may overwrite it."""
    rest: list[str] = []
    before: Row | None = None
    words = iter(options)
    for word in words:
        flag, given, path = word.partition("=")
        if flag != AGAINST:
            rest.append(word)
            continue
        path = path if given else next(words, "")
        if not path:
            raise UsageError(f"{AGAINST} needs the verdict.json of an earlier run")
        before = load_verdict(Path(path))
    return rest, before


def print_comparison(before: Path, now: Path, own: Collection[str]) -> int:
    """Print what differs between two verdicts, of two releases or two backends. Returns 0 if the outcomes are the same, else 1.

    *own* are the areas of the suite's own checks.
    """
    comparison = compare(load_verdict(before), load_verdict(now), load_policy(PATH), own)
    for heading, found in comparison.changes().items():
        sys.stdout.write("\n".join([f"{heading}: {len(found)}", *(f"  {one}" for one in found), ""]))
    if comparison.same:
        sys.stdout.write("the outcomes are the same\n")
    return 0 if comparison.same else 1
