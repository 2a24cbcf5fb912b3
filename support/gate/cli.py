"""`python -m support.gate`: the commands of the gate."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from support.core.errors import UsageError
from support.core.secrets import mask_files, masked
from support.core.settings import Settings
from support.environments.cleanup import clear
from support.gate import crash
from support.gate.execution.doctor import doctor
from support.gate.execution.publish import publish, remember, unwritten, write_trends
from support.gate.execution.repeats import repeat
from support.gate.execution.results import Claim, claim, demand_free
from support.gate.execution.run_options import parse_merge_options, parse_run_options
from support.gate.execution.runner import evaluate, execute, prepare
from support.gate.execution.shards import common_seed, merge_shards, read_shards
from support.gate.execution.shared_imports import load_for_workers
from support.gate.execution.stop_signals import stopped_once
from support.gate.history import suite_check
from support.gate.history.earlier import parse_against, print_comparison
from support.gate.history.runs import FILE, circumstances, read
from support.gate.history.times import record
from support.gate.history.trends import warnings
from support.gate.mutation.command import prove
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.output.lasting_streams import lasting_streams
from support.gate.output.report import NoReportError, build_report
from support.gate.output.requirements_list import print_requirements
from support.gate.output.summary import summary
from support.gate.output.terminal import Paint
from support.gate.selection.criteria import read_criteria
from support.gate.selection.register import load_register
from support.gate.selection.request import read_request
from support.gate.selection.scenarios import tags_of
from support.gate.selection.scope import Scope, own_checks, scope_of
from support.gate.selection.selected_systems import selected_systems
from support.gate.verdict.against import with_comparison
from support.gate.verdict.findings import Verdict
from support.systems.protocol import System

USAGE = 64
HELP = (Path(__file__).parent / "usage.txt").read_text().rstrip()  # which ./accept shows without Python


def main(arguments: Sequence[str], systems: Sequence[System]) -> int:
    """Returns the exit status."""
    with lasting_streams():
        try:
            with stopped_once():
                return _dispatch(arguments, systems)
        except UsageError as error:
            print(error, file=sys.stderr)
            return USAGE
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  whatever fails here is not the product
            return crash.report(error, arguments)


def _dispatch(arguments: Sequence[str], systems: Sequence[System]) -> int:
    match arguments:
        case ["run", *options]:
            command = next((other for flag, other in OTHERS.items() if flag in options), _run)
            return command([option for option in options if option not in OTHERS], systems)
        case ["images", *words]:
            from support.environments.images.command import build_images  # noqa: PLC0415  the engine's client loads slowly

            return build_images(words, [recipe for system in systems for recipe in system.images()])
        case ["benchmark", *words]:
            from support.gate.execution.benchmark import benchmark  # noqa: PLC0415  the engine's client loads slowly

            return benchmark(words, systems)
        case [("check" | "doctor" | "merge" | "systems") as word, *words]:
            return {"check": _check, "doctor": doctor, "merge": _merge, "systems": _systems}[word](words, systems)
        case ["compare", before, now]:
            return print_comparison(Path(before), Path(now), own_checks(systems))
        case [("report" | "trends") as word, *folder] if len(folder) <= 1:
            return (_report if word == "report" else _trends)(Path(*(folder or ["results"])))
    raise UsageError(f"there is no command {' '.join(arguments)!r}\n\n{HELP}" if arguments else HELP)


def _run(words: Sequence[str], systems: Sequence[System]) -> int:
    words, before = parse_against(words)
    options, behave_options = parse_run_options(words)
    request = read_request(behave_options, systems, common_seed() if options.shard else 0)
    scope = scope_of(map(tags_of, request.scenarios), systems)
    criteria = read_criteria(Path.cwd(), request.register, scope)
    run, seed = prepare(request, criteria, options, behave_options), request.settings.seed
    load_for_workers({tag for one in run.selected for tag in one.tags}, systems)
    with _claimed(request.settings) as claimed:
        verdict = execute(run, seed, claimed) if options.repeat == 1 else repeat(options.repeat, run, seed, claimed)
        verdict = with_comparison(verdict, before, criteria.policy, scope.own) if before else verdict
        return _publish(verdict, claimed, request.settings, scope)


def _check(failed: Sequence[str], systems: Sequence[System]) -> int:
    """Judge the suite itself, and record the result; *failed* are the other steps of ./check that failed."""
    own = " or ".join(f"@{name}" for name in sorted(own_checks(systems)))
    demand_free(suite_check.RESULTS)
    with suite_check.recorded(failed, circumstances("", "", 1).code) as results:
        return _run([f"--tags={own}", "-D", f"results={results}"], systems)


def _merge(words: Sequence[str], systems: Sequence[System]) -> int:
    folders, settings = parse_merge_options(words, systems)
    shards = read_shards(folders)
    scope = scope_of((one["tags"] for one in shards[0].field("whole")), systems)
    criteria = read_criteria(Path.cwd(), load_register(Path()), scope)
    with _claimed(settings) as claimed:
        merge_shards(shards, claimed)
        return _publish(evaluate(criteria, claimed), claimed, settings, scope)


@contextmanager
def _claimed(settings: Settings) -> Iterator[Claim]:
    claimed = claim(settings.results)
    with claimed.lock:
        if claimed.folder != claimed.home:
            print(f"another run holds {claimed.home}: this one writes to {claimed.folder}", flush=True)
        try:
            yield claimed
        except UsageError:
            raise
        except (Exception, KeyboardInterrupt) as error:
            with suppress(OSError):  # it is told on the terminal all the same
                crash.leave_verdict(claimed.folder, crash.sentence(error))
            raise
        finally:
            mask_files(claimed.folder)


def _publish(verdict: Verdict, claimed: Claim, settings: Settings, scope: Scope) -> int:
    version = ", ".join(own.version for own in settings.systems if own.version)
    under = circumstances(masked(_judged(settings)), version, verdict.workers)
    suite = suite_check.as_json(suite_check.last_check(suite_check.RECORD), under.code) if scope.systems else None
    report = ""
    try:
        record(claimed.home, verdict.scenarios)
        verdict = publish(replace(verdict, candidate=version), claimed.folder, claimed.home, under, suite)
        report = _try_report(claimed) if settings.report == "yes" else ""
        remember(verdict, claimed.home, under)
    except OSError as error:
        verdict = unwritten(verdict, error, claimed.folder)
        with suppress(OSError):
            remember(verdict, claimed.home, under)
    print(summary(verdict, report, Paint(sys.stdout)), flush=True)
    return verdict.exit_code


def _try_report(claimed: Claim) -> str:
    try:
        return build_report(claimed.folder, claimed.home)
    except NoReportError as error:
        return str(error)


def _trends(results: Path) -> int:
    runs, complaints = read(results / FILE)
    if not runs:
        raise UsageError("\n".join([*complaints, f"{results} holds no history of runs; run ./accept first"]))
    lines = [*warnings(runs[-1], runs[:-1]), *complaints]
    print("\n".join([*lines, f"{len(runs)} runs: {write_trends(runs, lines, results)}"]))
    return 0


def _heal(rest: Sequence[str], _systems: Sequence[System]) -> int:
    if rest:
        raise UsageError(f"--heal takes no other options; leave out {' '.join(rest)}")
    print("\n".join(clear()) or "nothing was left behind")
    return 0


def _systems(words: Sequence[str], systems: Sequence[System]) -> int:
    """Print the systems that `run` with these options needs; for support/setup.sh."""
    if "--prove" in words:
        words = [word for word in words if word != "--prove" and word not in MutatedSystems(systems).variants]
    if not set(OTHERS) & set(words):  # the others need no system
        _, options = parse_run_options(parse_against(words)[0])
        print("\n".join(selected_systems(options, systems)))
    return 0


def _report(results: Path) -> int:
    print(build_report(results, results))
    return 0


OTHERS: dict[str, Callable[[Sequence[str], Sequence[System]], int]] = {  # options of `run` that do something else
    "--prove": prove,
    "--heal": _heal,
    "--requirements": print_requirements,
}


def _judged(settings: Settings) -> str:
    """What is judged, where that is not the unchanged reference with real faults."""
    tools = "" if settings.injector == "real" else f"injector={settings.injector}"
    return " ".join(part for part in (*(own.judged for own in settings.systems), tools) if part)
