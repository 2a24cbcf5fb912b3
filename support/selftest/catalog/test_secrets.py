"""No secret that a run was given, by whatever way, stands in anything that it leaves."""

import os
import subprocess
import sys

from support.core.checkout import CHECKOUT

SCENARIO = "features/catalog/credentials.feature:24"
CANARIES = ("canary-in-command", "canary-in-option", "canary-in-variable", "canary-in-file", 'canary ünd "more"')


def test_planted_canaries_are_in_no_file(tmp_path):
    results, file = tmp_path / "results", tmp_path / "settings.toml"
    file.write_text('[catalog]\ndatabase_url = "postgresql://ana:canary-in-file@127.0.0.1/shop"\n')
    say = 'echo "{\\"level\\": \\"info\\", \\"event\\": \\"$API_TOKEN $MY_SECRET\\"}"; env >&2'
    command = f"env API_TOKEN=canary-in-command sh -c '{say}; exec {sys.executable} -m support.systems.catalog.app'"
    run = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "support.gate",
                "run",
                "-D",
                f"results={results}",
                "-D",
                f"settings={file}",
                "-D",
                "report=no",
            ),
            *("-D", "backend=embedded", "-D", f"catalog.command={command}", "-D", "catalog.variables=MY_SECRET"),
            *("-D", "mysql_addr=root:canary-in-option@127.0.0.1:1", SCENARIO),
        ],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "MY_SECRET": 'canary ünd "more"',
            "HOLDFAST_CATALOG_REDIS_URL": "redis://:canary-in-variable@127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != file]
    found = {
        str(path.relative_to(tmp_path)): canary
        for path in files
        for canary in CANARIES
        if canary.encode() in path.read_bytes()
    }
    assert not found
    assert run.returncode == 0, run.stdout + run.stderr
    logs = [path.read_text() for path in results.glob("logs/*/catalog-service.log")]
    assert any('"event": "*** ***' in log for log in logs), "the part has printed what it was given"
    assert "***" in (results / "journal.jsonl").read_text()
    assert "***" in (results / "history.jsonl").read_text()
