"""Toxiproxy's own programs, built from its Go module and kept in the user's cache folder."""

import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from support.core.errors import BrokenHarnessError, HoldfastError, UsageError

VERSION = "2.12.0"
MODULE = "github.com/Shopify/toxiproxy/v2"
PROGRAMS = {"server": "toxiproxy", "cli": "toxiproxy-cli"}
BUILD_TIMEOUT_S = 300


@functools.cache
def lacking() -> str:
    """Why Toxiproxy is not available here; empty if it is, and then it has been built."""
    try:
        programs()
    except (HoldfastError, OSError) as error:
        return str(error)
    return ""


def programs() -> Path:
    """The folder with `toxiproxy` and `toxiproxy-cli`, built if they are missing (15 s, needs the Go module proxy)."""
    if _is_built():
        return _home()
    if shutil.which("go") is None:
        raise UsageError("Toxiproxy is built with Go 1.23 or newer, which is not on PATH")
    _home().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_home().parent) as place:
        _build(Path(place))
        for built, name in PROGRAMS.items():
            (Path(place) / built).rename(Path(place) / name)
        _home().mkdir(exist_ok=True)
        for name in PROGRAMS.values():  # atomic, also when two processes do this at once
            (Path(place) / name).replace(_home() / name)
    return _home()


def gather(context: Path) -> None:
    for name in PROGRAMS.values():
        shutil.copy2(programs() / name, context)


def _build(place: Path) -> None:
    command = ["go", "install", "-trimpath", f"-ldflags=-s -w -X {MODULE}.Version={VERSION}"]
    packages = [f"{MODULE}/cmd/{name}@v{VERSION}" for name in PROGRAMS]
    environment = {**os.environ, "GOBIN": str(place), "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    try:
        subprocess.run(
            [*command, *packages],
            env=environment,
            cwd=place,
            capture_output=True,
            text=True,
            timeout=BUILD_TIMEOUT_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise BrokenHarnessError(f"building Toxiproxy took more than {BUILD_TIMEOUT_S} s and was stopped") from None
    except subprocess.CalledProcessError as failed:
        last = (failed.stderr.strip().splitlines() or ["no output"])[-1]
        raise BrokenHarnessError(
            f"Toxiproxy could not be built ({last}); see the output of: go install {packages[0]}"
        ) from None


def _is_built() -> bool:
    return all(os.access(_home() / name, os.X_OK) for name in PROGRAMS.values())


def _home() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "holdfast" / f"toxiproxy-{VERSION}"
