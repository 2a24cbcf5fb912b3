"""A minimal client of this machine's container engine, over its Unix socket: only calls that have to be quick and bounded.

The client library takes a third of a second to import and a minute to time out, so it is used only to start containers.
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

ELSEWHERE = "use an engine on this machine that runs as root (not Docker Desktop), or set backend=embedded"
DEFAULT = "unix:///var/run/docker.sock"
QUICK_S = 0.7
REMOVAL_S = 30.0


class _UnixSocketConnection(http.client.HTTPConnection):
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
    """Raises `UsageError` with the remedy if no engine on this machine answers within 0.7 s."""
    address = engine_address()
    if not address.startswith("unix://"):
        raise UsageError(f"the container engine at {address} is not on this machine; {ELSEWHERE}")
    try:
        _call("GET", "/_ping", QUICK_S)
    except TimeoutError:
        raise UsageError(
            f"the container engine at {address} accepts connections but does not answer; restart it, or set backend=embedded"
        ) from None
    except PermissionError:
        raise UsageError(
            f"you have no permission to use the container engine at {address}; run this as root, or join the group docker"
        ) from None
    except (OSError, http.client.HTTPException):
        raise UsageError(
            f"no container engine answers at {address}; install and start one (on Debian: apt-get install docker.io), "
            "or set DOCKER_HOST to its address"
        ) from None
    info = _found("/info") or {}
    if "Docker Desktop" in info.get("OperatingSystem", "") or "rootless" in str(info.get("SecurityOptions")):
        raise UsageError(
            f"the networks of the container engine at {address} cannot be reached from this machine; {ELSEWHERE}"
        )


@dataclass(frozen=True, slots=True)
class Image:
    id: str
    labels: Mapping[str, str]


def image(name: str) -> Image | None:
    found = _found(f"/images/{quote(name, safe='')}/json")
    return Image(found["Id"], found["Config"].get("Labels") or {}) if found else None


def can_get_image(name: str, within_s: float) -> bool:
    """Whether the engine finds the image *name* in a registry within *within_s* seconds."""
    try:
        status, _ = _call("GET", f"/distribution/{quote(name, safe='/:')}/json", within_s)
    except (OSError, http.client.HTTPException):
        return False
    return status == 200


def labelled(kind: str, label: str) -> list[dict[str, Any]]:
    """All `containers` or `networks` with that label, as the engine lists them; none if no engine answers."""
    wanted = quote(json.dumps({"label": [label]}))
    path = f"/containers/json?all=1&filters={wanted}" if kind == "containers" else f"/{kind}?filters={wanted}"
    found: list[dict[str, Any]] | None = _found(path)
    return found or []


def remove(kind: str, name: str) -> None:
    """Remove a network, or a container, running or not, with its anonymous volumes. A missing one is no error."""
    path = f"/containers/{name}?force=1&v=1" if kind == "containers" else f"/{kind}/{name}"
    try:
        status, answer = _call("DELETE", path, REMOVAL_S)
    except (OSError, http.client.HTTPException) as error:
        raise BrokenHarnessError(_lost(error)) from None
    if status >= 400 and status != 404 and "already in progress" not in str(answer):
        raise BrokenHarnessError(f"the container engine failed to remove {kind[:-1]} {name[:12]}: {answer}")


def _lost(error: Exception) -> str:
    return (
        f"the container engine at {engine_address()} has stopped answering ({error}); start it again; "
        "the next run removes the containers that are left"
    )


def _found(path: str) -> Any:
    try:
        status, content = _call("GET", path, QUICK_S)
    except (OSError, http.client.HTTPException):
        return None
    return content if status == 200 else None


def _call(method: str, path: str, within_s: float) -> tuple[int, Any]:
    connection = _UnixSocketConnection(Path(engine_address().removeprefix("unix://")), within_s)
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
