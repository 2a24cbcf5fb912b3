"""Where we listen to behave. Two of its methods are wrapped, because only there is every outcome final and known:

- `ModelRunner.run_model`, for the selection before anything runs, `before_all`, aborted runs and features that never ran;
- `Scenario.run`, whose end is the first moment after hooks, fixtures and clean-ups of a scenario.

Formatters and reporters, behave's own way, hear of a scenario before its clean-ups or only once its feature is over.
"""

import functools
import inspect
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import allure_behave.formatter
from behave.formatter.base import StreamOpener
from behave.model import Feature, Scenario
from behave.runner import ModelRunner

from support.behave_runtime import recording as current
from support.behave_runtime.recorder import Recorder
from support.core.errors import BrokenHarnessError, HoldfastError, InconclusiveError, UsageError
from support.core.journal import Journal
from support.core.secrets import mask_files
from support.gate.execution.results import RUN, claim
from support.gate.execution.work_queue import WORKER, WorkQueue
from support.gate.selection.preflight import examine
from support.gate.selection.scenarios import describe, selected_scenarios, tags_of
from support.gate.selection.scope import without_unasked
from support.gate.selection.systems import needed_systems
from support.gate.verdict.outcome import in_words
from support.reporting import junit_writer
from support.reporting.allure_formatter import GateFormatter
from support.systems.protocol import System

USAGE, BROKEN, INTERRUPTED = 64, 3, 130
_run_model_of_behave: Callable[..., Any] = ModelRunner.run_model
_run_of_behave: Callable[..., Any] = Scenario.run
_recorders: list[Recorder] = []
_systems: list[System] = []
_loaders: list[Callable[[Iterable[System]], None]] = []


def install(systems: Sequence[System], load: Callable[[Iterable[System]], None] | None = None) -> None:
    """Record every behave run of this process. Call it at the top of environment.py, which behave reads first.

    *load* is called before a run with the systems that its scenarios need, to load their step modules.
    """
    _systems[:] = systems
    _loaders[:] = [load] if load else []
    allure_behave.formatter.AllureFormatter = GateFormatter  # type: ignore[misc]  # so that `-f allure_behave...` gets what is fit for a gate
    ModelRunner.run_model = _run_model  # type: ignore[method-assign]
    Scenario.run = _run_scenario  # type: ignore[method-assign]
    junit_writer.install()


def _run_scenario(scenario: Scenario, runner: Any) -> bool:
    if not _recorders:  # a dry run
        return bool(_run_of_behave(scenario, runner))
    recorder = _recorders[-1]
    with recorder.record(scenario):
        failed = bool(_run_of_behave(scenario, runner))
    if record := recorder.record_of(scenario):
        for formatter in runner.formatters:
            if tell := getattr(formatter, "scenario_ended", None):
                tell(record)
    return failed


def _run_model(runner: Any, features: Sequence[Feature] | None = None) -> bool:
    _load_sentences(runner)
    if runner.config.dry_run:
        return bool(_run_model_of_behave(runner, features))
    try:
        recording, recorder = _open(runner.features, runner.config)
    except HoldfastError as trouble:
        _refuse(trouble)
    tasks = WorkQueue.inherited(sorted(recorder.files))
    if tasks is None:
        recorder.start()
    else:
        recorder.start_as_one_of_several()
    current.begin(recording)
    _recorders.append(recorder)
    allure = next((known for known in runner.formatters if isinstance(known, GateFormatter)), None)
    if allure is None:
        allure = GateFormatter(StreamOpener(), runner.config)
        runner.formatters.append(allure)
    allure.begin(recorder, recording.register, recording.results / "allure-results")
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        return _record(runner, features, tasks, recorder, allure)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        allure.end()
        _recorders.pop()
        current.end()
        if RUN not in os.environ:  # otherwise the gate does, when all processes have ended
            mask_files(recording.results)


def _load_sentences(runner: Any) -> None:
    selected = selected_scenarios(runner.features, runner.config)
    if RUN in os.environ:  # otherwise this is plain behave, which runs all that it is given
        selected = without_unasked(selected, runner.features, runner.config, _systems)
    tags = {tag for scenario in selected for tag in tags_of(scenario)}
    for load in _loaders:
        load(_systems if runner.config.dry_run else needed_systems(tags, _systems))


def _record(
    runner: Any, features: Iterable[Feature] | None, tasks: WorkQueue | None, recorder: Recorder, allure: GateFormatter
) -> bool:
    _watch_clean_ups(runner, recorder)
    status, why = "crashed", ""
    if tasks:
        features = _handed_out(runner, tasks, recorder)
    try:
        _before_all(runner)
        _watch_hooks(runner, recorder)
        failed = bool(_run_model_of_behave(runner, features))
        status = "aborted" if runner.aborted else "completed"
    except _RefusedError as refused:
        why = str(refused)
        _write_off(tasks, recorder)
        _clean_up(runner)
        _refuse(refused.trouble, recorder.journal)
    except BaseException as error:
        why = f"the run was ended by {in_words(error)}"
        _clean_up(runner)
        if isinstance(error, SystemExit):  # a step must not choose the verdict
            print(f"the run was ended by a SystemExit({error.code!r})", file=sys.stderr)  # noqa: T201
            raise SystemExit(BROKEN) from error
        if isinstance(error, KeyboardInterrupt):
            _write_off(tasks, recorder)
            raise SystemExit(INTERRUPTED) from error
        raise
    finally:
        for scenario in recorder.finish(status, why):
            allure.never_ran(scenario)
    return failed or recorder.red


