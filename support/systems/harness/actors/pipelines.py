"""Runs the pipeline files that the suite contains, as the CI services would."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from support.core.checkout import CHECKOUT
from support.environments.programs import dying_with_parent
from support.systems.harness.actors.sample_release import SampleRelease, write_release
from support.systems.harness.actors.suite_copy import GateProcess, environment_of, output_of, suite_copy

CHECKOUT_FILES = ("requirements.txt", ".venv")
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
GITHUB_ONLY = "GH_TOKEN"  # steps with this variable talk only to GitHub and are not run here
RUN_ID = "1234"
SUMMARY = "summary.md"


class CiService(Enum):
    """The values are the phrases of the features."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"


@dataclass(frozen=True, slots=True)
class Job:
    """A shell *script* with its environment *variables*. *publishes* holds patterns of the files that the service keeps.

    *target* is the folder in which the next job finds them.
    """

    script: str
    variables: Mapping[str, str]
    publishes: Sequence[str]
    target: str = "."


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """The exit status and the output of the job that gives the verdict, and the files that it should have published and did not."""

    exit_status: int
    output: str
    missing: Sequence[str]


class PipelineRunner:
    """Runs the commands of a pipeline file, and does what the CI services do around them.

    Each job gets a checkout of its own, the shards run in parallel, and their files are copied to the job that merges them.
    """

    def run(self, service: CiService, release: SampleRelease) -> PipelineRun:
        shards, verdict = JOBS[service]()
        with ExitStack() as stack:
            checkouts = [stack.enter_context(_checkout(release)) for _ in (*shards, verdict)]
            running = [stack.enter_context(_started(*one)) for one in zip(shards, checkouts[:-1], strict=True)]
            for shell, shard, checkout in zip(running, shards, checkouts[:-1], strict=True):
                _copy_published(shard, checkout, checkouts[-1], output_of(shell))
            shell = stack.enter_context(_started(verdict, checkouts[-1]))
            output = output_of(shell)
            missing = [name for name in verdict.publishes if not list(checkouts[-1].glob(name.rstrip("/")))]
            return PipelineRun(shell.returncode, output, missing)


@contextmanager
def _checkout(release: SampleRelease) -> Iterator[Path]:
    """A checkout with a release of two features, one for each shard."""
    with suite_copy() as copy:
        (copy / "features").unlink()
        write_release(release, copy / "features")
        feature = copy / "features" / "catalog" / "outage.feature"
        again = feature.read_text(encoding="utf-8").replace("fails", "fails again")
        feature.with_stem("outage_again").write_text(again, encoding="utf-8")
        for name in CHECKOUT_FILES:
            (copy / name).symlink_to(CHECKOUT / name)
        shutil.copy2(CHECKOUT / "accept", copy / "accept")  # it follows a link to the checkout in which it lies
        yield copy


@contextmanager
def _started(job: Job, checkout: Path) -> Iterator[GateProcess]:
    shell = subprocess.Popen(
        dying_with_parent(["bash", "-euo", "pipefail", "-c", job.script], "TERM"),
        cwd=checkout,
        env={**environment_of(checkout), **job.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield shell
    finally:
        shell.terminate()  # has no effect on a process that has ended
        shell.wait()


def _copy_published(job: Job, here: Path, there: Path, output: str) -> None:
    for name in job.publishes:
        assert (here / name).exists(), (
            f"a shard has not published {name}; its output ends with: {output.strip()[-500:]}"
        )
        shutil.copytree(here / name, there / job.target, dirs_exist_ok=True)


def _github() -> tuple[list[Job], Job]:
    file = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "acceptance.yml").read_text(encoding="utf-8"))
    numbers = file["jobs"]["shard"]["strategy"]["matrix"]["number"]
    shards = [_github_job(file, "shard", {"matrix.number": str(number)}) for number in numbers]
    return shards, _github_job(file, "verdict", {})


def _github_job(file: Mapping[str, Any], name: str, matrix: Mapping[str, str]) -> Job:
    known = {"github.run_id": RUN_ID, "inputs.catalog_image": "", **matrix}

    def expanded(text: object) -> str:
        return EXPRESSION.sub(lambda found: known[found[1]], str(text))

    job = file["jobs"][name]
    steps = [one for one in job["steps"] if GITHUB_ONLY not in one.get("env", {})]
    commands = [one for one in steps if "run" in one and "apt-get" not in one["run"]]
    variables = dict(file["env"])
    for one in commands:
        variables.update(one.get("env", {}))
    (kept,) = [one["with"] for one in steps if one.get("uses", "").startswith("actions/upload-artifact")]
    return Job(
        "\n".join(["code=0", *(_github_step(one, expanded(one["run"])) for one in commands), "exit $code"]),
        {key: expanded(value) for key, value in variables.items()} | {"GITHUB_STEP_SUMMARY": SUMMARY},
        expanded(kept["path"]).split() + ([SUMMARY] if not matrix else []),
        f"shards/{expanded(kept['name'])}",
    )


def _github_step(step: Mapping[str, Any], command: str) -> str:
    """Each step runs in its own shell. After a failed step, only steps with `if: always()` run."""
    shell = f"bash -euo pipefail -c {shlex.quote(command)} || code=$?"
    return shell if step.get("if") == "always()" else f"[ $code != 0 ] || {shell}"


def _gitlab() -> tuple[list[Job], Job]:
    file = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    shard, verdict = file["shard"], file["verdict"]
    variables = {name: value.replace("$CI_PIPELINE_ID", RUN_ID) for name, value in file["variables"].items()}
    nodes = [
        {"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(shard["parallel"])}
        for number in range(1, shard["parallel"] + 1)
    ]
    kept = verdict["artifacts"]
    published = [*kept["paths"], kept["reports"]["junit"]]
    shards = [
        Job(_script(shard["script"]), {**variables, **node}, shard["artifacts"]["paths"], "shards") for node in nodes
    ]
    return shards, Job(_script(verdict["script"]), variables, published)


def _script(commands: Sequence[str]) -> str:
    return "\n".join(commands)


JOBS = {CiService.GITHUB: _github, CiService.GITLAB: _gitlab}
