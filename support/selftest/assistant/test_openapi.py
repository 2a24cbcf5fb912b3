"""The service as a process, without AI service and Redis, answers whatever is sent as openapi.yaml says, never with a 500."""

import json
import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest
import requests
import yaml

from support.core.checkout import CHECKOUT
from support.core.eventually import patiently

OPENAPI = CHECKOUT / "support/systems/assistant/app/openapi.yaml"
USER, ADMINISTRATOR = "user-key", "admin-key"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method"
)
QUICK = {"default": {"retry": {"attempts": 1, "attempt_timeout_s": 0.5, "deadline_s": 0.5}}}


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def service(tmp_path):
    """Its address. The operator's limits are wide, so that what the file allows is not refused for them."""
    port, nobody = closed_port(), closed_port()
    file = tmp_path / "configuration.json"
    file.write_text(json.dumps(QUICK))
    settings = {
        "PORT": port,
        "AI_URL": f"http://127.0.0.1:{nobody}/v1",
        "REDIS_URL": f"redis://127.0.0.1:{nobody}/0",
        "DATA_DIR": tmp_path / "data",
        "API_KEY": USER,
        "ADMIN_KEY": ADMINISTRATOR,
        "CONFIG_FILE": file,
        "LIMIT_ATTEMPTS": "1-1000000",
        "LIMIT_FAILURES": "1-1000000",
        "LIMIT_OPEN_S": "0.001-1000000",
        "LIMIT_PER_MINUTE": "1-1000000",
    }
    environment = {**os.environ, **{f"ASSISTANT_{name}": str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "support.systems.assistant.app"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log) as process,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            patiently(lambda: answers(address), within=timedelta(seconds=20))
            yield address
            assert process.poll() is None
        finally:
            process.kill()
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


def answers(address):
    try:
        assert requests.get(f"{address}/health/live", timeout=1).ok
    except requests.ConnectionError:
        raise AssertionError("it does not answer") from None


@pytest.mark.parametrize(("key", "paths"), [(USER, "^/v1/process"), (ADMINISTRATOR, "^/v1/admin|^/health|^/metrics")])
def test_whatever_is_sent_gets_an_answer_of_the_contract(service, tmp_path, key, paths):
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        str(OPENAPI),
        "--url",
        service,
        "-H",
        f"X-API-Key: {key}",
    ]
    command += ["--include-path-regex", paths, "--checks", CHECKS, "--seed", "7", "--max-examples", "5"]
    command += ["--generation-database", "none", "--no-color"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode == 0, found.stdout[-8000:]


def test_every_path_demands_its_own_key(service):
    paths = yaml.safe_load(OPENAPI.read_text())["paths"]
    for path, methods in paths.items():
        open_to_all = not path.startswith("/v1/")
        other_key = USER if path.startswith("/v1/admin/") else ADMINISTRATOR
        for method in methods.keys() & {"get", "put", "post", "delete"}:
            for headers in ({}, {"X-API-Key": other_key}):
                answer = requests.request(method, service + path, headers=headers, json={}, timeout=5)
                assert (answer.status_code == 401) != open_to_all, (method, path, headers)
