"""The container engine of this machine, by its HTTP API over a socket file: no more than what has to be quick and bounded.

Its client library takes a third of a second to load and a minute to give up; who starts containers can afford that.
"""

import http.client
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from support.core.errors import BrokenHarnessError, UsageError

ELSEWHERE = "use an engine of this machine that runs as root (not Docker Desktop), or say backend=embedded"
DEFAULT = "unix:///var/run/docker.sock"
QUICK_S = 0.7
REMOVAL_S = 30.0


class _OverSocketFile(http.client.HTTPConnection):
    def __init__(self, path: Path, within_s: float) -> None:
        super().__init__("localhost", timeout=within_s)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def engine_address() -> str:
    return os.environ.get("DOCKER_HOST") or DEFAULT


def demand_engine() -> None:
    """Raises `UsageError` with the remedy unless an engine of this machine answers, in 0.7 s."""
    address = engine_address()
    if not address.startswith("unix://"):
        raise UsageError(f"the container engine at {address} is not one of this machine; {ELSEWHERE}")
    try:
        _ask("GET", "/_ping", QUICK_S)
    except TimeoutError:
        raise UsageError(
            f"the container engine at {address} takes connections and says nothing; restart it, or say backend=embedded"
        ) from None
    except PermissionError:
        raise UsageError(
            f"you may not use the container engine at {address}; run this as root, or join the group docker"
        ) from None
    except (OSError, http.client.HTTPException):
        raise UsageError(
            f"no container engine answers at {address}; install and start one (on Debian: apt-get install docker.io), "
            "or say in DOCKER_HOST where it is"
        ) from None
    about = _found("/info") or {}
    if "Docker Desktop" in about.get("OperatingSystem", "") or "rootless" in str(about.get("SecurityOptions")):
        raise UsageError(
            f"the container engine at {address} keeps its networks where we cannot reach them; {ELSEWHERE}"
        )


@dataclass(frozen=True, slots=True)
class Image:
    id: str
    labels: Mapping[str, str]


def image(name: str) -> Image | None:
    found = _found(f"/images/{quote(name, safe='')}/json")
    return Image(found["Id"], found["Config"].get("Labels") or {}) if found else None


def can_get_image(name: str, within_s: float) -> bool:
    """Whether the engine reaches a registry that has the image *name*, within so many seconds."""
    try:
        status, _ = _ask("GET", f"/distribution/{quote(name, safe='/:')}/json", within_s)
    except (OSError, http.client.HTTPException):
        return False
    return status == 200


def labelled(kind: str, label: str) -> list[dict[str, Any]]:
    """All `containers` or `networks` with that label, as the engine lists them; none where no engine answers."""
    wanted = quote(json.dumps({"label": [label]}))
    path = f"/containers/json?all=1&filters={wanted}" if kind == "containers" else f"/{kind}?filters={wanted}"
    found: list[dict[str, Any]] | None = _found(path)
    return found or []


def remove(kind: str, name: str) -> None:
    """Remove a container, running or not, with its anonymous volumes; or a network. One that is gone is fine."""
    path = f"/containers/{name}?force=1&v=1" if kind == "containers" else f"/{kind}/{name}"
    try:
        status, said = _ask("DELETE", path, REMOVAL_S)
    except (OSError, http.client.HTTPException) as trouble:
        raise BrokenHarnessError(_lost(trouble)) from None
    if status >= 400 and status != 404 and "already in progress" not in str(said):
        raise BrokenHarnessError(f"the container engine does not remove {kind[:-1]} {name[:12]}: {said}")


def _lost(trouble: Exception) -> str:
    return (
        f"the container engine at {engine_address()} does not answer any more ({trouble}); start it again, "
        "and what it still runs of ours is cleared by the next start"
    )


def _found(path: str) -> Any:
    try:
        status, told = _ask("GET", path, QUICK_S)
    except (OSError, http.client.HTTPException):
        return None
    return told if status == 200 else None


def _ask(method: str, path: str, within_s: float) -> tuple[int, Any]:
    connection = _OverSocketFile(Path(engine_address().removeprefix("unix://")), within_s)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(body)
    except ValueError:
        return answer.status, body.decode(errors="replace")