def _handed_out(runner: Any, tasks: WorkQueue, recorder: Recorder) -> Iterator[Feature]:
    """One feature after the other, as long as there are any that no other process has taken."""
    for file in tasks:
        for feature in {id(scenario.feature): scenario.feature for scenario in recorder.take(file)}.values():
            yield feature
            if runner.aborted or (runner.config.stop and feature.status.has_failed()):
                _write_off(tasks, recorder)
                return


def _write_off(tasks: WorkQueue | None, recorder: Recorder) -> None:
    """Take what is left, to be told of as not run: the run is over, for all of its processes."""
    for file in tasks or ():
        recorder.take(file)


def _open(features: Sequence[Feature], config: Any) -> tuple[current.Recording, Recorder]:
    run = os.environ.get(RUN)
    asked = examine(features, config, Path(config.base_dir), _systems, for_gate=run is not None)
    results = asked.settings.results
    if run is None:
        for warning in asked.settings.warnings:
            print(warning, file=sys.stderr)  # noqa: T201
        claimed = claim(results)
        _locks.append(claimed)
        results, run = claimed.folder, claimed.run
        if results != claimed.home:
            print(f"another run holds {claimed.home}: this one writes to {results}", file=sys.stderr)  # noqa: T201
    worker = os.environ.get(WORKER)
    logs = results / "logs" / (f"worker-{worker}" if worker else "")
    journal = Journal(results / "journal.jsonl", run, worker)
    selected = [describe(scenario) for scenario in asked.scenarios]
    recording = current.Recording(asked.settings, results, logs, journal, asked.register, selected=selected)
    return recording, Recorder(recording, asked.scenarios)


_locks: list[object] = []  # held as long as the process lives


class _RefusedError(Exception):
    """`before_all` cannot go on; *trouble* says why."""

    def __init__(self, trouble: HoldfastError) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def _before_all(runner: Any) -> None:
    """Run the hook ahead of behave, which would drown a refusal in a summary of everything that it did not do."""
    hook = runner.hooks["before_all"]
    try:
        with runner.context.use_with_user_mode():
            hook(runner.context)
    except HoldfastError as trouble:
        raise _RefusedError(trouble) from trouble
    except Exception as error:
        traceback.print_exc()
        raise _RefusedError(BrokenHarnessError(f"before_all: {in_words(error)}")) from error
    runner.hooks["before_all"] = lambda _context: None


def _refuse(trouble: HoldfastError, journal: Journal | None = None) -> NoReturn:
    usage = isinstance(trouble, UsageError)
    if journal:
        journal.write("usage-error" if usage else "broken", message=str(trouble))
    if RUN not in os.environ or journal is None:  # the gate reads it from the journal
        print(trouble, file=sys.stderr)  # noqa: T201
    raise SystemExit(USAGE if usage else BROKEN) from trouble


def _watch_hooks(runner: Any, recorder: Recorder) -> None:
    for name, hook in list(runner.hooks.items()):
        if name.startswith(("before_", "after_")) and callable(hook):
            runner.hooks[name] = _watched(name, hook, recorder)


def _watched(name: str, hook: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    @functools.wraps(hook)
    def call(*args: Any) -> Any:
        try:
            if name == "before_scenario" and (why := recorder.why_enough(args[1])):
                raise InconclusiveError(why)  # noqa: TRY301  recorded below, as what a hook raises
            return hook(*args)
        except BaseException as error:
            recorder.error(f"{name} @{args[1]}" if name.endswith("_tag") else name, error)
            raise

    return call


def _watch_clean_ups(runner: Any, recorder: Recorder) -> None:
    def clean_up_failed(context: Any, function: Callable[..., Any], error: BaseException) -> None:
        in_scenario = getattr(context, "scenario", None)
        told = in_scenario and any(hasattr(formatter, "scenario_ended") for formatter in runner.formatters)
        if not told:
            context.print_cleanup_error(context, function, error)
        recorder.error(f"clean-up of {_name(function)}", error)

    runner.context.on_cleanup_error = clean_up_failed


def _name(clean_up: Callable[..., Any]) -> str:
    """behave calls every fixture's clean-up alike; the fixture itself is in its closure."""
    held = inspect.getclosurevars(clean_up).nonlocals if inspect.isfunction(clean_up) else {}
    return str(getattr(held.get("fixture_func") or held.get("cleanup_func") or clean_up, "__name__", clean_up))


def _clean_up(runner: Any) -> None:
    """What behave leaves undone when something escapes it; errors are recorded by the watch."""
    try:
        runner.context._do_remaining_cleanups()  # noqa: SLF001
    except Exception:  # noqa: BLE001
        return


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """The first SIGINT or SIGTERM ends the run in good order; further ones would only disturb the cleaning up."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
