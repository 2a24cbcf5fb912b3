"""An assistant that others run is judged by its address: what can be asked is asked, the rest is N/A with the reason."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

from redis import Redis

from support.core.checkout import CHECKOUT
from support.core.settings import Settings
from support.systems.assistant.environment.embedded import embedded_assistant
from support.systems.assistant.targets import ASSISTANT

FEATURE = "features/assistant/circuit_breaker.feature"


@contextmanager
def somebody_elses_assistant(logs):
    """The reference, up and running, and the settings by which another run finds all of it."""
    with embedded_assistant(Settings(seed=1), logs) as site:
        yield {
            "assistant.url": site.assistant_url,
            "assistant.proxy_url": site.proxy._url,
            "assistant.ai_service_url": site.ai_service_url,
            "assistant.inbox_url": site.inbox_url,
            "assistant.redis_url": site.redis_url,
            "assistant.data_dir": str(site.folder.data),
            "assistant.config_file": str(site.folder.configuration),
            "assistant.renew_command": f"kill -HUP {site.parts[ASSISTANT].pid}",
        }


def judge(results, settings, *names):
    defines = [word for name, value in settings.items() for word in ("-D", f"{name}={value}")]
    wanted = [word for name in names for word in ("--name", name)]
    return subprocess.run(
        [sys.executable, "-m", "support.gate", "run", "-D", "report=no", *defines, *wanted, FEATURE],
        cwd=CHECKOUT,
        env={**os.environ, "HOLDFAST_RESULTS": str(results)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def outcomes(results):
    told = json.loads((results / "verdict.json").read_text())
    return sorted((one["outcome"], one["reason"]) for one in told["scenarios"])


def test_what_can_be_asked_is_asked_and_the_rest_does_not_apply(tmp_path):
    with somebody_elses_assistant(tmp_path / "logs") as found:
        run = judge(tmp_path / "results", found, "Nobody has to ask for it", "Those who test the service die")

    (lacking, why), passed = outcomes(tmp_path / "results")
    assert passed == ("PASSED", ""), run.stdout
    assert (lacking, "we have no power over its instances" in why) == ("N/A", True)
    assert "backend       attached (required by assistant.url)" in run.stdout


def test_a_store_that_is_not_shown_to_be_the_assistants_keeps_its_keys(tmp_path):
    with (
        somebody_elses_assistant(tmp_path / "logs") as found,
        embedded_assistant(Settings(seed=2), tmp_path / "others") as other,
    ):
        theirs = Redis.from_url(other.redis_url)
        theirs.set("assistant:theirs", "kept")
        run = judge(tmp_path / "results", found | {"assistant.redis_url": other.redis_url}, "Nobody has to ask for it")
        kept = theirs.get("assistant:theirs")

    assert (run.returncode, kept) == (64, b"kept"), run.stdout
    assert "an answer of the assistant did not arrive where assistant.redis_url leads" in run.stderr
