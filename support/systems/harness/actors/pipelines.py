"""A team that has its releases judged by the pipeline files that come with the suite."""

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
from support.systems.harness.actors.sample_release import Gap, write_release
from support.systems.harness.actors.suite_copy import Gate, last_words, suite_copy, surroundings

OF_A_CHECKOUT = ("accept", "requirements.txt", ".venv")
EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")
FOR_GITHUB_ITSELF = "GH_TOKEN"  # what needs it speaks to GitHub, and to nothing of ours
RUN = "1234"
SUMMARY = "shown.md"


class Service(Enum):
    """By the words of the features."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"


@dataclass(frozen=True, slots=True)
class Job:
    """*publishes*: patterns of files that are kept when the *script* has ended; *handed_on*: where the next job has them."""

    script: str
    variables: Mapping[str, str]
    publishes: Sequence[str]
    handed_on: str = "."


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How it ended: the exit code of the job that gives the verdict, all that it said, and what it should publish and did not."""

    exit_code: int
    said: str
    missing: Sequence[str]


class Team:
    """Runs what a pipeline's file says, for a release in checkouts of its own. What the services do around it is done here:
    a checkout for each job, shards side by side, their files handed on to the job that joins them.
    """

    def release(self, service: Service, gap: Gap) -> Pipeline:
        shards, verdict = JOBS[service]()
        with ExitStack() as open_until_the_end:
            checkouts = [open_until_the_end.enter_context(_checkout(gap)) for _ in (*shards, verdict)]
            running = [
                open_until_the_end.enter_context(_begun(*one)) for one in zip(shards, checkouts[:-1], strict=True)
            ]
            for shell, shard, checkout in zip(running, shards, checkouts[:-1], strict=True):
                _hand_on(shard, checkout, checkouts[-1], last_words(shell))
            shell = open_until_the_end.enter_context(_begun(verdict, checkouts[-1]))
            said = last_words(shell)
            missing = [name for name in verdict.publishes if not list(checkouts[-1].glob(name.rstrip("/")))]
            return Pipeline(shell.returncode, said, missing)


@contextmanager
def _checkout(gap: Gap) -> Iterator[Path]:
    """With a release of two features, one for each shard."""
    with suite_copy() as copy:
        (copy / "features").unlink()
        write_release(gap, copy / "features")
        feature = copy / "features" / "catalog" / "outage.feature"
        again = feature.read_text(encoding="utf-8").replace("fails", "fails again")
        feature.with_stem("outage_again").write_text(again, encoding="utf-8")
        for name in OF_A_CHECKOUT:
            (copy / name).symlink_to(CHECKOUT / name)
        yield copy


@contextmanager
def _begun(job: Job, checkout: Path) -> Iterator[Gate]:
    shell = subprocess.Popen(
        dying_with_parent(["bash", "-euo", "pipefail", "-c", job.script], "TERM"),
        cwd=checkout,
        env={**surroundings(checkout), **job.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield shell
    finally:
        shell.terminate()  # of no effect on one that has ended
        shell.wait()


def _hand_on(job: Job, here: Path, there: Path, said: str) -> None:
    for name in job.publishes:
        assert (here / name).exists(), f"a shard has not published {name}; it said: {said.strip()[-500:]}"
        shutil.copytree(here / name, there / job.handed_on, dirs_exist_ok=True)


def _github() -> tuple[list[Job], Job]:
    file = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "acceptance.yml").read_text(encoding="utf-8"))
    numbers = file["jobs"]["shard"]["strategy"]["matrix"]["number"]
    shards = [_github_job(file, "shard", {"matrix.number": str(number)}) for number in numbers]
    return shards, _github_job(file, "verdict", {})


def _github_job(file: Mapping[str, Any], name: str, matrix: Mapping[str, str]) -> Job:
    known = {"github.run_id": RUN, "inputs.catalog_image": "", **matrix}

    def told(text: object) -> str:
        return EXPRESSION.sub(lambda found: known[found[1]], str(text))

    job = file["jobs"][name]
    steps = [one for one in job["steps"] if FOR_GITHUB_ITSELF not in one.get("env", {})]
    ours = [one for one in steps if "run" in one and "apt-get" not in one["run"]]
    variables = dict(file["env"])
    for one in ours:
        variables.update(one.get("env", {}))
    (kept,) = [one["with"] for one in steps if one.get("uses", "").startswith("actions/upload-artifact")]
    return Job(
        "\n".join(["code=0", *(_github_step(one, told(one["run"])) for one in ours), "exit $code"]),
        {key: told(value) for key, value in variables.items()} | {"GITHUB_STEP_SUMMARY": SUMMARY},
        told(kept["path"]).split() + ([SUMMARY] if not matrix else []),
        f"shards/{told(kept['name'])}",
    )


def _github_step(step: Mapping[str, Any], command: str) -> str:
    """Each step has a shell of its own; after one that failed, only those are run that always are."""
    shell = f"bash -euo pipefail -c {shlex.quote(command)} || code=$?"
    return shell if step.get("if") == "always()" else f"[ $code != 0 ] || {shell}"


def _gitlab() -> tuple[list[Job], Job]:
    file = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    shard, verdict = file["shard"], file["verdict"]
    variables = {name: value.replace("$CI_PIPELINE_ID", RUN) for name, value in file["variables"].items()}
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


JOBS = {Service.GITHUB: _github, Service.GITLAB: _gitlab}
