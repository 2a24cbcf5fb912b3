"""Failures of the suite itself, each caused in a run that would otherwise end with the verdict "go"."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import psutil

PROVIDER_PORT = "{provider_port}"  # in options, a placeholder for a free port
PAST_THE_PROXY = f"CATALOG_PROVIDER_URL=http://127.0.0.1:{PROVIDER_PORT}/v2.4"


class HarnessFailure(Enum):
    """The values are the phrases of the features."""

    NO_EFFECT = "the fault injectors do nothing"
    BYPASS = "the system bypasses the fault proxy"
    PROXY_HANGS = "the fault proxy hangs"
    STANDIN_KILLED = "the provider's stand-in is killed"
    SET_UP_FAILS = "the set-up of a feature fails"
    CLEAN_UP_FAILS = "the clean-up of a scenario fails"
    CLOCK_JUMPS = "the machine's clock jumps ahead by an hour"
    RUNNER_KILLED = "the test runner is killed"
    NOTHING_SELECTED = "no scenario is selected"
    REPORT_ALTERED = "the report is altered to show only passes"
    FOREIGN_RESULT = "the report contains a result from a past run"
    FOREIGN_VARIABLES = "the user's environment variables lead to other servers"


@dataclass(frozen=True, slots=True)
class Cause:
    """How to cause a failure: *options* of the gate, variables of its *environment*, *hooks* for behave, and *act*.

    *hooks* is Python code that is appended to environment.py. *act* is called with the gate's process once a fault is felt.
    """

    options: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    hooks: str = ""
    act: Callable[[psutil.Process], None] | None = None


def _child(module: str) -> Callable[[psutil.Process], psutil.Process]:
    def find(gate: psutil.Process) -> psutil.Process:
        return next(child for child in gate.children(recursive=True) if module in child.cmdline())

    return find


def _kill(module: str) -> Callable[[psutil.Process], None]:
    return lambda gate: _child(module)(gate).kill()


_ALTER_REPORT = """
def after_all(context):
    for path in recording().results.glob("allure-results/*-result.json"):
        path.write_text({change})
"""

NOBODY = "http://127.0.0.1:9"
CAUSES = {
    HarnessFailure.NO_EFFECT: Cause(options=["-D", "injector=nothing"]),
    HarnessFailure.BYPASS: Cause(
        options=[
            *("-D", f"provider_port={PROVIDER_PORT}"),
            *("-D", f"catalog_command=env {PAST_THE_PROXY} {sys.executable} -m support.systems.catalog.app"),
        ]
    ),
    HarnessFailure.PROXY_HANGS: Cause(act=lambda gate: _child("support.fault_proxy.server")(gate).suspend()),
    HarnessFailure.STANDIN_KILLED: Cause(act=_kill("support.systems.catalog.standins.provider")),
    HarnessFailure.SET_UP_FAILS: Cause(
        hooks="def before_feature(context, feature):\n    raise OSError('no space left on device')\n"
    ),
    HarnessFailure.CLEAN_UP_FAILS: Cause(
        hooks="def after_scenario(context, scenario):\n    raise OSError('no space left on device')\n"
    ),
    HarnessFailure.CLOCK_JUMPS: Cause(
        hooks="import time\nnow = time.time\n\n\ndef before_feature(context, feature):\n    time.time = lambda: now() + 3600\n"
    ),
    HarnessFailure.RUNNER_KILLED: Cause(act=lambda gate: gate.children()[0].kill()),
    HarnessFailure.NOTHING_SELECTED: Cause(options=["--tags=@fallbak"]),
    HarnessFailure.REPORT_ALTERED: Cause(
        options=["-D", "injector=nothing"],
        hooks=_ALTER_REPORT.format(
            change='path.read_text().replace("INCONCLUSIVE", "PASSED").replace(\'"broken"\', \'"passed"\')'
        ),
    ),
    HarnessFailure.FOREIGN_RESULT: Cause(
        hooks=_ALTER_REPORT.format(change='path.read_text().replace("fallback_chain.feature", "yesterday.feature")')
    ),
    HarnessFailure.FOREIGN_VARIABLES: Cause(
        environment={
            **dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), NOBODY),
            "PGHOSTADDR": "127.0.0.9",
            "PGSSLMODE": "require",
            "PGOPTIONS": "-c default_transaction_read_only=on",
            "PYTHONWARNINGS": "error",
            "LC_ALL": "xx_XX",
            "TZ": "Nowhere/Else",
        }
    ),
}
