"""`./accept --prove [VARIANT ...] [behave options]`: proves that every requirement has a scenario that can fail."""

import difflib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from support.core.amounts import span
from support.core.errors import UsageError
from support.gate.execution.results import claim
from support.gate.execution.run_options import EXTRA_WORKERS
from support.gate.mutation.clause_results import clause_results, expected_failures, looked_at
from support.gate.mutation.clause_tables import clause_tables
from support.gate.mutation.kill_matrix import SHOWN, KillMatrix, kill_matrix, trial_line
from support.gate.mutation.kill_matrix_page import kill_matrix_page
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.mutation.trial import Trial
from support.gate.mutation.trial_runner import TrialRunner
from support.gate.output.terminal import Paint
from support.gate.selection.request import all_scenarios, read_request
from support.gate.selection.scenarios import Selected, describe
from support.gate.verdict.outcome import Outcome
from support.systems.protocol import System

PROVEN, UNPROVEN, BROKEN = 0, 1, 3


def prove(words: Sequence[str], systems: Sequence[System]) -> int:
    """Returns 0 if each variant was noticed by its own scenarios alone, each requirement and clause is proven, and each control was
    green; else 1.

    Returns 3 if the unchanged systems are not green.
    """
    mutated = MutatedSystems(systems)
    named = [word for word in words if word in mutated.variants]
    options = tuple(word for word in words if word not in mutated.variants)
    _refuse_misspelled(options, mutated)
    request = read_request(options, systems)
    variants = [mutated.variants[name] for name in named] or list(mutated.variants.values())
    scenarios = [one for one in map(describe, request.scenarios) if mutated.contains(one.id)]
    home = request.settings.results / "proof"
    runner = TrialRunner(mutated, _defines(options), home / "trials", home / "sound")
    trials = runner.plan(scenarios, variants)
    idle = set(named) - {trial.name for trial in trials}
    if idle or not trials:
        raise UsageError(
            f"none of the selected scenarios belongs to a requirement that {' or '.join(sorted(idle)) or 'a variant'} breaks"
        )
    with claim(home).lock:
        shutil.rmtree(home / "trials", ignore_errors=True)
        paint = Paint(sys.stdout)
        judged = _in_trials(scenarios, trials) if named else scenarios
        if not _baseline_is_green(runner, judged, paint):
            return BROKEN
        clauses, wrong = clause_tables(Path(), mutated)
        if not named:  # again, now that the time of each scenario is known
            steps_of = {describe(one).id: {step.name for step in one.all_steps} for one in request.scenarios}
            trials = runner.plan(scenarios, variants, expected_failures(clauses), steps_of)
        results = []
        for result in runner.run_trials(trials, parallel=(os.cpu_count() or 1) + EXTRA_WORKERS):
            results.append(result)
            print(f"{len(results):>3}/{len(trials)}  {trial_line(result, paint)}", flush=True)
        whole = not named and len(scenarios) == sum(mutated.contains(one.id) for one in all_scenarios())
        steps = {step.name for scenario in request.scenarios for step in scenario.all_steps}
        proofs = clause_results(clauses if whole else looked_at(clauses, steps), results, whole=whole)
        matrix = kill_matrix(judged, results, whole=not named, clauses=proofs, complaints=wrong if whole else ())
        print(f"{matrix.summary(paint)}\n  matrix: {_publish(matrix, judged, home)}")
        return PROVEN if matrix.proven else UNPROVEN


def _refuse_misspelled(options: Sequence[str], systems: MutatedSystems) -> None:
    for word in options:
        near = difflib.get_close_matches(word, systems.variants, n=1, cutoff=0.8)
        if near and not Path(word).exists():
            raise UsageError(f"there is no variant {word!r}; did you mean {near[0]}?")


def _defines(options: Sequence[str]) -> tuple[str, ...]:
    """The -D options, which all trials inherit; each selects its own scenarios."""
    inherited = []
    words = iter(options)
    for word in words:
        if word == "-D":
            inherited += [word, next(words, "")]
        elif word.startswith("-D"):
            inherited.append(word)
    return tuple(inherited)


def _in_trials(scenarios: Sequence[Selected], trials: Sequence[Trial]) -> list[Selected]:
    run = {name for trial in trials for name in (*trial.own, *trial.bystanders)}
    return [scenario for scenario in scenarios if scenario.id in run]


def _baseline_is_green(runner: TrialRunner, scenarios: Sequence[Selected], paint: Paint) -> bool:
    print(f"the unchanged systems first, {len(scenarios)} scenarios ...", flush=True)
    run = runner.judge([scenario.id for scenario in scenarios])
    green = {Outcome.PASSED, Outcome.NOT_APPLICABLE}
    bad = [f"{name} was {outcome}" for name, outcome in run.outcomes.items() if outcome not in green]
    bad += [*run.troubles, *([] if run.outcomes else ["no scenario was run"])]
    if not bad:
        print(f"{paint.outcome(Outcome.PASSED, 'green')} in {span(run.duration_s)}", flush=True)
        return True
    print(f"{paint.outcome(Outcome.BROKEN, 'not green')}, so that nothing can be proven: {'; '.join(bad[:SHOWN])}")
    return False


def _publish(matrix: KillMatrix, scenarios: Sequence[Selected], home: Path) -> Path:
    page = home / "proof.html"
    page.write_text(kill_matrix_page(scenarios, matrix), encoding="utf-8")
    (home / "proof.json").write_text(json.dumps(matrix.as_json(), indent=2) + "\n", encoding="utf-8")
    return page
