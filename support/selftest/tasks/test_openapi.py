"""The server as a process on a real store answers whatever is sent as openapi.yaml says, never with a 500."""

import subprocess
import sys

import pytest

from support.core.checkout import CHECKOUT
from support.selftest.tasks import programs

OPENAPI = CHECKOUT / "support/systems/tasks/app/openapi.yaml"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method"
)


@pytest.fixture
def address(tmp_path):
    with programs.store(tmp_path) as store, programs.server(tmp_path, store) as (process, address):
        yield address
        assert process.poll() is None
    assert b"Traceback" not in (tmp_path / "server.log").read_bytes()


def test_whatever_is_sent_gets_an_answer_of_the_contract(address, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(OPENAPI), "--url", f"http://{address}"]
    command += ["--checks", CHECKS, "--phases", "coverage,fuzzing", "--max-examples", "3", "--seed", "7"]
    command += ["--generation-database", "none", "--no-color"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode == 0, found.stdout[-8000:]
