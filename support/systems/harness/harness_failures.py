"""What can go wrong with the suite itself, as changes to a judgement that would otherwise say go."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import psutil

PROVIDER_PORT = "{provider_port}"  # stands for a free port, in options
PAST_THE_PROXY = f"CATALOG_PROVIDER_URL=http://127.0.0.1:{PROVIDER_PORT}/v2.4"


class Mishap(Enum):
    """By the words of the features."""

    NONE = "all is well"
    IDLE_TOOLS = "the tools that break things do nothing"
    BYPASS = "the system has a way past the fault proxy"
    PROXY_HANGS = "the fault proxy hangs"
    STANDIN_DIES = "the provider's stand-in dies"
    HOOK_FAILS = "a preparation fails"
    CLEAN_UP_FAILS = "a clean-up fails"
    CLOCK_JUMPS = "the machine's clock is put forward by an hour"
    RUNNER_KILLED = "the runner is killed"
    NOTHING_SELECTED = "no scenario is selected"
    REPORT_ALTERED = "somebody paints the report green"
    FOREIGN_RESULT = "a result of another run gets into the report"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """*options* are given to the gate, *hooks* are added to behave's, *act* is done to its processes once a fault is felt."""

    options: Sequence[str] = ()
    hooks: str = ""
    act: Callable[[psutil.Process], None] | None = None


def _part(module: str) -> Callable[[psutil.Process], psutil.Process]:
    def find(gate: psutil.Process) -> psutil.Process:
        return next(child for child in gate.children(recursive=True) if module in child.cmdline())

    return find


def _killed(module: str) -> Callable[[psutil.Process], None]:
    return lambda gate: _part(module)(gate).kill()


BROKEN_REPORT = """
def after_all(context):
    for path in recording().results.glob("allure-results/*-result.json"):
        path.write_text({change})
"""

DISTURBANCES = {
    Mishap.NONE: Disturbance(),
    Mishap.IDLE_TOOLS: Disturbance(options=["-D", "injector=nothing"]),
    Mishap.BYPASS: Disturbance(
        options=[
            *("-D", f"provider_port={PROVIDER_PORT}"),
            *("-D", f"catalog_command=env {PAST_THE_PROXY} {sys.executable} -m support.systems.catalog.app"),
        ]
    ),
    Mishap.PROXY_HANGS: Disturbance(act=lambda gate: _part("support.fault_proxy.server")(gate).suspend()),
    Mishap.STANDIN_DIES: Disturbance(act=_killed("support.systems.catalog.standins.provider")),
    Mishap.HOOK_FAILS: Disturbance(
        hooks="def before_feature(context, feature):\n    raise OSError('no space left on device')\n"
    ),
    Mishap.CLEAN_UP_FAILS: Disturbance(
        hooks="def after_scenario(context, scenario):\n    raise OSError('no space left on device')\n"
    ),
    Mishap.CLOCK_JUMPS: Disturbance(
        hooks="import time\nnow = time.time\n\n\ndef before_feature(context, feature):\n    time.time = lambda: now() + 3600\n"
    ),
    Mishap.RUNNER_KILLED: Disturbance(act=_killed("behave")),
    Mishap.NOTHING_SELECTED: Disturbance(options=["--tags=@fallbak"]),
    Mishap.REPORT_ALTERED: Disturbance(
        options=["-D", "injector=nothing"],
        hooks=BROKEN_REPORT.format(
            change='path.read_text().replace("INCONCLUSIVE", "PASSED").replace(\'"broken"\', \'"passed"\')'
        ),
    ),
    Mishap.FOREIGN_RESULT: Disturbance(
        hooks=BROKEN_REPORT.format(change='path.read_text().replace("fallback_chain.feature", "yesterday.feature")')
    ),
}
