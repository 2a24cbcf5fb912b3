"""What the tests of the client share: a person at a terminal, in this process or in one of their own."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from support.systems.tasks.app.client.__main__ import main
from support.systems.tasks.app.client.settings import read_settings

MODULE = "support.systems.tasks.app.client"
QUICK = {
    "TASKS_BACKOFF_FIRST_S": "0.04",
    "TASKS_BACKOFF_CAP_S": "0.1",
    "TASKS_JITTER_S": "0.02",
    "TASKS_ATTEMPT_TIMEOUT_S": "2",
}


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class Person:
    """Has a folder and an id of their own. *variables* are names without TASKS_."""

    def __init__(self, monkeypatch, capsys, home, server, name, **variables):
        self._monkeypatch, self._capsys = monkeypatch, capsys
        given = {f"TASKS_{key}": str(value) for key, value in variables.items()}
        self.variables = {
            "TASKS_SERVER": server, "TASKS_HOME": str(home / name), "TASKS_CLIENT_ID": name, **QUICK, **given,
        }  # fmt: skip

    @property
    def settings(self):
        return read_settings(self.variables)

    def says(self, *arguments, **variables):
        """In this process."""
        with self._monkeypatch.context() as patch:
            for name, value in (self.variables | {f"TASKS_{key}": str(v) for key, v in variables.items()}).items():
                patch.setenv(name, value)
            self._capsys.readouterr()
            status = main(list(arguments))
        written = self._capsys.readouterr()
        return Said(status, written.out, written.err)

    def json(self, *arguments, **variables):
        return self.says("--json", *arguments, **variables)

    @contextmanager
    def start(self, *arguments):
        """In a process of its own, which is killed at the end."""
        command = [sys.executable, "-m", MODULE, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=os.environ | self.variables, **pipes) as process:
            try:
                yield process
            finally:
                process.kill()
