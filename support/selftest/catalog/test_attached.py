"""A catalog that others run is judged by its address: what can be asked is asked, the rest is N/A with the reason."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from redis import Redis

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError
from support.core.settings import Settings
from support.environments.ports import ReservedPort
from support.gate.execution.run_options import RunOptions, worker_count
from support.systems.catalog.environment.embedded import embedded_catalog
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG

ASKED = "features/catalog/credentials.feature:24"  # the provider's stand-in is told to refuse us
STARVED = "features/catalog/memory_pressure.feature:17"
KILLED = "features/catalog/way_back.feature:45"


@contextmanager
def somebody_elses_catalog():
    """The reference, up and running, and the settings by which another run finds all of it."""
    with tempfile.TemporaryDirectory(prefix="hf") as folder:
        Path(folder).chmod(0o711)  # the user postgres passes through
        with embedded_catalog(Settings(seed=1), Path(folder) / "logs") as site:
            yield {
                "catalog_url": site.catalog_url,
                "proxy_url": site.proxy._url,
                "provider_url": site.provider_url,
                "inbox_url": site.inbox_url,
                "redis_url": site.redis_url,
                "database_url": site.database_url,
                "backup_file": str(site.backup_file),
                "renew_command": f"kill -HUP {site.parts[CATALOG].pid}",
            }


def judge(results, settings, *features):
    defines = [word for name, value in settings.items() for word in ("-D", f"{name}={value}")]
    return subprocess.run(
        [sys.executable, "-m", "support.gate", "run", "-D", "report=no", *defines, *features],
        cwd=CHECKOUT,
        env={**os.environ, "HOLDFAST_RESULTS": str(results)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def outcomes(results):
    told = json.loads((results / "verdict.json").read_text())
    return {f"features/{one['id']}": (one["outcome"], one["reason"]) for one in told["scenarios"]}


def test_what_can_be_asked_is_asked_and_the_rest_does_not_apply(tmp_path):
    with somebody_elses_catalog() as found:
        run = judge(tmp_path, found, ASKED, STARVED, KILLED)
        still_there = requests.get(found["catalog_url"] + "/health/live", timeout=5)

    told = outcomes(tmp_path)
    assert told[ASKED] == ("PASSED", ""), run.stdout
    assert [told[one][0] for one in (STARVED, KILLED)] == ["N/A", "N/A"]
    assert "we have no power over its memory" in told[STARVED][1]
    assert "we have no power over the catalog service" in told[KILLED][1]
    assert "backend       attached (required by catalog.url)" in run.stdout
    assert still_there.status_code == 200


def test_without_a_fault_proxy_no_link_can_be_broken(tmp_path):
    with somebody_elses_catalog() as found:
        del found["proxy_url"]
        run = judge(tmp_path, found, ASKED)

    outcome, reason = outcomes(tmp_path)[ASKED]
    assert (outcome, "catalog.proxy_url, a fault proxy with a link named provider" in reason) == ("N/A", True), (
        run.stdout
    )


def test_a_system_that_nobody_can_start_anew_is_not_judged(tmp_path):
    with somebody_elses_catalog() as found:
        judge(tmp_path, {"catalog_url": found["catalog_url"]}, ASKED)

    outcome, reason = outcomes(tmp_path)[ASKED]
    assert outcome == "N/A"
    assert "say catalog.renew_command=" in reason


def test_an_address_where_nobody_answers_is_told(tmp_path):
    with ReservedPort(what="nobody") as port:
        run = judge(tmp_path, {"catalog_url": f"http://127.0.0.1:{port.number}"}, ASKED)

    assert run.returncode == 64
    assert f"no catalog answers at http://127.0.0.1:{port.number}/health/live; start it, or say another" in run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_one_system_takes_one_worker():
    elsewhere = Settings(systems=(CatalogSettings(url="http://127.0.0.1:1"),))

    assert worker_count(RunOptions(), elsewhere, (), 5) == 1
    with pytest.raises(UsageError, match=r"catalog\.url names one system, so that there can be only one worker"):
        worker_count(RunOptions(workers=2), elsewhere, (), 5)


def test_stores_that_are_not_shown_to_be_the_catalogs_are_not_emptied(tmp_path):
    with somebody_elses_catalog() as found, embedded_catalog(Settings(seed=2), tmp_path / "others") as other:
        theirs = Redis.from_url(other.redis_url)
        theirs.set("catalog:theirs", "kept")
        run = judge(tmp_path / "results", found | {"redis_url": other.redis_url}, ASKED)
        kept = theirs.get("catalog:theirs")

    assert (run.returncode, kept) == (64, b"kept"), run.stdout
    assert "an update of the catalog did not arrive where catalog.redis_url leads" in run.stderr


def test_stores_whose_owner_cannot_be_shown_are_refused(tmp_path):
    with somebody_elses_catalog() as found:
        del found["provider_url"]
        run = judge(tmp_path, found, ASKED)

    assert run.returncode == 64
    assert "catalog.redis_url and catalog.database_url and catalog.backup_file would be emptied" in run.stderr


def test_an_address_comes_from_the_settings_alone():
    for name, text in {"database_url": "postgresql+psycopg:///shop", "redis_url": "unix:///run/redis.sock"}.items():
        with pytest.raises(UsageError, match=rf"catalog\.{name} is no address of a server"):
            CatalogSettings(**{name: text})
