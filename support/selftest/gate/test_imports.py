"""What a program loads before it does anything: each of these took a good part of a second at every start."""

import subprocess
import sys

import pytest

from support.core.checkout import CHECKOUT

HEAVY = {"behave", "allure_behave", "jinja2", "msgspec", "sqlalchemy", "docker", "testcontainers", "redis", "psycopg"}


@pytest.mark.parametrize(
    ("program", "left_out"),
    [
        (
            "import runpy, sys; sys.argv = ['gate', '--help']; runpy.run_module('support.gate')",
            HEAVY | {"argparse", "yaml"},
        ),
        ("import support.systems.catalog.app.__main__", {"sqlalchemy", "behave", "allure_commons"}),
        ("import support.systems.catalog.session", {"sqlalchemy", "docker", "testcontainers", "confluent_kafka"}),
        (
            "import environment",
            {"sqlalchemy", "redis", "psycopg", "requests", "confluent_kafka", "docker", "testcontainers"},
        ),
    ],
    ids=["help", "catalog", "catalog's session", "environment"],
)
def test_what_is_not_needed_is_not_loaded(program, left_out):
    tell = "import atexit, sys; atexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))"

    loaded = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"{tell}\n{program}"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stderr.split()

    assert left_out & set(loaded) == set()
