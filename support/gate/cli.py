"""`python -m support.gate`: judge, or make the report of a run that was judged before."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from support.backends.rundir import sweep
from support.errors import HoldfastError, UsageError
from support.gate.how import read_how
from support.gate.judging import judge
from support.gate.proof.command import prove
from support.gate.publish import publish
from support.gate.report import NoReportError, build_report
from support.gate.request import read_request
from support.gate.results import Claim, claim
from support.gate.summary import summary
from support.gate.terminal import Paint
from support.gate.times import record

USAGE, BROKEN = 64, 3
HELP = """\
usage: ./accept [behave options]                     judge
       ./accept --prove [VARIANT ...]                show that broken variants of the reference system are noticed
       ./accept images                               build the images of docker-compose.yml on this machine
       ./accept --heal                               clear what killed runs left behind; every start does so too
       python -m support.gate run [behave options]   the same, without setting anything up
       python -m support.gate report [RESULTS]       make RESULTS/report.html again (RESULTS: results)

All of behave's options can be given, such as
  --tags=@fallback        only scenarios with this tag; also '@catalog and not @slow'
  features/catalog        only these features
  -D results=DIR          where to write (default: results)
  -D seed=N               the same random choices as in the run that printed this seed
  -D backend=embedded     where the parts run
  -D report=no            do without report.html

ends with 0 go, 1 no-go, 2 unknown, 3 broken, 64 wrong usage
leaves in results/: verdict.json, report.html, allure-results/, junit/, journal.jsonl, logs/; history.jsonl is kept"""


def main(arguments: Sequence[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(HELP)
        return 0
    try:
        match arguments:
            case ["run", *options]:
                command = next((other for flag, other in OTHERS.items() if flag in options), _run)
                return command([option for option in options if option not in OTHERS])
            case ["report", *folder] if len(folder) <= 1:
                return _report(Path(*(folder or ["results"])))
        raise UsageError(f"there is no way to {' '.join(arguments)!r}\n\n{HELP}" if arguments else HELP)
    except HoldfastError as trouble:
        print(trouble, file=sys.stderr)
        return USAGE if isinstance(trouble, UsageError) else BROKEN
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return BROKEN


def _run(words: Sequence[str]) -> int:
    how, options = read_how(words)
    request = read_request(options)
    claimed = claim(request.settings.results)
    with claimed.lock:
        if claimed.folder != claimed.home:
            print(f"another run holds {claimed.home}: this one writes to {claimed.folder}", flush=True)
        verdict = judge(request, how, options, request.settings.seed, claimed)
        record(claimed.home, verdict.scenarios)
        publish(verdict, claimed.folder, claimed.home)
        report = _try_report(claimed) if request.settings.report == "yes" else ""
        print(summary(verdict, report, Paint(sys.stdout)), flush=True)
        return verdict.exit_code


def _try_report(claimed: Claim) -> str:
    try:
        return str(build_report(claimed.folder, claimed.home))
    except NoReportError as trouble:
        return str(trouble)


def _heal(rest: Sequence[str]) -> int:
    if rest:
        raise UsageError(f"--heal takes nothing else; leave out {' '.join(rest)}")
    print("\n".join(sweep()) or "nothing was left behind")
    return 0


def _report(results: Path) -> int:
    print(build_report(results, results))
    return 0


OTHERS: dict[str, Callable[[Sequence[str]], int]] = {"--prove": prove, "--heal": _heal}  # instead of judging
