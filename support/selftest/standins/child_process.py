"""Starts a stand-in for the selftests: a child process on a free port, with its error output kept."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running(module: str, *options: str) -> Iterator[str]:
    """Yield the URL of a stand-in. It must end within 5 s of SIGTERM with nothing on its error output."""
    with tempfile.TemporaryFile("w+") as errors:
        command = [sys.executable, "-m", module, "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("ready on 127.0.0.1:"), ready
            yield "http://" + ready.removeprefix("ready on ").strip()
            process.terminate()
            process.wait(5)
        finally:
            process.kill()
            process.communicate()
        errors.seek(0)
        assert not errors.read()
