"""An administrator, who configures the assistant and looks into its records while it runs."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from support.core.http_client import Response
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.environment.topology import ADMINISTRATORS

BASE = "/v1/admin"
FIRST = "ana"
LONGEST_MEASUREMENT_S = 120.0


class Administrator:
    """Each call returns what the assistant answered; *name* is who calls ("ana")."""

    def __init__(self, assistant: AssistantApi, name: str = FIRST) -> None:
        self._assistant = assistant
        self._key = ADMINISTRATORS[name]

    def colleague(self, name: str) -> "Administrator":
        """Another administrator of the same assistant."""
        return Administrator(self._assistant, name)

    def configuration(self) -> Response:
        return self._call("GET", "configuration")

    def configure(self, configuration: object, *, if_version: int | None = None) -> Response:
        """*configuration* replaces the current one; with *if_version*, only if that is the current version."""
        headers = {} if if_version is None else {"If-Match": f'"{if_version}"'}  # as in ETag
        return self._call("PUT", "configuration", configuration, headers)

    def validate(self, configuration: object) -> Response:
        return self._call("POST", "configuration/validate", configuration)

    def set_operation(self, name: str, settings: Mapping[str, Any]) -> Response:
        return self._call("PUT", f"operations/{name}", settings)

    def remove_operation(self, name: str) -> Response:
        return self._call("DELETE", f"operations/{name}")

    def presets(self) -> Response:
        return self._call("GET", "presets")

    def apply_preset(self, name: str) -> Response:
        return self._call("POST", f"presets/{name}/apply")

    def environment(self) -> Response:
        return self._call("GET", "environment")

    def migrate(self, variables: Mapping[str, str], *, apply: bool) -> Response:
        return self._call("POST", "migrations", {"variables": dict(variables), "apply": apply})

    def open_breaker(self, operation: str) -> Response:
        return self._call("POST", f"breakers/{operation}/open")

    def reset_breaker(self, operation: str) -> Response:
        return self._call("POST", f"breakers/{operation}/reset")

    def audit(self, **wanted: str | int) -> Response:
        """*wanted*: kind, request_id, limit."""
        return self._call("GET", f"audit?{urlencode(wanted)}")

    def alerts(self) -> Response:
        return self._call("GET", "alerts")

    def history(self, **wanted: str | float) -> Response:
        """*wanted*: operation, since, until, step_s."""
        return self._call("GET", f"history?{urlencode(wanted)}")

    def run_benchmarks(self, only: Sequence[str] = ()) -> Response:
        body = {"only": list(only)} if only else {}
        return self._call("POST", "benchmarks", body, timeout_s=LONGEST_MEASUREMENT_S)

    def benchmarks(self) -> Response:
        return self._call("GET", "benchmarks")

    def _call(
        self,
        verb: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Response:
        own = {"X-API-Key": self._key, **(headers or {})}
        return self._assistant.call(verb, f"{BASE}/{path}", body, own, timeout_s=timeout_s)


def by_name(first: Administrator, name: str) -> Administrator:
    """*first*, who is Ana, or a colleague of hers."""
    return first if name == FIRST else first.colleague(name)
