"""`./accept --prove [VARIANT ...] [behave options]`: shows that every requirement has a scenario that can fail."""

import difflib
import json
import os
import shutil
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from support.core.amounts import span
from support.core.errors import UsageError
from support.gate.execution.results import claim
from support.gate.mutation.conclusion import SHOWN, Conclusion, conclude, line
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.proving import Bench
from support.gate.mutation.trial import Trial
from support.gate.output.terminal import Paint
from support.gate.selection.request import read_request
from support.gate.selection.scenarios import Selected, describe
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import System

PROVEN, UNPROVEN, BROKEN = 0, 1, 3
MORE = 1  # trial than there are processors: each waits more than it works


def prove(words: Sequence[str], systems: Sequence[System]) -> int:
    """Returns 0 if each variant was noticed by its own scenarios alone and each requirement is proven, else 1.

    Returns 3 if the sound systems are not green.
    """
    mutated = MutatedSystems(systems)
    known = mutated.variants
    named = [word for word in words if word in known]
    options = tuple(word for word in words if word not in known)
    _refuse_misnamed(options, known)
    request = read_request(options, systems)
    variants = [known[name] for name in named] or list(known.values())
    scenarios = [one for one in map(describe, request.scenarios) if one.id.startswith(mutated.folders)]
    home = request.settings.results / "proof"
    bench = Bench(mutated, _without_paths(options), home / "trials", home / "sound")
    trials = bench.plan(scenarios, variants)
    idle = set(named) - {trial.name for trial in trials}
    if idle or not trials:
        raise UsageError(
            f"none of the selected scenarios belongs to a requirement that {' or '.join(sorted(idle)) or 'a variant'} breaks"
        )
    with claim(home).lock:
        shutil.rmtree(home / "trials", ignore_errors=True)
        paint = Paint(sys.stdout)
        asked = _asked(scenarios, trials) if named else scenarios
        if not _sound_is_green(bench, asked, paint):
            return BROKEN
        if not named:
            trials = bench.plan(scenarios, variants)  # now that it is known how long each scenario takes
        results = []
        for result in bench.attempts(trials, side_by_side=(os.cpu_count() or 1) + MORE):
            results.append(result)
            print(f"{len(results):>3}/{len(trials)}  {line(result, paint)}", flush=True)
        conclusion = conclude(asked, results, whole=not named)
        print(f"{conclusion.told(paint)}\n  matrix: {_publish(conclusion, asked, home)}")
        return PROVEN if conclusion.proven else UNPROVEN


def _refuse_misnamed(options: Sequence[str], known: Collection[str]) -> None:
    for word in options:
        near = difflib.get_close_matches(word, known, n=1, cutoff=0.8)
        if near and not Path(word).exists():
            raise UsageError(f"there is no variant {word!r}; did you mean {near[0]}?")


def _without_paths(options: Sequence[str]) -> tuple[str, ...]:
    """What the trials inherit; which scenarios they run is decided for each."""
    inherited = []
    words = iter(options)
    for word in words:
        if word == "-D":
            inherited += [word, next(words, "")]
        elif word.startswith("-D"):
            inherited.append(word)
    return tuple(inherited)


def _asked(scenarios: Sequence[Selected], trials: Sequence[Trial]) -> list[Selected]:
    run = {name for trial in trials for name in (*trial.own, *trial.bystanders)}
    return [scenario for scenario in scenarios if scenario.id in run]


def _sound_is_green(bench: Bench, scenarios: Sequence[Selected], paint: Paint) -> bool:
    print(f"the sound systems first, {len(scenarios)} scenarios ...", flush=True)
    judged = bench.judge("the sound systems", [scenario.id for scenario in scenarios])
    green = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    bad = [f"{name} was {outcome}" for name, outcome in judged.outcomes.items() if outcome not in green]
    bad += [*judged.troubles, *([] if judged.outcomes else ["no scenario was run"])]
    if not bad:
        print(f"{paint.outcome(Outcome.PASSED, 'green')} in {span(judged.duration_s)}", flush=True)
        return True
    print(f"{paint.outcome(Outcome.BROKEN, 'not green')}, so that nothing can be proven: {'; '.join(bad[:SHOWN])}")
    return False


def _publish(conclusion: Conclusion, asked: Sequence[Selected], home: Path) -> Path:
    matrix = home / "proof.html"
    matrix.write_text(kill_matrix_page(asked, conclusion), encoding="utf-8")
    (home / "proof.json").write_text(json.dumps(conclusion.as_json(), indent=2) + "\n", encoding="utf-8")
    return matrix
