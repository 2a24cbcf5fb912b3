"""`python -m support.gate`: judge, or make the report of a run that was judged before."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.core.errors import HoldfastError, UsageError
from support.core.settings import Settings
from support.environments.cleanup import clear
from support.gate.execution.judging import judge, prepare, weigh
from support.gate.execution.publish import draw_trends, publish
from support.gate.execution.repeats import repeat
from support.gate.execution.results import Claim, claim
from support.gate.execution.run_options import read_how, read_merge
from support.gate.execution.shards import common_seed, join, read_parts
from support.gate.history.earlier import print_comparison, take_against
from support.gate.history.runs import FILE, circumstances, read
from support.gate.history.times import record
from support.gate.history.trends import warnings
from support.gate.mutation.command import prove
from support.gate.mutation.mutated_systems import MutatedSystems
from support.gate.output.report import NoReportError, build_report
from support.gate.output.requirements_list import print_register
from support.gate.output.summary import summary
from support.gate.output.terminal import Paint
from support.gate.selection.register import load_register
from support.gate.selection.request import read_request
from support.gate.selection.selected_systems import selected_systems
from support.gate.selection.terms import read_terms
from support.gate.verdict.against import held_against
from support.gate.verdict.findings import Verdict
from support.systems.protocol import System

USAGE, BROKEN = 64, 3
HELP = """\
usage: ./accept [behave options]                     judge
       ./accept --prove [VARIANT ...]                show that broken variants of the reference system are noticed
       ./accept images                               build the images of docker-compose.yml on this machine
       ./accept --heal                               clear what killed runs left behind; every start does so too
       ./accept merge DIR DIR ... [-D results=DIR]   join the results of all shards into one verdict and one report
       ./accept --requirements [RESULTS]             list what is promised, and what the last verdict has proven
       python -m support.gate run [behave options]   the same, without setting anything up
       python -m support.gate report [RESULTS]       make RESULTS/report.html again (RESULTS: results)
       python -m support.gate compare A.json B.json  what differs between two verdicts: 0 nothing, 1 something
       python -m support.gate trends [RESULTS]       what the history of runs says, and RESULTS/trends.html again

  --workers N             in N processes, each with a system of its own (default: one a core, at most 4)
  --repeat N              N times, each with a seed of its own; what passed and failed is FLAKY, and no go
  --shard K/N             only the K-th of N parts, for as many machines; `merge` gives the verdict
  --times FILE            split the shards by the times.json of an earlier run (the same for all of them)

All of behave's options can be given, such as
  --tags=@fallback        only scenarios with this tag; also '@catalog and not @slow'
  features/catalog        only these features
  -D results=DIR          where to write (default: results)
  --against=VERDICT.JSON  hold the verdict against that of an earlier run
  -D seed=N               the same random choices as in the run that printed this seed
  -D backend=NAME         where the parts run: containers, embedded or attached (default: what this machine can)
  -D catalog_image=IMAGE  judge your own catalog; or catalog_command=..., or catalog_url=...
  -D report=no            do without report.html

ends with 0 go (or a shard that speaks against nothing), 1 no-go, 2 unknown, 3 broken, 64 wrong usage
leaves in results/: verdict.json, report.html, trends.html, allure-results/, junit/, journal.jsonl, logs/; history.jsonl is kept"""


def main(arguments: Sequence[str], systems: Sequence[System]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(HELP)
        return 0
    try:
        return _obey(arguments, systems)
    except HoldfastError as trouble:
        print(trouble, file=sys.stderr)
        return USAGE if isinstance(trouble, UsageError) else BROKEN
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return BROKEN


def _obey(arguments: Sequence[str], systems: Sequence[System]) -> int:
    match arguments:
        case ["run", *options]:
            command = next((other for flag, other in OTHERS.items() if flag in options), _run)
            return command([option for option in options if option not in OTHERS], systems)
        case ["systems", *options]:
            return _systems(options, systems)
        case ["merge", *words]:
            return _merge(words, systems)
        case ["compare", before, now]:
            return print_comparison(Path(before), Path(now))
        case [("report" | "trends") as word, *folder] if len(folder) <= 1:
            return (_report if word == "report" else _trends)(Path(*(folder or ["results"])))
    raise UsageError(f"there is no way to {' '.join(arguments)!r}\n\n{HELP}" if arguments else HELP)


def _run(words: Sequence[str], systems: Sequence[System]) -> int:
    words, before = take_against(words)
    how, options = read_how(words)
    request = read_request(options, systems, common_seed() if how.shard else 0)
    terms = read_terms(Path.cwd(), request.register)
    job, seed = prepare(request, terms, how, options), request.settings.seed
    with _claimed(request.settings) as claimed:
        verdict = judge(job, seed, claimed) if how.repeat == 1 else repeat(how.repeat, job, seed, claimed)
        verdict = held_against(verdict, before, terms.policy) if before else verdict
        record(claimed.home, verdict.scenarios)
        return _tell(verdict, claimed, request.settings)


def _merge(words: Sequence[str], systems: Sequence[System]) -> int:
    folders, settings = read_merge(words, systems)
    parts = read_parts(folders)
    terms = read_terms(Path.cwd(), load_register(Path()))
    with _claimed(settings) as claimed:
        join(parts, claimed)
        return _tell(weigh(terms, claimed), claimed, settings)


def _systems(words: Sequence[str], systems: Sequence[System]) -> int:
    """Print the systems that `run` with these options needs; for support/setup.sh."""
    if "--prove" in words:
        words = [word for word in words if word != "--prove" and word not in MutatedSystems(systems).variants]
    if not set(OTHERS) & set(words):  # the others need no system
        _, options = read_how(take_against(words)[0])
        print("\n".join(selected_systems(options, systems)))
    return 0


@contextmanager
def _claimed(settings: Settings) -> Iterator[Claim]:
    claimed = claim(settings.results)
    with claimed.lock:
        if claimed.folder != claimed.home:
            print(f"another run holds {claimed.home}: this one writes to {claimed.folder}", flush=True)
        yield claimed


def _tell(verdict: Verdict, claimed: Claim, settings: Settings) -> int:
    under = circumstances(_judged(settings), verdict.workers)
    verdict = publish(verdict, claimed.folder, claimed.home, under)
    report = _try_report(claimed) if settings.report == "yes" else ""
    print(summary(verdict, report, Paint(sys.stdout)), flush=True)
    return verdict.exit_code


def _try_report(claimed: Claim) -> str:
    try:
        return str(build_report(claimed.folder, claimed.home))
    except NoReportError as trouble:
        return str(trouble)


def _judged(settings: Settings) -> str:
    """What is judged, where that is not the sound reference, broken by real tools."""
    tools = "" if settings.injector == "real" else f"injector={settings.injector}"
    return " ".join(part for part in (*(own.judged for own in settings.systems), tools) if part)


def _trends(results: Path) -> int:
    runs, complaints = read(results / FILE)
    if not runs:
        raise UsageError("\n".join([*complaints, f"{results} holds no history of runs; run ./accept first"]))
    told = [*warnings(runs[-1], runs[:-1]), *complaints]
    print("\n".join([*told, f"{len(runs)} runs: {draw_trends(runs, told, results)}"]))
    return 0


def _heal(rest: Sequence[str], _systems: Sequence[System]) -> int:
    if rest:
        raise UsageError(f"--heal takes nothing else; leave out {' '.join(rest)}")
    print("\n".join(clear()) or "nothing was left behind")
    return 0


def _report(results: Path) -> int:
    print(build_report(results, results))
    return 0


OTHERS: dict[str, Callable[[Sequence[str], Sequence[System]], int]] = {  # instead of judging
    "--prove": prove,
    "--heal": _heal,
    "--requirements": print_register,
}
